/** Ctrl-C and its kin: they end the process, unless someone can end its work in good order. */

let taken: ((exitCode: number) => void) | undefined;

/**
 * From now on the first signal calls `act`, with the exit code that tells of it by convention, instead of ending the
 * process; a second one ends it. Gives what undoes this.
 */
export function takeInterruption(act: (exitCode: number) => void): () => void {
  taken = act;
  return () => {
    taken = undefined;
  };
}

/** Whether someone took it. */
export function offerInterruption(exitCode: number): boolean {
  const act = taken;
  taken = undefined;
  act?.(exitCode);
  return act !== undefined;
}
