/** What the cycles of an operator depend on: sizes and the forms of its code, but no values. */
import type { Image, SlidingWindow } from '../geometry.ts';
import type { SumForm } from '../wide-matrix.ts';

/** How sums become int8, as `scaling.h` names it. */
export type ScalingForm = 'any' | 'signed' | 'rectified';

/** How a layer's products are added and scaled. */
export type LayerForm = {
  readonly scaling: ScalingForm;
  /** Weights whose sums do not fit side by side. */
  readonly isApart: boolean;
};

type Size = { readonly height: number; readonly width: number };

/** Loops over rows of elements, all of one tensor or of some of its rows. */
type Elements = { readonly height: number; readonly rowElements: number };

/** Elements of so many bytes become as many of others. */
export type Conversion = {
  readonly elements: number;
  readonly inputBytes: number;
  readonly outputBytes: number;
};

export type KernelShape =
  | ({ readonly kernel: 'conv_1x1_s8'; readonly image: Image; readonly channels: number } & LayerForm)
  | ({
      readonly kernel: 'conv_s8' | 'conv_s4';
      readonly window: SlidingWindow;
      readonly filter: Size;
    } & LayerForm)
  | ({
      readonly kernel: 'grouped_conv_s8';
      readonly window: SlidingWindow;
      readonly filter: Size;
      readonly groups: number;
    } & LayerForm)
  | ({
      readonly kernel: 'transpose_conv_s8';
      readonly input: Image;
      readonly output: Image;
      readonly filter: Size;
      readonly stride: Size;
      readonly padding: { readonly top: number; readonly left: number };
    } & LayerForm)
  | {
      readonly kernel: 'depthwise_conv_s8';
      readonly window: SlidingWindow;
      readonly filter: Size;
      readonly depthMultiplier: number;
      readonly scaling: ScalingForm;
    }
  | {
      readonly kernel: 'depthwise_paired_s8';
      readonly window: SlidingWindow;
      readonly filter: Size;
      readonly scaling: ScalingForm;
    }
  | ({
      readonly kernel: 'fully_connected_s8' | 'fully_connected_s4';
      readonly batches: number;
      readonly inputSize: number;
      readonly outputSize: number;
    } & LayerForm)
  | {
      readonly kernel: 'average_pool_s8' | 'max_pool_s8';
      readonly window: SlidingWindow;
      readonly filter: Size;
    }
  /** `run`: elements of the innermost loop. */
  | ({ readonly kernel: 'add_s8' | 'mul_s8' | 'extremum_s8' | 'prelu_s8'; readonly run: number } & Elements)
  | ({ readonly kernel: 'requantise_elements_s8' | 'lookup_s8' } & Elements)
  /** `summed` inputs to each of `results`, of which `neighbours` lie side by side in the input. */
  | {
      readonly kernel: 'mean_s8';
      readonly results: number;
      readonly neighbours: number;
      readonly summed: number;
      /** Rows of the input, where it is an image. */
      readonly height: number;
    }
  | { readonly kernel: 'reduced_extremum_s8'; readonly results: number; readonly reduced: number }
  | {
      readonly kernel: 'arg_extremum_s8';
      readonly results: number;
      readonly reduced: number;
      /** Of what is reduced to a result. */
      readonly areNeighbours: boolean;
    }
  | {
      readonly kernel: 'softmax_s8' | 'log_softmax_s8' | 'l2_normalisation_s8';
      readonly rows: number;
      readonly depth: number;
    }
  | ({
      readonly kernel: 'requantise_types_s32';
      /** Zero points that are not 0, and a shift to the left. */
      readonly steps: number;
      /** After products, by a shift to the right. */
      readonly isRounded: boolean;
      /** Where results may lie beyond their bounds. */
      readonly isClamped: boolean;
    } & Conversion)
  | ({ readonly kernel: 'cast_s32' } & Conversion)
  /** `runs` of neighbouring bytes are copied or filled, `bytes` in all. */
  | {
      readonly kernel: 'pad_s8' | 'concatenation_s8' | 'take_s8';
      readonly height: number;
      readonly runs: number;
      readonly bytes: number;
    }
  /** `run`: elements of the innermost loop, which is a copy where they lie together. */
  | {
      readonly kernel: 'transpose_s8' | 'slice_s8';
      readonly height: number;
      readonly elements: number;
      readonly run: number;
      readonly isCopy: boolean;
    }
  /** `columns`: how often the next output lies between other columns of the input. */
  | { readonly kernel: 'resize_bilinear_s8'; readonly output: Image; readonly columns: number }
  | { readonly kernel: 'resize_nearest_s8'; readonly output: Image }
  | {
      readonly kernel: 'svdf_s8';
      readonly batches: number;
      readonly inputSize: number;
      readonly units: number;
      readonly filters: number;
      readonly memory: number;
    }
  /** `steps` of all batches. */
  | {
      readonly kernel: 'lstm_s8';
      readonly steps: number;
      readonly inputSize: number;
      readonly units: number;
    }
  | Int16Shape;

/** Of kernels of int16. */
export type Int16Shape =
  | {
      readonly kernel: 'conv_s16';
      readonly window: SlidingWindow;
      readonly filter: Size;
      /** Sums of 64 bits, which may be gathered from 32. */
      readonly isWide: boolean;
    }
  | {
      readonly kernel: 'grouped_conv_s16';
      readonly window: SlidingWindow;
      readonly filter: Size;
      readonly groups: number;
      readonly sums: SumForm;
    }
  | {
      readonly kernel: 'transpose_conv_s16';
      readonly input: Image;
      readonly output: Image;
      readonly filter: Size;
      readonly stride: Size;
      readonly padding: { readonly top: number; readonly left: number };
      readonly sums: SumForm;
    }
  | { readonly kernel: 'depthwise_conv_s16'; readonly window: SlidingWindow; readonly filter: Size }
  | {
      readonly kernel: 'pool_s16';
      readonly window: SlidingWindow;
      readonly filter: Size;
      readonly isMaximum: boolean;
    }
  /** `form`: what is done to an element. */
  | ({
      readonly kernel: 'operands_s16' | 'rescale_s16' | 'curve_s16';
      readonly form: string;
      readonly run: number;
    } & Elements)
  /** `steps` of all batches. */
  | {
      readonly kernel: 'lstm_s16';
      readonly steps: number;
      readonly inputSize: number;
      readonly units: number;
    }
  | { readonly kernel: 'mean_s16'; readonly results: number; readonly summed: number }
  | { readonly kernel: 'softmax_s16'; readonly rows: number; readonly depth: number }
  | { readonly kernel: 'strided_s16'; readonly elements: number; readonly runs: number }
  /** All of the output is filled, then the input's elements are copied. */
  | {
      readonly kernel: 'fill_s16';
      readonly filled: number;
      readonly elements: number;
      readonly runs: number;
    };

export type KernelName = KernelShape['kernel'];
