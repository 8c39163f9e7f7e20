/** Labelled data as the network takes it, and what came of running the network over it. */

/** Where labelled samples are, and how they become the network's input. */
export type DatasetSource =
  | {
      /** A folder of raw input files and `y_labels.csv` (lines `file,classes,label`), as MLPerf Tiny has it. */
      readonly format: 'mlperf-tiny';
      readonly path: string;
    }
  | {
      /** NumPy archive: `inputs` has samples first, `labels` one integer a sample. */
      readonly format: 'npz';
      readonly path: string;
      readonly inputs: string;
      readonly labels: string;
      /** real = (raw - mean) / standard deviation, by channel (last dimension) or one for all. */
      readonly normalisation:
        | { readonly mean: readonly number[]; readonly std: readonly number[] }
        | undefined;
    };

export type Dataset = {
  /** Where it is from, for messages. */
  readonly path: string;
  /** Input sets back to back, as `mcunet run` takes them. */
  readonly inputs: Uint8Array;
  /** One class index a sample; for AUC 0 is normal and 1 is positive. */
  readonly labels: Int32Array;
  readonly samples: number;
};

export type AccuracyMetric = 'top1' | 'top5' | 'auc';

export type Accuracy = {
  readonly metric: AccuracyMetric;
  /** 0 ... 1. */
  readonly value: number;
  readonly samples: number;
};
