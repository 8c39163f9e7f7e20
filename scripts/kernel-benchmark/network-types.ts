/** What networks of the benchmark are written in. */
import type { Graph, Op, Size2d, TensorId, TensorType } from '../../src/graph/index.ts';

/** How sums become int8, as `scaling.h` names it. */
export type OutputForm = 'any' | 'signed' | 'rectified';

export type Volume = readonly [height: number, width: number, channels: number];

export type WindowOptions = {
  readonly filter: number | Size2d;
  readonly stride?: number;
  readonly form?: OutputForm;
  readonly depthMultiplier?: number;
  /** Depthwise, without padding. */
  readonly isValid?: boolean;
  /** Weights so large that sums of two channels do not fit side by side. */
  readonly isLarge?: boolean;
  /** Weights of four bits. */
  readonly weightBits?: 4;
};

type DenseOptions = Pick<WindowOptions, 'form' | 'isLarge' | 'weightBits'>;

/** An operator but for its place in the network. */
export type OpOf<K extends Op['kind']> = Omit<Extract<Op, { kind: K }>, 'index' | 'name' | 'output'>;

export type BenchmarkNetwork = {
  input(shape: readonly number[], type?: TensorType): TensorId;
  /** Memory that the network keeps, all zeros when it is reset. */
  state(shape: readonly number[], type: TensorType): TensorId;
  /** Bell-shaped, a standard deviation of 30 or so, as trained weights. */
  weights(count: number): Int8Array;
  volume(tensor: TensorId): Volume;
  /** Any operator, with the shape of its output. */
  append<K extends Op['kind']>(
    op: OpOf<K>,
    shape: readonly number[],
    zeroPoint?: number,
    type?: TensorType,
  ): TensorId;
  conv2d(input: TensorId, channels: number, options: WindowOptions): TensorId;
  grouped(input: TensorId, channels: number, groups: number, options: WindowOptions): TensorId;
  /** To an image that is larger by the stride. */
  transposed(input: TensorId, channels: number, options: WindowOptions): TensorId;
  depthwise(input: TensorId, options: WindowOptions): TensorId;
  fullyConnected(input: TensorId, outputSize: number, options?: DenseOptions): TensorId;
  add(a: TensorId, b: TensorId): TensorId;
  mul(a: TensorId, b: TensorId): TensorId;
  pool(
    kind: 'averagePool2d' | 'maxPool2d',
    input: TensorId,
    filter: number | Size2d,
    stride: number,
    isValid?: boolean,
  ): TensorId;
  mean(input: TensorId): TensorId;
  pad(input: TensorId, rows: number, columns: number): TensorId;
  transpose(input: TensorId, permutation: readonly number[]): TensorId;
  concatenation(parts: readonly TensorId[]): TensorId;
  requantize(input: TensorId): TensorId;
  logistic(input: TensorId): TensorId;
  softmax(input: TensorId): TensorId;
  resize(kind: 'resizeBilinear' | 'resizeNearest', input: TensorId, factor: number): TensorId;
  /** Outputs are the tensors that nobody reads. */
  finish(): Graph;
};

/** Of what is not behind an activation; the wider types are symmetric. */
export function zeroPointOf(type: TensorType): number {
  if (type === 'int8') return -5;
  return type === 'uint8' ? 123 : 0;
}
