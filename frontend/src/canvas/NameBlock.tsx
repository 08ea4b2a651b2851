/** Asks what a new block is to be called. */

import { Button, Group, Modal, Text, TextInput } from "@mantine/core";
import { type FormEvent, useEffect, useState } from "react";
import { makeSelectionBlock, useNaming } from "../stores/blocks";
import { currentLevel } from "../stores/editor";

const CLOSE = { "aria-label": "Close" };
const close = () => useNaming.setState({ open: false });

/** Block 1, Block 2… */
function proposal(): string {
  const titles = new Set(Object.values(currentLevel().blocks ?? {}).map((block) => block.title));
  let number = 1;
  while (titles.has(`Block ${number}`)) number += 1;
  return `Block ${number}`;
}

export function NameBlock() {
  const open = useNaming((naming) => naming.open);
  const [title, setTitle] = useState("");
  useEffect(() => {
    if (open) setTitle(proposal());
  }, [open]);

  function make(event: FormEvent) {
    event.preventDefault();
    if (title.trim() && makeSelectionBlock(title)) close();
  }

  return (
    <Modal
      opened={open}
      onClose={close}
      title="Make a block"
      size="sm"
      returnFocus={false}
      closeButtonProps={CLOSE}
    >
      <form onSubmit={make}>
        <Text mb={12} c="dimmed">
          The selected layers become one node. It can be repeated, used again elsewhere and kept for other
          projects.
        </Text>
        <TextInput
          label="Name"
          data-autofocus
          maxLength={100}
          value={title}
          onFocus={(event) => event.currentTarget.select()}
          onChange={(event) => setTitle(event.currentTarget.value)}
        />
        <Group justify="flex-end" mt={16}>
          <Button variant="default" onClick={close}>
            Cancel
          </Button>
          <Button type="submit" disabled={!title.trim()}>
            Make the block
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
