/** The project was changed elsewhere: take that version, or keep this one. */

import { Button, Group, Modal, Text } from "@mantine/core";
import { useState } from "react";
import { resolveConflict } from "../stores/saving";
import { tellError } from "../ui/notify";

export default function Conflict() {
  const [busy, setBusy] = useState(false);

  async function resolve(keep: "ours" | "theirs") {
    setBusy(true);
    await resolveConflict(keep).catch((error) => tellError(error, "The project could not be saved"));
    setBusy(false);
  }

  return (
    <Modal opened onClose={() => {}} withCloseButton={false} title="This project was changed elsewhere">
      <Text mb={16}>
        Another window or a script saved a newer version while you were editing. Load that version, or keep
        yours and write it over the other.
      </Text>
      <Group justify="flex-end">
        <Button variant="default" disabled={busy} onClick={() => resolve("theirs")}>
          Load the newer version
        </Button>
        <Button loading={busy} onClick={() => resolve("ours")}>
          Keep mine
        </Button>
      </Group>
    </Modal>
  );
}
