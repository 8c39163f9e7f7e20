/** What calibration keeps of a tensor whose values it sees portion by portion. */
import { buildHistogram, type Histogram, occupiedBins, rangeWithoutTails } from './histogram.ts';
import { parametersOf } from './parameters.ts';
import type { Range, RangeMethod } from './types.ts';

export type Observer = {
  /** Whole samples back to back. */
  readonly observe: (values: Float32Array) => void;
  /** `undefined` where a value was infinite or not a number. */
  readonly range: () => Range | undefined;
};

export function observeRange(method: RangeMethod): Observer {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  let finite = true;
  const histogram = method.kind === 'minmax' ? undefined : buildHistogram();
  return {
    observe(values) {
      let sum = 0;
      for (let i = 0; i < values.length; i += 1) {
        const value = values[i] ?? 0;
        if (value < min) min = value;
        if (value > max) max = value;
        sum += value;
      }
      // A sum of float32 values in double is finite exactly where all of them are.
      finite &&= Number.isFinite(sum);
      if (finite) histogram?.add(values, Math.max(-min, max));
    },
    range: () => (finite ? chooseRange({ min, max }, method, histogram?.histogram()) : undefined),
  };
}

function chooseRange(seen: Range, method: RangeMethod, histogram: Histogram | undefined): Range {
  if (histogram === undefined || method.kind === 'minmax') return seen;
  if (method.kind === 'percentile') return rangeWithoutTails(histogram, seen, 1 - method.percent / 100);
  return rangeOfLeastError(seen, histogram);
}

/** Ends that are tried, as shares of the smallest and largest value. */
const trials = Array.from({ length: 32 }, (_, i) => 1 - i / 40);

/** The upper end first, then the lower one: of either the place with the least sum of squared errors. */
function rangeOfLeastError(seen: Range, histogram: Histogram): Range {
  const { values, counts } = occupiedBins(histogram);
  const best = (candidates: readonly Range[]): Range => {
    const errors = candidates.map((range) => squaredError(values, counts, range));
    return candidates[errors.indexOf(Math.min(...errors))] ?? seen;
  };
  const upper = best(
    trials.map((share) => ({ min: seen.min, max: seen.max > 0 ? share * seen.max : seen.max })),
  );
  return best(trials.map((share) => ({ min: seen.min < 0 ? share * seen.min : seen.min, max: upper.max })));
}

function squaredError(values: Float64Array, counts: Float64Array, range: Range): number {
  const { scale, zeroPoint } = parametersOf(range);
  let error = 0;
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i] ?? 0;
    const q = Math.min(Math.max(Math.round(value / scale) + zeroPoint, -128), 127);
    const difference = value - scale * (q - zeroPoint);
    error += (counts[i] ?? 0) * difference * difference;
  }
  return error;
}

/** The mean over samples, element by element. */
export type MeanObserver = {
  readonly observe: (values: Float32Array) => void;
  readonly mean: () => Float32Array;
};

/** `size` is the number of elements of a sample. */
export function observeMean(size: number): MeanObserver {
  const sums = new Float64Array(size);
  let samples = 0;
  return {
    observe(values) {
      samples += values.length / size;
      for (let from = 0; from < values.length; from += size) {
        for (let i = 0; i < size; i += 1) sums[i] = (sums[i] ?? 0) + (values[from + i] ?? 0);
      }
    },
    mean: () => Float32Array.from(sums, (sum) => sum / samples),
  };
}
