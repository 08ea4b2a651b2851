/** The panel at the right: the selected layer, the training settings, and the network as a table. */

import { Tabs } from "@mantine/core";
import { showTab, type Tab, useView } from "../stores/view";
import { LayerTab } from "./LayerTab";
import styles from "./Properties.module.css";
import { SummaryTab } from "./SummaryTab";
import { TrainingTab } from "./TrainingTab";

export default function Properties() {
  const tab = useView((view) => view.tab);
  return (
    <section aria-label="Properties" className={styles.panel}>
      <Tabs
        value={tab}
        onChange={(next) => next && showTab(next as Tab)}
        keepMounted={false}
        classNames={{ root: styles.root, list: styles.list, tab: styles.tab, panel: styles.content }}
      >
        <Tabs.List>
          <Tabs.Tab value="layer">Layer</Tabs.Tab>
          <Tabs.Tab value="training">Training</Tabs.Tab>
          <Tabs.Tab value="summary">Summary</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="layer">
          <LayerTab />
        </Tabs.Panel>
        <Tabs.Panel value="training">
          <TrainingTab />
        </Tabs.Panel>
        <Tabs.Panel value="summary">
          <SummaryTab />
        </Tabs.Panel>
      </Tabs>
    </section>
  );
}
