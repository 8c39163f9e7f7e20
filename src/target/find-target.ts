/** Boards by name. */
import { distance } from 'fastest-levenshtein';
import { targetUnknown } from './failures.ts';
import { stm32f746 } from './stm32f746.ts';
import type { Target } from './types.ts';

/** Every board that firmware can be built for. */
export const targets: readonly Target[] = [stm32f746];

/** The board of that name. Throws a `Failure` (`TARGET_UNKNOWN`) that lists the known and suggests the nearest. */
export function findTarget(name: string): Target {
  const target = targets.find((candidate) => candidate.name === name);
  if (target !== undefined) return target;
  const known = targets.map((candidate) => candidate.name);
  throw targetUnknown(name, known, nearestName(name, known));
}

/** Only a name within a few typing mistakes is worth suggesting. */
function nearestName(name: string, known: readonly string[]): string | undefined {
  const maximumEdits = 3;
  const short = name.slice(0, 60).toLowerCase();
  return known
    .map((candidate) => ({ candidate, edits: distance(short, candidate) }))
    .filter(({ edits }) => edits <= maximumEdits)
    .sort((a, b) => a.edits - b.edits)[0]?.candidate;
}
