/** Constants and sizes of the kernels that multiply matrices: convolutions and dense layers. */
import { at, invariant } from '../base/index.ts';
import type { Clamp, Multiplier } from '../graph/index.ts';
import { clampLiterals, foldZeroPoint, literals } from './definition.ts';
import type { Image } from './geometry.ts';
import { type ChannelSum, outputScaling } from './scaling.ts';
import type { Argument, Constant } from './types.ts';

/** Weights [channel][depth] and what makes int8 of their products with inputs of a zero point. */
export type MatrixLayer = {
  readonly weights: Int8Array;
  readonly bias: Int32Array;
  readonly multipliers: readonly Multiplier[];
  readonly inputZeroPoint: number;
  readonly outputZeroPoint: number;
  readonly clamp: Clamp;
};

export type Matrix = {
  readonly constants: readonly Constant[];
  /** `apart`, `scaling`, `output_zero_point`, `min` and `max`. */
  readonly scaling: readonly Argument[];
};

/** Depth of the expanded pixels and of the weights: a multiple of 4. */
export function paddedDepth(depth: number): number {
  return Math.ceil(depth / 4) * 4;
}

/**
 * Constants of a dense layer: weights in the order of `dense.h` where channels come in eights and are joined, which the
 * argument `eights` before the others tells.
 */
export function denseMatrixOf(layer: MatrixLayer): Matrix {
  const matrix = matrixOf(layer);
  const channels = layer.bias.length;
  const isApart = matrix.scaling.some(
    (argument) => argument.kind === 'literal' && argument.parameter === 'apart' && argument.value === 1,
  );
  const inEights = channels % 8 === 0 && !isApart;
  const constants = matrix.constants.map((constant) =>
    inEights && constant.name === 'weights'
      ? { ...constant, values: inOrderOfEights(constant.values, channels) }
      : constant,
  );
  return { constants, scaling: [...literals({ eights: inEights ? 1 : 0 }), ...matrix.scaling] };
}

/** Words of four pairs of channels side by side: those of a pair come every 16 bytes. */
function inOrderOfEights(pairs: Constant['values'], channels: number): Int8Array {
  const bytesOfPair = (pairs.length - loadedAhead) / (channels / 2);
  return Int8Array.from(pairs, (_, index) => {
    if (index >= pairs.length - loadedAhead) return 0;
    const eight = Math.floor(index / (4 * bytesOfPair));
    const within = index % (4 * bytesOfPair);
    const pair = 4 * eight + (Math.floor(within / 4) % 4);
    return at(pairs, pair * bytesOfPair + Math.floor(within / 16) * 4 + (within % 4));
  });
}

export function matrixOf(layer: MatrixLayer): Matrix {
  const { weights, bias, multipliers, inputZeroPoint, outputZeroPoint, clamp } = layer;
  const first = foldZeroPoint(bias, weights, inputZeroPoint);
  const sums = sumsOf(weights, first);
  const { scales, form, constantChannels } = outputScaling({
    sums,
    multipliers,
    zeroPoint: outputZeroPoint,
    clamp,
  });
  const rows = withoutChannels(weights, constantChannels, bias.length);
  const joined = form === 0 || sums.some(isLarge) ? undefined : layOut(rows, bias.length, true);
  const values = joined ?? layOut(rows, bias.length, false);
  invariant(values !== undefined, 'weights lie apart whatever they are');
  return {
    constants: [{ name: 'weights', type: 'int8_t', values }, scales],
    scaling: [
      ...literals({ apart: joined === undefined ? 1 : 0, scaling: form, output_zero_point: outputZeroPoint }),
      ...clampLiterals(clamp),
    ],
  };
}

/** The same of weights of four bits, two channels after the other as `matrixOf` has them apart, and then packed. */
export function packedMatrixOf(layer: MatrixLayer): Matrix {
  const { weights, bias, multipliers, inputZeroPoint, outputZeroPoint, clamp } = layer;
  const sums = sumsOf(weights, foldZeroPoint(bias, weights, inputZeroPoint));
  const { scales, form, constantChannels } = outputScaling({
    sums,
    multipliers,
    zeroPoint: outputZeroPoint,
    clamp,
  });
  const rows = withoutChannels(weights, constantChannels, bias.length);
  const values = layOut(rows, bias.length, false);
  invariant(values !== undefined, 'weights lie apart whatever they are');
  return {
    constants: [
      { name: 'weights', type: 'int8_t', values: packed(values.subarray(0, -loadedAhead)) },
      scales,
    ],
    scaling: [...literals({ scaling: form, output_zero_point: outputZeroPoint }), ...clampLiterals(clamp)],
  };
}

