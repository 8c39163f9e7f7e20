/** Labelled data as files have it and as the network takes it, and what came of running the network over it. */

import type { TensorType } from '../graph/index.ts';

/** Real value = (raw - mean) / std; one entry a channel (last dimension), or one for all. */
export type Normalisation = { readonly mean: readonly number[]; readonly std: readonly number[] };

/** How a picture gets another size; what each is stands with `resize`. */
export type ResizeMethod = 'nearest' | 'bilinear' | 'bilinear-antialias' | 'bicubic-antialias';

/** How a picture of other proportions comes onto the input; what each is stands with `fitOnto`. */
export type ImageFit =
  | { readonly kind: 'stretch' }
  | { readonly kind: 'crop' }
  | { readonly kind: 'shorter-side'; readonly pixels: number };

export type ImagePreparation = { readonly resize: ResizeMethod; readonly fit: ImageFit };

/**
 * Which class index a sub-folder stands for: its place among all names, sorted by their characters, as Keras and
 * torchvision count (`10` comes before `2`); the number that it is called; or its place in a list.
 */
export type ClassOrder = 'sorted' | 'numbered' | readonly string[];

/**
 * Samples that are sequences of inputs, for networks that keep state between inferences: which predictions are scored, that
 * behind the last input or that behind each.
 */
export type ScoredSteps = 'last' | 'each';

/** Where labelled samples are, and how they become the network's input. */
export type DatasetSource = { readonly sequence?: ScoredSteps | undefined } & SampleFiles;

type SampleFiles =
  | {
      /** A folder of raw input files and `y_labels.csv` (lines `file,classes,label`), as MLPerf Tiny has it. */
      readonly format: 'mlperf-tiny';
      readonly path: string;
    }
  | {
      /** NumPy archive: `inputs` has samples first (then the steps of sequences), `labels` one integer a sample or step. */
      readonly format: 'npz';
      readonly path: string;
      readonly inputs: string;
      readonly labels: string;
      readonly normalisation: Normalisation | undefined;
    }
  | {
      /** A line of column names, then one sample a line: the class index in column `labels`, the values in the others. */
      readonly format: 'csv';
      readonly path: string;
      readonly labels: string;
      readonly normalisation: Normalisation | undefined;
    }
  | ({
      /** A folder with one sub-folder a class, PNG and JPEG files below it; values are 0 ... 255. */
      readonly format: 'image-folder';
      readonly path: string;
      readonly classes: ClassOrder;
      readonly normalisation: Normalisation | undefined;
    } & ImagePreparation);

/** Labelled samples as they are in files, for any network whose input they fit. */
export type Samples = (RawSamples | NumericSamples) & { readonly sequence?: ScoredSteps | undefined };

/** Files that hold inputs in the network's own type, scale and shape. */
export type RawSamples = {
  readonly kind: 'raw';
  /** Where it is from, for messages. */
  readonly path: string;
  readonly files: readonly LabelledFile[];
};

export type LabelledFile = {
  /** File and line that name the sample. */
  readonly where: string;
  readonly path: string;
  readonly classes: number;
  readonly label: number;
  readonly bytes: Uint8Array;
};

/** Numbers, which become the network's input by its own scale. */
export type NumericSamples = {
  readonly kind: 'numbers';
  readonly path: string;
  /** Place of the inputs and of the labels, for messages. */
  readonly inputsAt: string;
  readonly labelsAt: string;
  /** Samples first; `undefined` where values lie row-major in any shape. */
  readonly shape: readonly number[] | undefined;
  readonly values: ArrayLike<number>;
  readonly labels: ArrayLike<number>;
  /** What the values are stored as where they may be quantised already. */
  readonly storedAs: TensorType | undefined;
  readonly normalisation: Normalisation | undefined;
  /** Their names by class index, where the data set has all of them. */
  readonly classes?: readonly string[] | undefined;
};

/** Samples encoded for one network. */
export type Dataset = {
  /** Where it is from, for messages. */
  readonly path: string;
  /** Input sets back to back, as `mcunet run` takes them. */
  readonly inputs: Uint8Array;
  /** One class index a sample; for AUC 0 is normal and 1 is positive. */
  readonly labels: Int32Array;
  /** Predictions that are scored. */
  readonly samples: number;
  /** Where samples are sequences: input sets of each, of which all are scored or the last. */
  readonly sequence?: { readonly steps: number; readonly scored: ScoredSteps } | undefined;
  /** By class index, where the data set names them. */
  readonly classes?: readonly string[] | undefined;
};

export type AccuracyMetric = 'top1' | 'top5' | 'auc';

export type Accuracy = {
  readonly metric: AccuracyMetric;
  /** 0 ... 1. */
  readonly value: number;
  readonly samples: number;
  /** By class index, where the data set names them. */
  readonly classes?: readonly string[] | undefined;
};
