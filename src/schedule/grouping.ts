/**
 * Which stretches of the operators run as streams: dynamic programming over the places between operators. The memory of
 * a stretch is at first a lower bound; those that a plan would use are placed, and the choice is made anew until it
 * holds.
 */
import { at } from '../base/index.ts';
import type { Network } from './network.ts';
import { livesOf, placeStretch, type Stretch, stretchesOf } from './stretches.ts';

/** A way to run the whole network. */
export type Grouping = {
  readonly stretches: readonly Stretch[];
  /** Of its most demanding stretch. */
  readonly peakBytes: number;
  /** Estimate for one inference. */
  readonly cycles: number;
};

export type Groupings = {
  /** The fastest whose stretches all fit; `undefined` where there is none. */
  fastestWithin(limitBytes: number): Grouping | undefined;
  /** The fastest of those with the lowest peak. */
  smallest(): Grouping;
};

export function groupingsOf(network: Network, order: readonly number[]): Groupings {
  const lives = livesOf(network, order);
  const stretches = stretchesOf(network, order);
  const endingAt: Stretch[][] = [[], ...order.map(() => [])];
  for (const stretch of stretches) at(endingAt, stretch.to).push(stretch);

  const settled = (choose: () => readonly Stretch[] | undefined): Grouping | undefined => {
    for (;;) {
      const chosen = choose();
      if (chosen === undefined) return undefined;
      const unplaced = chosen.filter((stretch) => !stretch.isPlaced);
      if (unplaced.length === 0) return groupingOf(chosen);
      for (const stretch of unplaced) placeStretch(network, lives, stretch);
    }
  };
  return {
    fastestWithin: (limitBytes) => settled(() => fastest(endingAt, limitBytes)),
    smallest: () => settled(() => fastest(endingAt, lowestPeak(endingAt))) ?? groupingOf([]),
  };
}

function groupingOf(stretches: readonly Stretch[]): Grouping {
  return {
    stretches,
    peakBytes: Math.max(0, ...stretches.map((stretch) => stretch.peakBytes)),
    cycles: stretches.reduce((sum, stretch) => sum + stretch.cycles, 0),
  };
}

/** The least that every path of stretches needs somewhere. */
function lowestPeak(endingAt: readonly (readonly Stretch[])[]): number {
  const peaks: number[] = [0];
  for (const stretches of endingAt.slice(1)) {
    peaks.push(Math.min(...stretches.map(({ from, peakBytes }) => Math.max(at(peaks, from), peakBytes))));
  }
  return at(peaks, peaks.length - 1);
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
