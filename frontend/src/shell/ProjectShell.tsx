/** The shell with a project open: its name, its save state, its five steps. */

import { Button } from "@mantine/core";
import { lazy, type ReactNode, Suspense, useEffect, useState } from "react";
import { ApiError } from "../api/client";
import { useReading } from "../stores/dataset";
import { useEditor } from "../stores/editor";
import { closeProject, openProject, useSaving } from "../stores/saving";
import { useFollowing } from "../stores/versions";
import { useCommands } from "../ui/commands";
import { EmptyPage } from "../ui/EmptyPage";
import { forgetMessages } from "../ui/notify";
import { Link, navigate, STEPS, type Step, stepPath } from "../ui/router";
import { Waiting } from "../ui/Waiting";
import { ProjectName } from "./ProjectName";
import { Shell } from "./Shell";
import { Steps, titles } from "./Steps";
import { TrainButton } from "./TrainButton";

const Conflict = lazy(() => import("./Conflict"));

interface ProjectShellProps {
  id: number;
  step: Step;
  children: ReactNode;
}

export function ProjectShell({ id, step, children }: ProjectShellProps) {
  const open = useEditor((editor) => editor.project === id);
  const conflict = useSaving((saving) => saving.state === "conflict");
  const error = useOpen(id);
  useReading();
  useFollowing();
  useCommands(
    STEPS.map((name) => ({
      id: `go-${name}`,
      label: `Go to ${titles[name]}`,
      group: "Go to",
      run: () => navigate(stepPath(id, name)),
    })),
  );
  if (error) return <Shell>{<NotOpened error={error} />}</Shell>;
  if (!open) {
    return (
      <Shell steps={<Steps project={id} current={step} />}>
        <Waiting label="Opening the project" />
      </Shell>
    );
  }
  return (
    <Shell
      crumb={<ProjectName />}
      steps={<Steps project={id} current={step} />}
      actions={step === "data" || step === "design" ? <TrainButton project={id} /> : null}
    >
      {children}
      <Suspense fallback={null}>{conflict && <Conflict />}</Suspense>
    </Shell>
  );
}

function useOpen(id: number): ApiError | null {
  const [error, setError] = useState<ApiError | null>(null);
  useEffect(() => {
    const loading = new AbortController();
    openProject(id, loading.signal).catch((failure: unknown) => {
      if (failure instanceof ApiError) setError(failure);
    });
    return () => {
      loading.abort();
      closeProject();
      forgetMessages();
    };
  }, [id]);
  return error;
}

function NotOpened({ error }: { error: ApiError }) {
  const gone = error.status === 404;
  return (
    <EmptyPage
      title={gone ? "This project is not here" : "The project could not be opened"}
      action={
        gone ? (
          <Link to="/">Go to your projects</Link>
        ) : (
          <Button onClick={() => window.location.reload()}>Try again</Button>
        )
      }
    >
      {gone
        ? "It was deleted, it belongs to somebody else, or the link is wrong."
        : `${error.message} ${error.hint ?? ""}`}
    </EmptyPage>
  );
}
