/** What a project asks for, normalised once: bytes, milliseconds and fractions, no units left to read. */
import type { ChoiceRule, EvolutionOptions, Limits, SpaceFamily } from '../search/index.ts';

export type Budgets = {
  /** Most RAM that the firmware may need: arena, static data and worst-case stack, bytes. */
  readonly sramBytes: number | undefined;
  /** Most flash that the image may take, bytes. */
  readonly flashBytes: number | undefined;
  /** Most time of one inference, milliseconds. */
  readonly latencyMs: number | undefined;
  /** Least accuracy in the data set's metric, 0 ... 1. */
  readonly accuracy: number | undefined;
};

/** How much worse than the base branch a figure may get. */
export type RegressionLimits = {
  /** Fractions of the base figure: 0.02 is 2 %. */
  readonly sram: number | undefined;
  readonly flash: number | undefined;
  readonly latency: number | undefined;
  /** Fraction of all samples: 0.005 is half a percentage point. */
  readonly accuracy: number | undefined;
};

type DatasetMetric = 'top1' | 'top5' | 'auc';

/** real = (raw - mean) / std, by channel or one for all; the raw values themselves where there is none. */
type NormalisationConfig = { readonly mean: readonly number[]; readonly std: readonly number[] };

export type ImageFitConfig =
  | { readonly kind: 'stretch' }
  | { readonly kind: 'crop' }
  | { readonly kind: 'shorter-side'; readonly pixels: number };

/** How pictures come onto a network's input. */
export type ImagePreparationConfig = {
  readonly resize: 'nearest' | 'bilinear' | 'bilinear-antialias' | 'bicubic-antialias';
  readonly fit: ImageFitConfig;
};

/** Samples are sequences of inputs, and these of a network's predictions are scored. */
type SequenceConfig = { readonly sequence?: 'last' | 'each' | undefined };

/** Paths are as written: relative to the configuration file. */
export type DatasetConfig =
  | ({
      readonly format: 'mlperf-tiny';
      readonly path: string;
      readonly metric: DatasetMetric;
    } & SequenceConfig)
  | ({
      readonly format: 'npz';
      readonly path: string;
      readonly metric: DatasetMetric;
      /** Names of the arrays. */
      readonly inputs: string;
      readonly labels: string;
      readonly normalisation: NormalisationConfig | undefined;
    } & SequenceConfig)
  | ({
      readonly format: 'csv';
      readonly path: string;
      readonly metric: DatasetMetric;
      /** Name of the column; all others are values. */
      readonly labels: string;
      readonly normalisation: NormalisationConfig | undefined;
    } & SequenceConfig)
  | ({
      readonly format: 'image-folder';
      readonly path: string;
      readonly metric: DatasetMetric;
      /** Which class index a sub-folder stands for: its place by name, its number, or its place in the list. */
      readonly classes: 'sorted' | 'numbered' | readonly string[];
      readonly normalisation: NormalisationConfig | undefined;
    } & ImagePreparationConfig);

export type ModelConfig = {
  readonly name: string;
  /** Path or glob, relative to the configuration file; `/` separated. */
  readonly path: string;
  readonly budgets: Budgets;
  readonly objective: PlanObjective;
  readonly regression: RegressionLimits;
  readonly dataset: DatasetConfig | undefined;
};

/**
 * What planning is for: `auto` takes the fastest plan that the SRAM budget allows, `memory` the smallest arena that costs
 * at most a tenth more time, `speed` the fastest plan.
 */
export type PlanObjective = 'auto' | 'memory' | 'speed';

export type ToolchainChoice = 'auto' | 'container' | 'local';

/** A board on this machine: its chip counts the cycles. */
export type BoardConfig = {
  /** Path of its serial port; the ST-LINK's own where undefined. */
  readonly port: string | undefined;
  readonly programmer: 'auto' | 'openocd' | 'stm32programmer';
  /** Serial number of its debug probe, where there are several. */
  readonly probe: string | undefined;
};

/** Samples from which the ranges of activations are learned. */
type CalibrationConfig = {
  readonly path: string;
  /** The array of a NumPy archive that has samples first; or how pictures below a folder come onto the input. */
  readonly from: { readonly array: string } | ImagePreparationConfig;
  readonly method:
    | { readonly kind: 'minmax' }
    | { readonly kind: 'percentile'; readonly percent: number }
    | { readonly kind: 'mse' };
};

/** Where the search takes accuracies from, in the order of trust. */
export type SearchAccuracyConfig =
  | {
      readonly from: 'supernet';
      /** Its JSON file; the tensors lie beside it. */
      readonly path: string;
      readonly calibration: CalibrationConfig;
      readonly dataset: DatasetConfig;
    }
  /** Networks that were measured before, to fit a predictor on. */
  | { readonly from: 'predictor'; readonly path: string }
  /** Program and arguments; `{network}` stands for the path of a net configuration. */
  | { readonly from: 'command'; readonly argv: readonly string[] }
  | { readonly from: 'flops' };

/** The search for a network under limits. Paths are as written: relative to the configuration file. */
export type SearchConfig = {
  readonly target: string;
  readonly family: SpaceFamily;
  readonly limits: Limits;
  /** Stage one. */
  readonly survey: { readonly samples: number; readonly rule: ChoiceRule };
  /** Stage two; absent where spaces alone are compared. */
  readonly accuracy: SearchAccuracyConfig | undefined;
  readonly evolution: EvolutionOptions;
  /** Held-out samples for the accuracy of the network that is found; those of the search where absent. */
  readonly evaluation: DatasetConfig | undefined;
};

export type Config = {
  /** Names that `findTarget` knows, without repetition. */
  readonly targets: readonly string[];
  readonly models: readonly ModelConfig[];
  readonly search?: SearchConfig | undefined;
  readonly toolchain: ToolchainChoice;
  /** Where latency is measured instead of simulated. */
  readonly board?: BoardConfig | undefined;
};
