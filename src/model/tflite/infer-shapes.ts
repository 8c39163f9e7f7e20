/** Shapes of what operators make, from those of their inputs: for tensors whose sizes the file leaves open. */
import { at } from '../../base/index.ts';
import type { OperatorOptions, PaddingRule } from '../types.ts';
import { elementCount } from './read-tensors.ts';

export type Shape = readonly number[];

/** What is known of an operator. */
export type Site = {
  readonly name: string;
  readonly options: OperatorOptions | undefined;
  /** Of its inputs, in their order. */
  readonly shapes: readonly Shape[];
  /** Values of those inputs that are constants of few whole numbers. */
  readonly constants: readonly (Shape | undefined)[];
  readonly outputs: number;
};

/** One shape for each output; `undefined` where they do not follow from what is known. */
export function inferShapes(site: Site): readonly Shape[] | undefined {
  const shape = rules[site.name]?.(site);
  const shapes = shape === undefined ? severalShapes(site) : [shape];
  if (shapes?.length !== site.outputs) return undefined;
  return shapes.flat().every((size) => Number.isSafeInteger(size) && size > 0) ? shapes : undefined;
}

type Infer = (site: Site) => Shape | undefined;

const same: Infer = ({ shapes }) => shapes[0];

/** By NumPy's rules. */
const broadcast: Infer = ({ shapes: [a, b] }) => {
  if (a === undefined || b === undefined) return undefined;
  const rank = Math.max(a.length, b.length);
  const sizeOf = (shape: Shape, axis: number): number => shape[axis - rank + shape.length] ?? 1;
  return Array.from({ length: rank }, (_, axis) => {
    const [one, other] = [sizeOf(a, axis), sizeOf(b, axis)];
    return one === other || other === 1 ? one : one === 1 ? other : 0;
  });
};

/** The shape is what this input says. */
function stated(position: number): Infer {
  return ({ constants }) => constants[position];
}

const permuted: Infer = ({ shapes: [shape], constants: [, permutation] }) =>
  shape && permutation?.map((axis) => shape[axis] ?? 0);

/** One size may be left open, by -1. */
const reshaped: Infer = ({ shapes: [shape], constants: [, target] }) => {
  if (shape === undefined || target === undefined) return undefined;
  const known = elementCount(target.filter((size) => size !== -1));
  return target.map((size) => (size === -1 ? elementCount(shape) / known : size));
};

const expanded: Infer = ({ shapes: [shape], constants: [, axes] }) => {
  const [axis] = axes ?? [];
  return shape && axis !== undefined ? inserted(shape, axis, 1) : undefined;
};

const squeezed: Infer = ({ shapes: [shape], options }) => {
  if (shape === undefined || options?.op !== 'SQUEEZE') return undefined;
  const axes = options.axes.map((axis) => from(axis, shape.length));
  return shape.filter((size, axis) => (axes.length === 0 ? size !== 1 : !axes.includes(axis)));
};

const packed: Infer = ({ shapes, options }) =>
  shapes[0] && options?.op === 'PACK' ? inserted(shapes[0], options.axis, shapes.length) : undefined;

const joined: Infer = ({ shapes, options }) => {
  const [first] = shapes;
  if (first === undefined || options?.op !== 'CONCATENATION') return undefined;
  const axis = from(options.axis, first.length);
  return first.with(
    axis,
    shapes.reduce((sum, shape) => sum + (shape[axis] ?? 0), 0),
  );
};

const cut: Infer = ({ shapes: [shape], constants: [, begins, sizes] }) =>
  shape &&
  begins &&
  sizes?.map((size, axis) => (size === -1 ? (shape[axis] ?? 0) - (begins[axis] ?? 0) : size));

const strided: Infer = ({ shapes: [shape], constants: [, begins, ends, strides], options }) => {
  if (shape === undefined || options?.op !== 'STRIDED_SLICE') return undefined;
  if (begins === undefined || ends === undefined || strides === undefined) return undefined;
  return shape.flatMap((size, axis) => {
    const [begin, end, stride] = [begins[axis], ends[axis], strides[axis] ?? 1];
    if (begin === undefined || end === undefined) return size;
    const isSet = (mask: number): boolean => ((mask >> axis) & 1) === 1;
    if (isSet(options.shrinkMask)) return [];
    const clamped = (place: number): number => Math.min(Math.max(from(place, size), 0), size);
    const first = isSet(options.beginMask) ? 0 : clamped(begin);
    const last = isSet(options.endMask) ? size : clamped(end);
    return stride > 0 ? Math.ceil((last - first) / stride) : 0;
  });
};

