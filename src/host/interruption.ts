/** Ctrl-C and its kin: they end the process, unless someone can end its work in good order. */

let taken: (() => void) | undefined;

/** From now on the first signal calls `act` instead of ending the process; a second one ends it. Gives what undoes this. */
export function takeInterruption(act: () => void): () => void {
  taken = act;
  return () => {
    taken = undefined;
  };
}

/** Whether someone took it. */
export function offerInterruption(): boolean {
  const act = taken;
  taken = undefined;
  act?.();
  return act !== undefined;
}
