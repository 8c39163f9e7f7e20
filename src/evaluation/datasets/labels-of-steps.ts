/** Labels of predictions, of labels of samples. */
import { at } from '../../base/index.ts';
import type { ScoredSteps } from '../types.ts';

/** One for each prediction that is scored: that of its sequence, where steps have none of their own. */
export function labelsOfSteps(
  labels: Int32Array,
  sequences: number,
  steps: number,
  scored: ScoredSteps | undefined,
): Int32Array {
  if (scored !== 'each' || labels.length !== sequences) return labels;
  return Int32Array.from({ length: sequences * steps }, (_, step) => at(labels, Math.floor(step / steps)));
}
