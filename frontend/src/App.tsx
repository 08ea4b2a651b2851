/** Which page for which address. Each step loads when it is first opened. */

import { type ComponentType, lazy, Suspense } from "react";
import { ProjectShell } from "./shell/ProjectShell";
import { Shell } from "./shell/Shell";
import { SignIn } from "./shell/SignIn";
import { useSignedIn } from "./shell/useSignedIn";
import { EmptyPage } from "./ui/EmptyPage";
import { Link, type Step, useRoute } from "./ui/router";
import { Waiting } from "./ui/Waiting";

const Projects = lazy(() => import("./projects"));

const steps: Record<Step, ComponentType> = {
  data: lazy(() => import("./data")),
  design: lazy(() => import("./shell/DesignStep")),
  train: lazy(() => import("./train")),
  evaluate: lazy(() => import("./evaluate")),
  use: lazy(() => import("./use")),
};

export function App() {
  const route = useRoute();
  const signedIn = useSignedIn();
  if (signedIn === "no" || route.name === "signin") return <SignIn />;
  if (signedIn === "unknown") return <Waiting label="Opening Netloom" />;
  if (route.name === "projects") {
    return (
      <Shell>
        <Suspense fallback={<Waiting label="Opening your projects" />}>
          <Projects />
        </Suspense>
      </Shell>
    );
  }
  if (route.name === "project") {
    const Page = steps[route.step];
    return (
      <ProjectShell key={route.id} id={route.id} step={route.step}>
        <Suspense fallback={<Waiting label="Opening this step" />}>
          <Page />
        </Suspense>
      </ProjectShell>
    );
  }
  return (
    <Shell>
      <EmptyPage title="There is nothing at this address" action={<Link to="/">Go to your projects</Link>}>
        The link may be old, or a part of it is missing.
      </EmptyPage>
    </Shell>
  );
}
