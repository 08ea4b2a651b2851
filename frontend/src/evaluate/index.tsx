export default function Evaluate() {
  return <section aria-label="Evaluate" />;
}
