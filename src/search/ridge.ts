/** Ridge regression: least squares that keeps its weights small, so that it stands few samples and redundant features. */
import { at, invariant } from '../base/index.ts';

export type RidgeModel = {
  readonly weights: Float64Array;
  readonly intercept: number;
};

/**
 * Minimises the sum of squared errors plus a penalty times the sum of squared weights; the intercept is free. Source:
 * Hoerl and Kennard, "Ridge regression" (Technometrics, 1970). The sums over samples are made once for all penalties.
 *
 * @param rows features of each sample, all of one length
 * @returns the regression with a penalty above 0
 */
export function ridgeOf(
  rows: readonly Float64Array[],
  targets: readonly number[],
): (penalty: number) => RidgeModel {
  invariant(rows.length === targets.length && rows.length > 0, 'samples to fit');
  const means = meansOf(rows);
  const targetMean = targets.reduce((sum, value) => sum + value, 0) / targets.length;
  const centred = rows.map((row) => row.map((value, index) => value - at(means, index)));
  const moments = new Float64Array(means.length);
  centred.forEach((row, sample) => {
    addScaled(moments, row, at(targets, sample) - targetMean);
  });
  const gram = gramOf(centred, means.length);
  return (penalty) => {
    const weights = solve(withDiagonal(gram, penalty), moments);
    return { weights, intercept: targetMean - dot(weights, means) };
  };
}

function meansOf(rows: readonly Float64Array[]): Float64Array {
  const means = new Float64Array(at(rows, 0).length);
  for (const row of rows) addScaled(means, row, 1 / rows.length);
  return means;
}

/** Lower triangle of the sums of products of features. */
function gramOf(rows: readonly Float64Array[], size: number): readonly Float64Array[] {
  return Array.from({ length: size }, (_, index) => {
    const line = new Float64Array(index + 1);
    for (const row of rows) {
      const factor = at(row, index);
      if (factor !== 0) addScaled(line, row, factor);
    }
    return line;
  });
}

function withDiagonal(lower: readonly Float64Array[], added: number): readonly Float64Array[] {
  return lower.map((line, index) => line.with(index, at(line, index) + added));
}

/** Adds as many of the values as there are sums. */
function addScaled(sums: Float64Array, values: Float64Array, factor: number): void {
  for (let index = 0; index < sums.length; index++)
    sums[index] = at(sums, index) + factor * at(values, index);
}

export function predictRidge({ weights, intercept }: RidgeModel, row: Float64Array): number {
  return intercept + dot(weights, row);
}

/** Solves a symmetric positive definite system by Cholesky's decomposition, which takes the place of its lower triangle. */
function solve(lower: readonly Float64Array[], right: Float64Array): Float64Array {
  const size = right.length;
  const solution = Float64Array.from(right);
  for (let i = 0; i < size; i++) {
    const row = at(lower, i);
    for (let j = 0; j <= i; j++) {
      const other = at(lower, j);
      let sum = at(row, j);
      for (let k = 0; k < j; k++) sum -= at(row, k) * at(other, k);
      row[j] = i === j ? Math.sqrt(sum) : sum / at(other, j);
    }
    let sum = at(solution, i);
    for (let k = 0; k < i; k++) sum -= at(row, k) * at(solution, k);
    solution[i] = sum / at(row, i);
  }
  for (let i = size - 1; i >= 0; i--) {
    let sum = at(solution, i);
    for (let k = i + 1; k < size; k++) sum -= at(at(lower, k), i) * at(solution, k);
    solution[i] = sum / at(at(lower, i), i);
  }
  return solution;
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, index) => sum + value * at(b, index), 0);
}
