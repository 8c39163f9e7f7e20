/** `search.json`, version 1: what a search for a network found, how, and what was measured of it. */
import type {
  ChoiceRule,
  Cost,
  CurvePoint,
  EvolutionOptions,
  Limits,
  SpaceSurvey,
} from '../../search/index.ts';
import type { ReportModel } from '../types.ts';

/** Where accuracies during the search are from, in the order of trust. */
export type SearchAccuracy =
  /** Trained shared weights, batch-norm statistics recomputed, in int8, over `samples` of `dataset`. */
  | {
      readonly from: 'supernet';
      readonly metric: 'top1' | 'top5' | 'auc';
      readonly dataset: string;
      readonly samples: number;
    }
  /** Predicted from measured networks; the error is that of cross-validation. */
  | {
      readonly from: 'predictor';
      readonly pairs: number;
      readonly meanAbsoluteError: number;
      readonly kendallTau: number | null;
    }
  /** A command of the user's own printed it. */
  | { readonly from: 'command'; readonly command: readonly string[] }
  /** Nothing was trained: more multiply-accumulates count as better, relative to the largest network of the space. */
  | { readonly from: 'flops' };

/** A network of the space; `accuracy` is as `SearchAccuracy` says, 0 ... 1. */
export type SearchNetwork = {
  /** Text of its genotype. */
  readonly network: string;
  readonly accuracy: number;
  /** Mean cross-entropy over the samples, nats; null where nothing was evaluated. */
  readonly loss: number | null;
  /** Estimated. */
  readonly cost: Cost;
};

export type SearchLayer = {
  readonly name: string;
  readonly kind: string;
  /** Height, width, channels. */
  readonly output: readonly [number, number, number];
  /** Height, width; null where nothing slides. */
  readonly kernel: readonly [number, number] | null;
  readonly macs: number;
  readonly parameters: number;
  readonly constantBytes: number;
  /** Live in the arena while it runs, estimated. */
  readonly peakBytes: number;
};

/** Stage two. */
export type SearchEvolution = {
  readonly space: string;
  readonly accuracy: SearchAccuracy;
  readonly options: EvolutionOptions;
  readonly evaluations: number;
  readonly curve: readonly CurvePoint[];
  /** Not beaten in accuracy, latency and SRAM together, the most accurate first. */
  readonly front: readonly SearchNetwork[];
  readonly found: SearchNetwork & { readonly layers: readonly SearchLayer[] };
  /** More accurate networks that were measured before it, and did not keep the limits then. */
  readonly rejected: readonly { readonly network: string; readonly reason: string }[];
};

/** Of the firmware that was built from the found network; limits are its budgets. */
export type SearchMeasured = Pick<
  ReportModel,
  'target' | 'sram' | 'flash' | 'latency' | 'accuracy' | 'budgets' | 'status'
> & {
  /** Held-out samples that accuracy was measured on; null where it was not measured. */
  readonly dataset: string | null;
};

export type SearchReport = {
  readonly schemaVersion: 1;
  readonly generator: { readonly name: string; readonly version: string };
  readonly target: string;
  readonly limits: Limits;
  readonly rule: ChoiceRule;
  /** Stage one: what the networks of each space within the limits can compute. */
  readonly surveys: readonly SpaceSurvey[];
  /** Name of the space that the rule chose. */
  readonly chosen: string;
  /** What the same rule would choose for networks run layer by layer; null where too few of any space would fit. */
  readonly chosenLayerwise: string | null;
  /** What the reader should know, one sentence each. */
  readonly remarks: readonly string[];
  /** Null where only spaces were compared. */
  readonly evolution: SearchEvolution | null;
  readonly measured: SearchMeasured | null;
  /** What makes the same result again, from the folder of the configuration. */
  readonly command: string;
};