/** Eights of values in four bytes each: the first four in their lower halves, the others in their upper ones. */
function packed(values: Int8Array): Int8Array {
  return Int8Array.from({ length: values.length / 2 }, (_, index) => {
    const low = 2 * (index - (index % 4)) + (index % 4);
    return (at(values, low) & 15) | (at(values, low + 4) << 4);
  });
}

/** Bytes of scratch that weights of four channels are unpacked to. */
export function unpackedBytes(depth: number): number {
  return 4 * depth + loadedAhead;
}

/** What the sums of channels can be with inputs of -128 ... 127. */
export function sumsOf(weights: Int8Array, first: Int32Array): ChannelSum[] {
  const depth = weights.length / first.length;
  return Array.from(first, (start, channel) => {
    let low = start;
    let high = start;
    for (let i = channel * depth; i < (channel + 1) * depth; i += 1) {
      const weight = at(weights, i);
      low += weight > 0 ? -128 * weight : 127 * weight;
      high += weight > 0 ? 127 * weight : -128 * weight;
    }
    return { first: start, low, high };
  });
}

/** Whether sums of a channel, or its products alone, may be more than a joined sum has room for. */
export function isLarge({ first, low, high }: ChannelSum): boolean {
  return Math.max(-low, high, first - low, high - first) >= 2 ** 23 - 2 ** 12;
}

/** Weights of constant channels do not matter: they become 0. */
export function withoutChannels(
  weights: Int8Array,
  dropped: ReadonlySet<number>,
  channels: number,
): Int8Array {
  const depth = weights.length / channels;
  return weights.map((weight, index) => (dropped.has(Math.floor(index / depth)) ? 0 : weight));
}

/** The word behind the weights, which is loaded but not used. */
export const loadedAhead = 4;

/**
 * Weights two channels at a time in the order of `matrix.h`; where they are joined, second channels have one less beside
 * a negative weight of the first: `undefined` where that is no int8.
 */
export function layOut(weights: Int8Array, channels: number, isJoined: boolean): Int8Array | undefined {
  const depth = weights.length / channels;
  const padded = paddedDepth(depth);
  const laidOut = new Int8Array(Math.ceil(channels / 2) * 2 * padded + loadedAhead);
  for (let first = 0; first < channels; first += 2) {
    for (let i = 0; i < depth; i += 1) {
      const a = at(weights, first * depth + i);
      const b = first + 1 < channels ? at(weights, (first + 1) * depth + i) : 0;
      const borrowed = isJoined && a < 0 ? 1 : 0;
      if (b - borrowed < -128) return undefined;
      const place = first * padded + 2 * placeOf(i);
      laidOut[place] = a;
      laidOut[place + 1] = b - borrowed;
    }
  }
  return laidOut;
}

/** Elements 1 and 2 of each four stand in each other's place. */
function placeOf(element: number): number {
  const within = element % 4;
  return element - within + (within === 1 ? 2 : within === 2 ? 1 : within);
}

/** Weights of this size stay in the data cache from one group of pixels to the next. */
const cachedWeightBytes = 3072;
/** Pixels that are expanded at a time, at most, where weights do not stay, and the memory that they may take. */
const mostPixels = 8;
const expandedBytes = 8192;

/** How many of `pixels` are expanded at a time: a multiple of 4; 0 where there are fewer. */
function blockOf(pixels: number, depth: number, channels: number): number {
  const groups = Math.floor(pixels / 4);
  if (depth * channels <= cachedWeightBytes) return Math.min(groups, 1) * 4;
  const fitting = Math.max(1, Math.floor(expandedBytes / (8 * depth)));
  return Math.min(groups, mostPixels / 4, fitting) * 4;
}

/** Scratch that holds a block of expanded pixels, and the word behind them. */
export function expandedBlockBytes(block: number, depth: number): number {
  return 2 * block * depth + loadedAhead;
}

/**
 * The same for calls that mostly make `rows` rows of an image: narrow rows are no block, but calls of more of them are,
 * and must find memory for one.
 */
export function blockOfRows(
  { height, width }: Pick<Image, 'height' | 'width'>,
  rows: number,
  depth: number,
  channels: number,
): number {
  const usual = blockOf(Math.min(rows, height) * width, depth, channels);
  return usual > 0 ? usual : blockOf(Math.min(4, height * width), depth, channels);
}
