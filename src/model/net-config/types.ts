/** A network as the few numbers that MCUNet's net configurations state: an architecture without weights. */

/** Of an image, kernel or stride, in elements. */
export type Size2d = { readonly height: number; readonly width: number };

export type NetActivation = 'none' | 'relu' | 'relu6';

export type ConvLayer = {
  readonly kernel: Size2d;
  readonly stride: Size2d;
  readonly inChannels: number;
  readonly outChannels: number;
  readonly activation: NetActivation;
};

/** An inverted residual block: 1x1 expansion, depthwise convolution, 1x1 projection without activation. */
export type NetBlock = {
  readonly inChannels: number;
  /** Channels of the depthwise convolution; `inChannels` where nothing expands. */
  readonly midChannels: number;
  readonly outChannels: number;
  readonly kernel: Size2d;
  readonly stride: Size2d;
  readonly activation: NetActivation;
  /** Whether a 1x1 convolution makes the middle channels; MCUNet leaves it out at expand ratio 1. */
  readonly hasExpansion: boolean;
  /** Whether the block's input is added to its output. */
  readonly hasShortcut: boolean;
};

/**
 * First convolution, blocks, a 1x1 feature mix where there is one, mean over height and width, linear classifier.
 * Windows are padded as TensorFlow Lite's SAME does: an output has ceil(input / stride) rows and columns.
 */
export type NetConfig = {
  readonly input: Size2d & { readonly channels: number };
  /** Of training; kept for those who read the file for that. */
  readonly batchNorm: { readonly eps: number; readonly momentum: number };
  readonly firstConv: ConvLayer;
  readonly blocks: readonly NetBlock[];
  readonly featureMix: ConvLayer | undefined;
  readonly classifier: { readonly inFeatures: number; readonly outFeatures: number };
};
