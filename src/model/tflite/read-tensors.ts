/** Tensors of a subgraph: shapes, types, names, quantisation, and views of the constants' bytes. */
import { malformed, structureUnsupported } from '../failures.ts';
import type { Quantization } from '../types.ts';
import { byteLengthOf, type TypeFacts, typeFacts } from './element-types.ts';
import { type Allowance, allowance, checkLimit, limits } from './limits.ts';
import { within } from './place.ts';
import { readQuantization } from './read-quantization.ts';

import { get, type Table, type Vector } from './table.ts';

/** Why a tensor cannot be used, although the file is sound. */
type TensorProblem = { readonly reason: string; readonly hint: string };

export type FileTensor = {
  readonly index: number;
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: TypeFacts;
  readonly quantization: Quantization | undefined;
  readonly data: Uint8Array | undefined;
  /** False for a float32 constant with infinities or NaN among its values; that matters where it is computed with. */
  readonly hasOnlyNumbers: boolean;
  readonly problem: TensorProblem | undefined;
  /** Keeps its values between inferences. */
  readonly isVariable: boolean;
  /** The file leaves some of its sizes open; those that its shape states may be wrong then. */
  readonly isOpen: boolean;
};

const dynamicShape: TensorProblem = {
  reason: 'a dynamic shape',
  hint: 'give the network fixed input shapes, with batch size 1, before converting it',
};

/** A tensor whose sizes are found to be these. */
export function settled(tensor: FileTensor, shape: readonly number[]): FileTensor {
  const { problem } = tensor;
  return { ...tensor, shape, problem: problem === dynamicShape ? undefined : problem };
}

/** What all tensors together may cost. */
type Allowances = { readonly name: Allowance; readonly constant: Allowance; readonly scale: Allowance };

/** All tensors, whether operators use them or not. */
export function readTensors(tensors: Vector<Table>, buffers: Vector<Table>): FileTensor[] {
  checkLimit('too many tensors', tensors.length, limits.tensors);
  const spend: Allowances = {
    name: allowance('names of all tensors together, in bytes', limits.nameBytes),
    constant: allowance('constants of all tensors together, in bytes', limits.constantBytes),
    scale: allowance('scales of all tensors together', limits.scales),
  };
  return Array.from({ length: tensors.length }, (_, index) =>
    within(`tensor ${index}`, () => readTensor(index, tensors.get(index), buffers, spend)),
  );
}

function readTensor(index: number, table: Table, buffers: Vector<Table>, spend: Allowances): FileTensor {
  const name = readName(get(table, 'Tensor.name'), spend.name);
  const shape = readShape(table);
  const type = typeFacts(get(table, 'Tensor.type'));
  const problem = findProblem(table, shape, type);
  const data = readConstant(table, buffers);
  if (data !== undefined && problem === undefined) checkConstantSize(data, shape, type);
  if (data !== undefined) spend.constant(data.length);
  const isReadable = problem === undefined || problem === dynamicShape;
  const parameters = isReadable ? get(table, 'Tensor.quantization') : undefined;
  const quantization =
    parameters && readQuantization(parameters, { shape, type, isConstant: data !== undefined }, spend.scale);
  const hasOnlyNumbers = data === undefined || type.type !== 'float32' || areFinite(data);
  const isVariable = get(table, 'Tensor.isVariable');
  const isOpen = data === undefined && sizesLeftOpen(table, shape).length > 0;
  return { index, name, shape, type, quantization, data, hasOnlyNumbers, problem, isVariable, isOpen };
}

/** The exponent of an infinity or NaN has all its bits set. */
function areFinite(data: Uint8Array): boolean {
  for (let place = 3; place < data.length; place += 4) {
    if (((data[place] ?? 0) & 0x7f) === 0x7f && ((data[place - 1] ?? 0) & 0x80) === 0x80) return false;
  }
  return true;
}

/** Names travel into C comments, tables and web pages, hence no character that could act there unseen. */
export function readName(bytes: Uint8Array, spend: Allowance): string {
  spend(bytes.length);
  const name = decodeText(bytes);
  if (name === undefined) throw malformed('its name is not UTF-8 text');
  if (/[\p{Cc}\p{Cf}\u2028\u2029]/u.test(name)) throw malformed('its name has control characters');
  return name;
}

