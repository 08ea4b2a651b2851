export default function Data() {
  return <section aria-label="Data" />;
}
