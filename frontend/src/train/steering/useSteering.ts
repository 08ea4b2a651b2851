/** Pause, resume and stop a run; what was asked for shows at once. */

import { useEffect, useState } from "react";
import { api } from "../../api/client";
import { queryClient } from "../../api/queries";
import type { Run } from "../../api/types";
import { tellError } from "../../ui/notify";

type Asked = "pause" | "resume" | "stop";

const FAILED: Record<Asked, string> = {
  pause: "The run could not be paused",
  resume: "The run could not be resumed",
  stop: "The run could not be stopped",
};

export interface Steering {
  paused: boolean;
  pausing: boolean;
  stopping: boolean;
  ask: (what: Asked) => void;
}

/** `phase` is the newest the run's events tell of, which are ahead of its row. */
export function useSteering(run: Run, phase: string | null): Steering {
  const [wish, setWish] = useState<{ what: Asked; at: string } | null>(null);
  const paused = (phase ?? run.state) === "paused";
  const at = `${run.id} ${paused}`;
  const asked = wish?.at === at ? wish.what : null; // once it is as wished, the wish is over
  useEffect(() => {
    if (wish === null) return;
    const timer = setTimeout(() => setWish(null), 5_000); // from here on the row says how it is
    return () => clearTimeout(timer);
  }, [wish]);

  async function ask(what: Asked) {
    setWish({ what, at });
    try {
      await api.post(`/api/runs/${run.id}/${what}/`);
      await queryClient.invalidateQueries({ queryKey: ["runs"] });
    } catch (error) {
      setWish(null);
      tellError(error, FAILED[what]);
    }
  }

  return {
    paused,
    pausing: !paused && (asked === "pause" || (run.pausing && asked !== "resume")),
    stopping: asked === "stop" || run.stopping,
    ask,
  };
}
