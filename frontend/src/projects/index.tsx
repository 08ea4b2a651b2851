/** The home page: start something new, or go on with a project. */

import { useProjects } from "../api/queries";
import { Waiting } from "../ui/Waiting";
import { NewProject } from "./NewProject";
import { newestFirst } from "./order";
import { ProjectTable } from "./ProjectTable";
import styles from "./projects.module.css";
import { Unreachable } from "./Unreachable";

export default function Projects() {
  const { data: projects, error, refetch } = useProjects();
  if (error && !projects) return <Unreachable error={error} again={() => refetch()} />;
  if (!projects) return <Waiting label="Opening your projects" />;
  return (
    <div className={styles.page}>
      <NewProject first={projects.length === 0} />
      <section aria-labelledby="your-projects">
        <h2 id="your-projects" className={styles.heading}>
          Your projects
        </h2>
        {projects.length > 0 ? (
          <ProjectTable projects={newestFirst(projects)} />
        ) : (
          <p className={styles.nothing}>
            Your projects will be listed here, each with its data, its network and its runs.
          </p>
        )}
      </section>
    </div>
  );
}
