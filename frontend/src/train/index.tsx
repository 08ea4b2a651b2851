export default function Train() {
  return <section aria-label="Train" />;
}
