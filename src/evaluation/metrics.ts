/** Figures of merit over a whole data set, from scores and labels. */
import { at, invariant } from '../base/index.ts';

/**
 * Share of samples whose label is among the `k` highest scores. Of equal scores the lower class index wins, as in
 * MLPerf Tiny's reference scripts.
 *
 * @param scores samples x classes, row-major
 */
export function topK(scores: ArrayLike<number>, labels: Int32Array, k: number): number {
  const classes = scores.length / labels.length;
  invariant(Number.isInteger(classes), 'scores are samples x classes');
  let right = 0;
  for (let sample = 0; sample < labels.length; sample++) {
    if (rankOf(scores, sample * classes, classes, at(labels, sample)) < k) right++;
  }
  return right / labels.length;
}

/**
 * Mean over the samples of -log softmax(scores)[label], in nats.
 *
 * @param logits samples x classes, row-major
 */
export function crossEntropy(logits: Float64Array, labels: Int32Array): number {
  const classes = logits.length / labels.length;
  invariant(Number.isInteger(classes), 'scores are samples x classes');
  let sum = 0;
  for (let sample = 0; sample < labels.length; sample++) {
    const row = logits.subarray(sample * classes, (sample + 1) * classes);
    const most = row.reduce((a, b) => Math.max(a, b));
    const total = row.reduce((a, b) => a + Math.exp(b - most), 0);
    sum += Math.log(total) + most - at(row, at(labels, sample));
  }
  return sum / labels.length;
}

/** How many classes come before `label` in a row of scores. */
function rankOf(scores: ArrayLike<number>, row: number, classes: number, label: number): number {
  const own = at(scores, row + label);
  let rank = 0;
  for (let other = 0; other < classes; other++) {
    const score = at(scores, row + other);
    if (score > own || (score === own && other < label)) rank++;
  }
  return rank;
}

/**
 * Area under the receiver operating characteristic: the share of (positive, negative) pairs in which the positive
 * scores higher, ties counting half (Mann-Whitney; Hanley and McNeil 1982).
 *
 * @param positives 1 for each positive sample, 0 for each negative
 */
export function areaUnderCurve(scores: ArrayLike<number>, positives: ArrayLike<number>): number {
  const order = Array.from({ length: scores.length }, (_, index) => index).sort(
    (a, b) => at(scores, a) - at(scores, b),
  );
  let rankSum = 0;
  let positiveCount = 0;
  for (let start = 0; start < order.length; ) {
    let end = start;
    while (end < order.length && at(scores, at(order, end)) === at(scores, at(order, start))) end++;
    const sharedRank = (start + 1 + end) / 2;
    for (const sample of order.slice(start, end)) {
      if (at(positives, sample) !== 1) continue;
      rankSum += sharedRank;
      positiveCount++;
    }
    start = end;
  }
  const negativeCount = order.length - positiveCount;
  invariant(positiveCount > 0 && negativeCount > 0, 'AUC needs samples of both kinds');
  return (rankSum - (positiveCount * (positiveCount + 1)) / 2) / (positiveCount * negativeCount);
}
