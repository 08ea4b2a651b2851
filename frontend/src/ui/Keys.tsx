/** Keys as people write them, each combination on its own cap. */
export const Keys = ({ keys }: { keys: string }) =>
  keys.split(" or ").map((combination) => <kbd key={combination}>{combination}</kbd>);
