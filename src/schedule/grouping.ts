/**
 * Which stretches of the operators run as streams: dynamic programming over the places between operators. The memory of
 * a stretch is at first a lower bound; those that a plan would use are placed, and the choice is made anew until it
 * holds.
 */
import { at } from '../base/index.ts';
import type { Network } from './network.ts';
import { livesOf, placeStretch, type Stretch, stretchesOf, widerStretches } from './stretches.ts';

/** A way to run the whole network. */
export type Grouping = {
  readonly stretches: readonly Stretch[];
  /** Of its most demanding stretch. */
  readonly peakBytes: number;
  /** Estimate for one inference. */
  readonly cycles: number;
};

/**
 * From the fastest to the smallest: each is the fastest of those with a lower peak than the one before. Streams are
 * first chosen with one row a call; those that some grouping takes may then have more. Stretches of patches are `patched`.
 */
export function groupingsOf(
  network: Network,
  order: readonly number[],
  patched: readonly Stretch[] = [],
): readonly Grouping[] {
  const lives = livesOf(network, order);
  const endingAt: Stretch[][] = [[], ...order.map(() => [])];
  const admit = (stretches: readonly Stretch[]): void => {
    for (const stretch of stretches) at(endingAt, stretch.to).push(stretch);
  };
  const fastestWithin = (limitBytes: number): Grouping | undefined => {
    for (;;) {
      const chosen = fastest(endingAt, limitBytes);
      const unplaced = chosen?.filter((stretch) => !stretch.isPlaced) ?? [];
      if (unplaced.length === 0) return chosen && groupingOf(chosen);
      for (const stretch of unplaced) placeStretch(network, lives, stretch);
    }
  };
  admit(stretchesOf(network, order));
  admit(patched);
  const used = new Set(descend(fastestWithin).flatMap(({ stretches }) => stretches));
  admit(widerStretches(network, order, used));
  return descend(fastestWithin);
}

function descend(fastestWithin: (limitBytes: number) => Grouping | undefined): readonly Grouping[] {
  const groupings: Grouping[] = [];
  let limitBytes = Number.POSITIVE_INFINITY;
  for (;;) {
    const grouping = fastestWithin(limitBytes);
    if (grouping === undefined) return groupings;
    groupings.push(grouping);
    if (grouping.peakBytes === 0) return groupings;
    limitBytes = grouping.peakBytes - 1;
  }
}

function groupingOf(stretches: readonly Stretch[]): Grouping {
  return {
    stretches,
    peakBytes: Math.max(0, ...stretches.map((stretch) => stretch.peakBytes)),
    cycles: stretches.reduce((sum, stretch) => sum + stretch.cycles, 0),
  };
}

function fastest(
  endingAt: readonly (readonly Stretch[])[],
  limitBytes: number,
): readonly Stretch[] | undefined {
  const cycles: number[] = [0];
  const last: (Stretch | undefined)[] = [undefined];
  for (const stretches of endingAt.slice(1)) {
    let best: Stretch | undefined;
    let least = Number.POSITIVE_INFINITY;
    for (const stretch of stretches) {
      const sum = at(cycles, stretch.from) + stretch.cycles;
      if (stretch.peakBytes > limitBytes || sum >= least) continue;
      best = stretch;
      least = sum;
    }
    cycles.push(least);
    last.push(best);
  }
  const path: Stretch[] = [];
  for (let place = endingAt.length - 1; place > 0; ) {
    const stretch = last[place];
    if (stretch === undefined) return undefined;
    path.push(stretch);
    place = stretch.from;
  }
  return path.reverse();
}