const gathered: Infer = ({ shapes: [shape, indices], options }) => {
  if (shape === undefined || indices === undefined || options?.op !== 'GATHER') return undefined;
  const axis = from(options.axis, shape.length);
  return options.batchDimensions === 0
    ? [...shape.slice(0, axis), ...indices, ...shape.slice(axis + 1)]
    : undefined;
};

const connected: Infer = ({ shapes: [shape, weights], options }) => {
  const [outputs, inputs] = weights ?? [];
  if (shape === undefined || outputs === undefined || inputs === undefined) return undefined;
  if (options?.op !== 'FULLY_CONNECTED') return undefined;
  return [...(options.keepDims ? shape.slice(0, -1) : [elementCount(shape) / inputs]), outputs];
};

const padded: Infer = ({ shapes: [shape], constants: [, counts] }) =>
  counts && shape?.map((size, axis) => size + (counts[2 * axis] ?? 0) + (counts[2 * axis + 1] ?? 0));

const reduced: Infer = ({ shapes: [shape], constants: [, axes], options }) => {
  if (shape === undefined || axes === undefined || options === undefined || !('keepDims' in options))
    return undefined;
  const isReduced = (axis: number): boolean => axes.some((one) => from(one, shape.length) === axis);
  return shape.flatMap((size, axis) => (isReduced(axis) ? (options.keepDims ? [1] : []) : [size]));
};

const convolved: Infer = ({ shapes: [shape, weights], options }) => {
  if (options?.op !== 'CONV_2D' && options?.op !== 'DEPTHWISE_CONV_2D') return undefined;
  const [filters = 0, height = 0, width = 0, last = 0] = weights ?? [];
  const { dilationHeight, dilationWidth } = options;
  const spans = [(height - 1) * dilationHeight + 1, (width - 1) * dilationWidth + 1];
  return shape && windowed(shape, spans, options, options.op === 'CONV_2D' ? filters : last);
};

const pooled: Infer = ({ shapes: [shape], options }) =>
  shape && (options?.op === 'AVERAGE_POOL_2D' || options?.op === 'MAX_POOL_2D')
    ? windowed(shape, [options.filterHeight, options.filterWidth], options, shape[3] ?? 0)
    : undefined;

type Steps = { readonly padding: PaddingRule; readonly strideHeight: number; readonly strideWidth: number };

function windowed(
  [batches = 0, ...size]: Shape,
  spans: Shape,
  { padding, strideHeight, strideWidth }: Steps,
  channels: number,
): Shape {
  const strides = [strideHeight, strideWidth];
  const positions = strides.map((stride, axis) => {
    const covered = padding === 'same' ? 1 : at(spans, axis);
    return Math.floor(((size[axis] ?? 0) - covered) / stride) + 1;
  });
  return [batches, ...positions, channels];
}

/** Height and width are stated. */
const resized: Infer = ({ shapes: [shape], constants: [, size] }) =>
  shape && size && [shape[0] ?? 0, ...size, shape[3] ?? 0];

const inBlocks: Infer = ({ shapes: [shape], constants: [, blocks, paddings] }) => {
  if (shape === undefined || blocks === undefined || paddings === undefined) return undefined;
  const [batches = 0, ...rest] = shape;
  const sizes = rest.map((size, axis) => {
    const block = blocks[axis];
    return block === undefined ? size : (size + at(paddings, 2 * axis) + at(paddings, 2 * axis + 1)) / block;
  });
  return [batches * elementCount(blocks), ...sizes];
};

const outOfBlocks: Infer = ({ shapes: [shape], constants: [, blocks, crops] }) => {
  if (shape === undefined || blocks === undefined || crops === undefined) return undefined;
  const [batches = 0, ...rest] = shape;
  const sizes = rest.map((size, axis) => {
    const block = blocks[axis];
    return block === undefined ? size : size * block - at(crops, 2 * axis) - at(crops, 2 * axis + 1);
  });
  return [batches / elementCount(blocks), ...sizes];
};

