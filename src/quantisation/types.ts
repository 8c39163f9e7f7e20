/** What calibration finds and what quantisation may be asked for. */

/** Real values from `min` to `max`, both finite. */
export type Range = { readonly min: number; readonly max: number };

/** How a tensor's range follows from the values that calibration saw. */
export type RangeMethod =
  /** From the smallest to the largest. */
  | { readonly kind: 'minmax' }
  /** All but `100 - percent` percent at either end; 99.99 is usual. */
  | { readonly kind: 'percentile'; readonly percent: number }
  /** The range of the least mean squared error between values and their int8 forms. */
  | { readonly kind: 'mse' };

/** By tensor index of the float model. */
export type Calibration = {
  /** Of every input of the model and every operator's output. */
  readonly ranges: ReadonlyMap<number, Range>;
  /** The mean over the samples, element by element, of every tensor that a layer with weights reads. */
  readonly means: ReadonlyMap<number, Float32Array>;
};

export type QuantiseOptions = {
  /** Takes from each bias what rounding the weights adds to the mean of the layer's outputs. */
  readonly biasCorrection: boolean;
  /** Type of the network's inputs and outputs. */
  readonly edges: 'int8' | 'float32';
};

/** real = scale * (q - zeroPoint), for a whole int8 tensor. */
export type Parameters = { readonly scale: number; readonly zeroPoint: number };
