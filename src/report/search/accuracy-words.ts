/** Where accuracies of a search are from, in words: what stands in for accuracy is never called so. */
import { accuracyTitles } from '../figures.ts';
import { formatCount, formatDistance, formatRatio } from '../format.ts';
import { join, name, say, type Words } from '../words.ts';
import type { SearchAccuracy, SearchEvolution, SearchReport } from './types.ts';

export type AccuracyWords = {
  /** Of a column or an axis, `%` being its unit. */
  readonly title: string;
  /** How a value came about, for below it. */
  readonly label: string;
};

export function accuracyWords(accuracy: SearchAccuracy): AccuracyWords {
  switch (accuracy.from) {
    case 'supernet':
      return {
        title: `Accuracy, ${accuracyTitles[accuracy.metric]}`,
        label: `shared weights, int8, ${formatCount(accuracy.samples)} samples`,
      };
    case 'predictor':
      return {
        title: 'Accuracy, predicted',
        label: `predicted, ±${formatDistance('accuracy', accuracy.meanAbsoluteError)} on average`,
      };
    case 'command':
      return { title: 'Accuracy, by command', label: 'printed by the configured command' };
    case 'flops':
      return { title: 'FLOPs stand-in', label: "MACs over the largest network's; not trained" };
  }
}

/** A clause of the headline: what is known of the found network's accuracy, at its best. */
export function accuracyClause({ measured }: SearchReport, { accuracy, found }: SearchEvolution): string {
  if (measured !== null && measured.accuracy !== null)
    return `${accuracyTitles[measured.accuracy.metric]} ${formatRatio(measured.accuracy.value)}`;
  const value = formatRatio(found.accuracy);
  switch (accuracy.from) {
    case 'supernet':
      return `${accuracyTitles[accuracy.metric]} ${value} with shared weights`;
    case 'predictor':
      return `predicted accuracy ${value}`;
    case 'command':
      return `accuracy ${value} by the configured command`;
    case 'flops':
      return 'accuracy unknown (FLOPs stood in)';
  }
}

/** A sentence: how every candidate was judged. */
export function accuracySentence(accuracy: SearchAccuracy): Words {
  switch (accuracy.from) {
    case 'supernet':
      return say`every candidate took its weights from the super-network, its batch-norm statistics recomputed, and ran in int8 on the same kernels as firmware: ${accuracyTitles[accuracy.metric]} over ${formatCount(accuracy.samples)} samples of ${name(accuracy.dataset, 120)}${accuracy.metric === 'auc' ? '' : '; they are ordered by the mean cross-entropy of their scores, which tells networks apart with fewer samples'}. Shared weights rank networks; a network trained alone would score differently.`;
    case 'predictor':
      return say`predicted from ${formatCount(accuracy.pairs)} measured networks; cross-validated, predictions are ${formatDistance('accuracy', accuracy.meanAbsoluteError)} off on average${orderWords(accuracy.kendallTau)}.`;
    case 'command':
      return say`the number that ${join(
        accuracy.command.slice(0, mostArguments).map((argument) => [name(argument, 60)]),
        ' ',
      )}${accuracy.command.length > mostArguments ? ' …' : ''} printed for each candidate.`;
    case 'flops':
      return [
        'accuracy is unknown: nothing was trained. FLOPs stood in for it: the MACs of each candidate over those of the largest network of the space. More MACs tend to mean more capacity; they do not say what a network gets right.',
      ];
  }
}

const mostArguments = 12;

function orderWords(tau: number | null): string {
  return tau === null ? '' : ` and order networks with Kendall's tau ${tau.toFixed(2)}`;
}
