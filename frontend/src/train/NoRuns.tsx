import { Button } from "@mantine/core";
import { useCommands } from "../ui/commands";
import { EmptyPage } from "../ui/EmptyPage";
import { useTrain } from "./useTrain";

/** Before the first run. */
export function NoRuns() {
  const { busy, train } = useTrain();
  useCommands([
    { id: "train", label: "Train", group: "Training", keys: "Ctrl+Enter", inFields: true, run: train },
  ]);
  return (
    <EmptyPage
      title="No run yet"
      action={
        <Button loading={busy} onClick={train}>
          Train
        </Button>
      }
    >
      The curves of the loss and of each metric will grow here while the network trains. Every run stays in
      the list, so that you can compare them.
    </EmptyPage>
  );
}
