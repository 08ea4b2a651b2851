/** The menu at the far right: colours, keys, signing out. */

import { ActionIcon, type MantineColorScheme, Menu, useMantineColorScheme } from "@mantine/core";
import { useMe } from "../api/queries";
import { beginImport } from "../stores/importing";
import { SCHEMES, showCommands, showKeySheet } from "./Commands";
import { signOut } from "./signOut";

export function AppMenu() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const me = useMe();
  return (
    <Menu position="bottom-end" width={210}>
      <Menu.Target>
        <ActionIcon variant="default" size={32} aria-label="Menu">
          <svg width="14" height="14" viewBox="0 0 14 14" aria-hidden="true" fill="currentColor">
            <circle cx="2" cy="7" r="1.4" />
            <circle cx="7" cy="7" r="1.4" />
            <circle cx="12" cy="7" r="1.4" />
          </svg>
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Colours</Menu.Label>
        <Menu.RadioGroup
          value={colorScheme}
          onChange={(value) => setColorScheme(value as MantineColorScheme)}
        >
          {SCHEMES.map(([value, label]) => (
            <Menu.RadioItem key={value} value={value}>
              {label}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Divider />
        <Menu.Item onClick={beginImport}>Import a Keras model</Menu.Item>
        <Menu.Item onClick={showCommands} rightSection={<kbd>Ctrl+K</kbd>}>
          Find a command
        </Menu.Item>
        <Menu.Item onClick={showKeySheet} rightSection={<kbd>?</kbd>}>
          Keyboard
        </Menu.Item>
        <Menu.Item component="a" href="/guide/" target="_blank">
          Guide
        </Menu.Item>
        <Menu.Item component="a" href="/api/docs/" target="_blank">
          API for scripts
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item onClick={signOut}>Sign out{me.data ? ` (${me.data.username})` : ""}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
