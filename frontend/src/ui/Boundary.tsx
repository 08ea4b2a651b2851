import { Button, CopyButton, Group } from "@mantine/core";
import { Component, type ReactNode } from "react";
import { EmptyPage } from "./EmptyPage";

/** Catches what breaks while drawing a page, and offers a way on with a text to report. */
export class Boundary extends Component<{ children: ReactNode }, { error: Error | null }> {
  override state: { error: Error | null } = { error: null };

  static getDerivedStateFromError(error: Error) {
    return { error };
  }

  override render() {
    const { error } = this.state;
    if (!error) return this.props.children;
    const code = `page_error ${error.name}: ${error.message} at ${window.location.pathname}`;
    return (
      <EmptyPage
        title="This page could not be drawn"
        action={
          <Group>
            <Button onClick={() => window.location.reload()}>Reload the page</Button>
            <CopyButton value={`${code}\n${error.stack ?? ""}`}>
              {({ copied, copy }) => (
                <Button variant="default" onClick={copy}>
                  {copied ? "Copied" : "Copy the details"}
                </Button>
              )}
            </CopyButton>
          </Group>
        }
      >
        Your work is saved as you go, so reloading loses nothing. If it happens again, report this:{" "}
        <code>{code}</code>
      </EmptyPage>
    );
  }
}
