/** Predicts a network's accuracy from networks that were measured, and says how wrong it is. */
import { at, random } from '../base/index.ts';
import { tooFewPairs } from './failures.ts';
import { featuresOf } from './features.ts';
import { parseGenotype } from './genotype.ts';
import { kendallTau } from './kendall-tau.ts';
import { predictRidge, ridgeOf } from './ridge.ts';
import { streams } from './streams.ts';
import type { Genotype, Space } from './types.ts';

/** A network that was measured. */
export type MeasuredPair = {
  /** Text of its genotype. */
  readonly network: string;
  readonly accuracy: number;
};

/** How wrong a predictor is on networks that it was not fitted on. */
type PredictorError = {
  readonly pairs: number;
  readonly folds: number;
  /** Mean absolute difference from what was measured, in the unit of accuracy. */
  readonly meanAbsoluteError: number;
  /** Agreement of predicted and measured order; `undefined` where nothing is ordered. */
  readonly kendallTau: number | undefined;
  /** Of the ridge regression: the one with the least error. */
  readonly penalty: number;
};

export type Predictor = {
  readonly predict: (genotype: Genotype) => number;
  readonly error: PredictorError;
};

const fewestPairs = 10;
const folds = 10;
const penalties = [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100];

/**
 * Fits ridge regression to measured pairs. The error is that of ten-fold cross-validation: each pair is predicted by a
 * regression that has not seen its fold. The penalty is the one whose error is least, which flatters it by a little.
 *
 * @throws Failure `SEARCH_PAIRS_TOO_FEW`, `SEARCH_GENOTYPE_MALFORMED`
 */
export function fitPredictor(space: Space, pairs: readonly MeasuredPair[], seed: number): Predictor {
  if (pairs.length < fewestPairs) throw tooFewPairs(pairs.length, fewestPairs);
  const rows = pairs.map(({ network }) => featuresOf(space, parseGenotype(space, network)));
  const targets = pairs.map(({ accuracy }) => accuracy);
  const foldOf = drawnFolds(pairs.length, seed);
  const withoutFold = Array.from({ length: folds }, (_, fold) => {
    const isSeen = (_entry: unknown, index: number): boolean => foldOf[index] !== fold;
    return ridgeOf(rows.filter(isSeen), targets.filter(isSeen));
  });
  const errors = penalties.map((penalty) => {
    const models = withoutFold.map((ridge) => ridge(penalty));
    const predicted = rows.map((row, index) => predictRidge(at(models, at(foldOf, index)), row));
    return errorOf(predicted, targets, penalty);
  });
  const error = errors.reduce((best, other) =>
    other.meanAbsoluteError < best.meanAbsoluteError ? other : best,
  );
  const model = ridgeOf(rows, targets)(error.penalty);
  return { predict: (genotype) => predictRidge(model, featuresOf(space, genotype)), error };
}

/** A fold for each pair, of sizes that differ by one at most. */
function drawnFolds(pairs: number, seed: number): readonly number[] {
  const drawing = random(seed, streams.folds);
  const places = Array.from({ length: pairs }, (_, index) => index % folds);
  for (let last = places.length - 1; last > 0; last--) {
    const other = drawing.below(last + 1);
    [places[last], places[other]] = [at(places, other), at(places, last)];
  }
  return places;
}

function errorOf(predicted: readonly number[], targets: readonly number[], penalty: number): PredictorError {
  const total = predicted.reduce((sum, value, index) => sum + Math.abs(value - at(targets, index)), 0);
  return {
    pairs: targets.length,
    folds,
    meanAbsoluteError: total / targets.length,
    kendallTau: kendallTau(predicted, targets),
    penalty,
  };
}
