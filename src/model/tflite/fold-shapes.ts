/**
 * Sizes that a network computes from the shapes of its tensors, as converters leave them where the batch was open: they
 * are known before it runs, so their operators become constants.
 */
import { at } from '../../base/index.ts';
import { readOptions } from './check-operators.ts';
import type { FileOperator } from './read-operators.ts';
import { elementCount, type FileTensor, tensorBytes } from './read-tensors.ts';

/** Sizes, in the order of their tensor's elements. */
type Sizes = readonly number[];

/** Of no shape are there more. */
const mostSizes = 16;

/** The output, as a constant; `undefined` where it is not computed from sizes alone. */
export function foldSizes(
  operator: FileOperator,
  output: FileTensor,
  tensors: readonly FileTensor[],
): FileTensor | undefined {
  if (!isOfSizes(output) || output.data !== undefined) return undefined;
  const values = sizesOf(operator, tensors);
  if (values === undefined || values.length !== countOf(output)) return undefined;
  return { ...output, data: bytesOf(values, output) };
}

/** Bytes of the states that recurrent networks begin with are few. */
const mostFilled = 65_536;

/** What FILL makes of one constant, as a constant: the states that unrolled recurrent layers begin with. */
export function filled(
  { kind, inputs }: FileOperator,
  output: FileTensor,
  tensors: readonly FileTensor[],
): FileTensor | undefined {
  const [dimensions = -1, value = -1] = inputs;
  const [sizes, one] = [tensors[dimensions], tensors[value]];
  if (kind.name !== 'FILL' || one?.data === undefined || one.type !== output.type) return undefined;
  if (sizes === undefined || output.data !== undefined || output.problem !== undefined) return undefined;
  const isAsStated = `${sizesIn(sizes)}` === `${output.shape}`;
  const length = tensorBytes(output);
  if (!isAsStated || one.shape.length > 0 || length > mostFilled || output.type.bits < 8) return undefined;
  const { data } = one;
  return { ...output, data: Uint8Array.from({ length }, (_, place) => at(data, place % data.length)) };
}

function isOfSizes({ type, shape, problem }: FileTensor): boolean {
  return (type.name === 'int32' || type.name === 'int64') && shape.length <= 1 && problem === undefined;
}

function countOf({ shape }: FileTensor): number {
  return shape[0] ?? 1;
}

/** `undefined` for what is no sum, product or selection of sizes. */
function sizesOf(operator: FileOperator, tensors: readonly FileTensor[]): Sizes | undefined {
  const { kind, inputs } = operator;
  if (kind.name === 'SHAPE') return inputs.length === 1 ? shapeOf(at(tensors, at(inputs, 0))) : undefined;
  const given = inputs.map((input) => (input === -1 ? undefined : sizesIn(at(tensors, input))));
  if (given.length === 0 || given.some((sizes) => sizes === undefined)) return undefined;
  return fold(
    operator,
    given.filter((sizes) => sizes !== undefined),
  );
}

function shapeOf({ shape, problem }: FileTensor): Sizes | undefined {
  return problem === undefined ? shape : undefined;
}

/** Of a constant of few whole numbers. */
export function sizesIn(tensor: FileTensor): Sizes | undefined {
  const { data, type, problem, shape } = tensor;
  const isWhole = type.name === 'int32' || type.name === 'int64';
  const length = elementCount(shape);
  if (data === undefined || problem !== undefined || !isWhole || length > mostSizes) return undefined;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const sizes = Array.from({ length }, (_, place) =>
    type.name === 'int32' ? view.getInt32(4 * place, true) : Number(view.getBigInt64(8 * place, true)),
  );
  return sizes.every(isSize) ? sizes : undefined;
}

/** Every result has to be an int32: then none of them is inexact. */
function isSize(value: number): boolean {
  return Number.isInteger(value) && Math.abs(value) < 2 ** 31;
}

function bytesOf(values: Sizes, { type }: FileTensor): Uint8Array {
  const list = type.name === 'int32' ? Int32Array.from(values) : BigInt64Array.from(values, BigInt);
  return new Uint8Array(list.buffer);
}

function fold(operator: FileOperator, given: readonly Sizes[]): Sizes | undefined {
  const options = readOptions(operator);
  if (options !== undefined && 'activation' in options && options.activation !== 'none') return undefined;
  const [first = [], ...others] = given;
  const sizes = folds[operator.kind.name]?.(first, others, operator);
  return sizes !== undefined && sizes.length <= mostSizes && sizes.every(isSize) ? sizes : undefined;
}

type Fold = (first: Sizes, others: readonly Sizes[], operator: FileOperator) => Sizes | undefined;

const join: Fold = (first, others) => [first, ...others].flat();
const same: Fold = (first) => first;

function pairwise(compute: (a: number, b: number) => number): Fold {
  return (first, [second = []]) => {
    const length = Math.max(first.length, second.length);
    const fits = [first, second].every((sizes) => sizes.length === 1 || sizes.length === length);
    const place = (sizes: Sizes, index: number): number => at(sizes, sizes.length === 1 ? 0 : index);
    return fits
      ? Array.from({ length }, (_, index) => compute(place(first, index), place(second, index)))
      : undefined;
  };
}

/** By operator; lists have one dimension, so that joining and stacking single sizes are the same. */
const folds: Readonly<Record<string, Fold>> = {
  ADD: pairwise((a, b) => a + b),
  CAST: same,
  CONCATENATION: join,
  EXPAND_DIMS: same,
  // A divisor of 0 gives no integer.
  FLOOR_DIV: pairwise((a, b) => Math.floor(a / b)),
  GATHER: (first, [places = []]) =>
    places.every((place) => place >= 0 && place < first.length)
      ? places.map((place) => at(first, place))
      : undefined,
  MAXIMUM: pairwise(Math.max),
  MINIMUM: pairwise(Math.min),
  MUL: pairwise((a, b) => a * b),
  PACK: join,
  REDUCE_PROD: (first) => [first.reduce((product, size) => product * size, 1)],
  RESHAPE: same,
  SLICE: (first, [[begin = -1] = [], [count = 0] = []]) =>
    begin < 0 ? undefined : first.slice(begin, count === -1 ? undefined : begin + count),
  SQUEEZE: same,
  STRIDED_SLICE: sliced,
  SUB: pairwise((a, b) => a - b),
};

function sliced(
  first: Sizes,
  [begins, ends, strides = [1]]: readonly Sizes[],
  operator: FileOperator,
): Sizes | undefined {
  const [begin, end] = [begins?.[0], ends?.[0]];
  const options = readOptions(operator);
  if (begin === undefined || end === undefined || strides[0] !== 1 || options?.op !== 'STRIDED_SLICE')
    return undefined;
  const { beginMask, endMask, shrinkMask } = options;
  const from = beginMask === 0 ? begin : 0;
  if (shrinkMask !== 0) return first.slice(from).slice(0, 1);
  return first.slice(from, endMask === 0 ? end : undefined);
}
