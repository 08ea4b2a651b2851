import { Center, Loader } from "@mantine/core";
import { useEffect, useState } from "react";

/** Shown while something loads; silent for the first moment, so that quick answers do not flicker. */
export function Waiting({ label }: { label: string }) {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), 200);
    return () => clearTimeout(timer);
  }, []);
  return (
    <Center h="100%" mih={120} role="status" aria-label={label}>
      {late && <Loader size="sm" />}
    </Center>
  );
}
