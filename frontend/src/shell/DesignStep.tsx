/** The Design step: palette, canvas and properties side by side. */

export default function DesignStep() {
  return <section aria-label="Design" />;
}
