/** How often values fell where, in bins that grow with the values. */
import type { Range } from './types.ts';

/** Bins on each side of 0; at least 8 of them to a step of int8. */
const binsASide = 4096;

/** Counts by value: bin i holds values from `(i - binsASide) * width` on. */
export type Histogram = { readonly counts: Float64Array; readonly width: number };

export type HistogramBuilder = {
  /** Counts values of which none is larger in magnitude than `magnitude`. */
  readonly add: (values: Float32Array, magnitude: number) => void;
  readonly histogram: () => Histogram;
};

/**
 * The bins cover the smallest power of two above all magnitudes so far; when one exceeds it, neighbours are united, and
 * the counts are those that wider bins would have had from the beginning. So it does not matter in which portions
 * values come.
 */
export function buildHistogram(): HistogramBuilder {
  let counts = new Float64Array(2 * binsASide);
  let limit = 0;
  const grow = (magnitude: number): void => {
    if (limit === 0) limit = 2 ** -126;
    const empty = counts.every((count) => count === 0);
    while (limit <= magnitude) {
      limit *= 2;
      if (!empty) counts = uniteNeighbours(counts);
    }
  };
  return {
    add(values, magnitude) {
      grow(magnitude);
      const factor = binsASide / limit;
      for (let i = 0; i < values.length; i += 1) {
        const bin = Math.floor((values[i] ?? 0) * factor) + binsASide;
        counts[bin] = (counts[bin] ?? 0) + 1;
      }
    },
    histogram: () => ({ counts, width: limit / binsASide }),
  };
}

function uniteNeighbours(counts: Float64Array): Float64Array<ArrayBuffer> {
  const united = new Float64Array(counts.length);
  counts.forEach((count, bin) => {
    const to = Math.floor((bin - binsASide) / 2) + binsASide;
    united[to] = (united[to] ?? 0) + count;
  });
  return united;
}

/** Without the share `tail` of the values at either end, to the width of a bin. */
export function rangeWithoutTails({ counts, width }: Histogram, range: Range, tail: number): Range {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const findEdge = (order: readonly number[]): number => {
    let cut = 0;
    for (const bin of order) {
      cut += counts[bin] ?? 0;
      if (cut > tail * total) return bin;
    }
    return binsASide;
  };
  const bins = Array.from(counts, (_, bin) => bin);
  const low = (findEdge(bins) - binsASide) * width;
  const high = (findEdge(bins.reverse()) + 1 - binsASide) * width;
  return { min: Math.max(range.min, low), max: Math.min(range.max, high) };
}

/** The values that occurred, as the centres of their bins, with their counts. */
export function occupiedBins({ counts, width }: Histogram): { values: Float64Array; counts: Float64Array } {
  const occupied = Array.from(counts.keys()).filter((bin) => (counts[bin] ?? 0) > 0);
  return {
    values: Float64Array.from(occupied, (bin) => (bin - binsASide + 0.5) * width),
    counts: Float64Array.from(occupied, (bin) => counts[bin] ?? 0),
  };
}