/** Rows and columns by so many times fewer, channels by its square more, or the other way round. */
const inDepth: Infer = ({ shapes: [shape], options }) => {
  if (shape === undefined || (options?.op !== 'SPACE_TO_DEPTH' && options?.op !== 'DEPTH_TO_SPACE'))
    return undefined;
  const factor = options.op === 'SPACE_TO_DEPTH' ? 1 / options.blockSize : options.blockSize;
  const [batches = 0, height = 0, width = 0, channels = 0] = shape;
  return [batches, height * factor, width * factor, channels / factor / factor];
};

const placed: Infer = ({ shapes: [shape], constants: [, axes] }) => {
  const [axis] = axes ?? [];
  return shape && axis !== undefined ? shape.toSpliced(from(axis, shape.length), 1) : undefined;
};

const tiled: Infer = ({ shapes: [shape], constants: [, counts] }) =>
  counts && shape?.map((size, axis) => size * (counts[axis] ?? 0));

const rules: Readonly<Record<string, Infer>> = {
  ABS: same,
  ADD: broadcast,
  ARG_MAX: placed,
  ARG_MIN: placed,
  AVERAGE_POOL_2D: pooled,
  BATCH_TO_SPACE_ND: outOfBlocks,
  BROADCAST_TO: stated(1),
  CAST: same,
  CONCATENATION: joined,
  CONV_2D: convolved,
  DEPTHWISE_CONV_2D: convolved,
  DEPTH_TO_SPACE: inDepth,
  DEQUANTIZE: same,
  ELU: same,
  EXPAND_DIMS: expanded,
  FILL: stated(0),
  FULLY_CONNECTED: connected,
  GATHER: gathered,
  HARD_SWISH: same,
  L2_NORMALIZATION: same,
  LEAKY_RELU: same,
  LOGISTIC: same,
  LOG_SOFTMAX: same,
  MAXIMUM: broadcast,
  MAX_POOL_2D: pooled,
  MEAN: reduced,
  MINIMUM: broadcast,
  MIRROR_PAD: padded,
  MUL: broadcast,
  PACK: packed,
  PAD: padded,
  PADV2: padded,
  PRELU: broadcast,
  QUANTIZE: same,
  REDUCE_MAX: reduced,
  REDUCE_MIN: reduced,
  RELU: same,
  RELU6: same,
  RELU_0_TO_1: same,
  RELU_N1_TO_1: same,
  RESHAPE: reshaped,
  RESIZE_BILINEAR: resized,
  RESIZE_NEAREST_NEIGHBOR: resized,
  REVERSE_V2: same,
  SLICE: cut,
  SOFTMAX: same,
  SPACE_TO_BATCH_ND: inBlocks,
  SPACE_TO_DEPTH: inDepth,
  SQUEEZE: squeezed,
  STRIDED_SLICE: strided,
  SUB: broadcast,
  SUM: reduced,
  TANH: same,
  TILE: tiled,
  TRANSPOSE: permuted,
  TRANSPOSE_CONV: stated(0),
};

function severalShapes({ name, shapes, constants, options, outputs }: Site): readonly Shape[] | undefined {
  const alike = (shape: Shape): readonly Shape[] => Array.from({ length: outputs }, () => shape);
  if (options?.op === 'UNPACK') {
    const [shape] = shapes;
    return shape && alike(shape.toSpliced(from(options.axis, shape.length), 1));
  }
  const [shape, axis] = name === 'SPLIT' ? [shapes[1], constants[0]?.[0]] : [shapes[0], constants[2]?.[0]];
  if (shape === undefined || axis === undefined) return undefined;
  const along = from(axis, shape.length);
  if (along < 0 || along >= shape.length) return undefined;
  if (name === 'SPLIT') return alike(shape.with(along, at(shape, along) / outputs));
  if (name !== 'SPLIT_V') return undefined;
  const sizes = constants[1] ?? [];
  const rest = at(shape, along) - sizes.reduce((sum, size) => sum + Math.max(size, 0), 0);
  return sizes.map((size) => shape.with(along, size === -1 ? rest : size));
}

/** Axes and places below zero count from the end. */
function from(place: number, count: number): number {
  return place < 0 ? place + count : place;
}

function inserted(shape: Shape, axis: number, size: number): Shape {
  return shape.toSpliced(from(axis, shape.length + 1), 0, size);
}
