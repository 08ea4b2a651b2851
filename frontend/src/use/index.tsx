export default function Use() {
  return <section aria-label="Use" />;
}