const textDecoder = new TextDecoder('utf-8', { fatal: true });

function decodeText(bytes: Uint8Array): string | undefined {
  try {
    return textDecoder.decode(bytes);
  } catch {
    return undefined;
  }
}

/** Sizes of -1 and 0 are kept: whether they matter is judged by `findProblem`. */
function readShape(table: Table): readonly number[] {
  const vector = get(table, 'Tensor.shape');
  checkLimit('too many dimensions', vector.length, limits.dimensions);
  const shape = Array.from({ length: vector.length }, (_, axis) => vector.get(axis));
  if (shape.some((size) => size < -1)) throw malformed(`its shape [${shape.join(', ')}] is negative`);
  const elements = elementCount(shape.map((size) => Math.abs(size)));
  checkLimit(`too many elements in shape [${shape.join(', ')}]`, elements, limits.elementsPerTensor);
  return shape;
}

/** What its values take, wherever they are. */
export function tensorBytes({ shape, type }: Pick<FileTensor, 'shape' | 'type'>): number {
  return byteLengthOf(elementCount(shape), type.bits);
}

/** Of a tensor of this shape. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

function findProblem(table: Table, shape: readonly number[], type: TypeFacts): TensorProblem | undefined {
  if (shape.includes(0)) {
    return { reason: 'an empty shape, with a dimension of 0', hint: 'remove tensors without elements' };
  }
  if (get(table, 'Tensor.sparsity') !== undefined) {
    return { reason: 'a sparse tensor', hint: 'convert the network with dense weights' };
  }
  if (get(table, 'Tensor.externalBuffer') !== 0) {
    return { reason: 'weights in another file', hint: 'convert the network into a single file' };
  }
  if (type.type === undefined) {
    return { reason: `a ${type.name} tensor`, hint: 'quantise the whole network to int8' };
  }
  return quantizationProblem(table) ?? (isDynamic(table, shape) ? dynamicShape : undefined);
}

function quantizationProblem(table: Table): TensorProblem | undefined {
  const quantization = get(table, 'Tensor.quantization');
  if (quantization === undefined || get(quantization, 'QuantizationParameters.detailsType') === 0)
    return undefined;
  return {
    reason: 'block-wise or custom quantisation',
    hint: 'quantise per tensor or per channel',
  };
}

/** A batch that may vary and is 1 in the shape runs as 1. */
function isDynamic(table: Table, shape: readonly number[]): boolean {
  return sizesLeftOpen(table, shape).some((axis) => axis !== 0 || shape[axis] !== 1);
}

/** Dimensions whose sizes may vary, as the shape says or the signature. */
function sizesLeftOpen(table: Table, shape: readonly number[]): readonly number[] {
  const signature = get(table, 'Tensor.shapeSignature');
  if (signature.length !== 0 && signature.length !== shape.length) {
    throw malformed(`its shape signature has ${signature.length} dimensions, its shape ${shape.length}`);
  }
  return shape.flatMap((size, axis) =>
    size === -1 || (signature.length > 0 && signature.get(axis) === -1) ? [axis] : [],
  );
}

/** Bytes of the tensor's buffer, or `undefined` for what is computed at run time. */
function readConstant(table: Table, buffers: Vector<Table>): Uint8Array | undefined {
  const index = get(table, 'Tensor.buffer');
  if (index === 0) return undefined;
  const buffer = buffers.get(index);
  if (get(buffer, 'Buffer.offset') > 1 || get(buffer, 'Buffer.size') > 1) {
    throw structureUnsupported(
      `buffer ${index} is kept outside the FlatBuffer, as in models over 2 GB`,
      'convert the network into a single FlatBuffer',
    );
  }
  const data = get(buffer, 'Buffer.data');
  return data.length === 0 ? undefined : data;
}

function checkConstantSize(data: Uint8Array, shape: readonly number[], type: TypeFacts): void {
  const expected = tensorBytes({ shape, type });
  if (data.length !== expected) {
    throw malformed(
      `its buffer has ${data.length} B where ${type.name} of shape [${shape.join(', ')}] needs ${expected} B`,
    );
  }
}
