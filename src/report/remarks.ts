/** What a reader must know of a model's figures, whether it passes or not. */
import type { ReportModel } from './types.ts';

/** Stands beside the figures of an architecture, wherever they are; null for a network with weights of its own. */
export function weightsLabel({ isTrained }: Pick<ReportModel, 'isTrained'>): string | null {
  return isTrained === false ? 'random weights' : null;
}

/** Sentences of our own. */
export function remarks({ isTrained }: ReportModel): readonly string[] {
  if (isTrained !== false) return [];
  return [
    'This is an architecture without trained weights: SRAM, flash and latency are those of random weights, accuracy is not measured.',
  ];
}
