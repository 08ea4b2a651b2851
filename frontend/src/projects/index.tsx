export default function Projects() {
  return <section aria-label="Projects" />;
}
