/**
 * Writes small .tflite files for tests with the flatbuffers library's own builder, and with schema facts of its own,
 * so that the reader is not tested against itself. `raw` settings make files that no converter would write.
 */
import { Builder } from 'flatbuffers';
import type { Quantization } from '../../src/model/index.ts';

export type { OptionsSpec } from './tflite-options.ts';

import { describeOptions, type OptionField, type OptionsSpec, operatorCode } from './tflite-options.ts';

/** Codes of the schema's `TensorType`. */
const typeCodes = {
  float32: 0,
  float16: 1,
  int32: 2,
  uint8: 3,
  int64: 4,
  string: 5,
  int16: 7,
  int8: 9,
  int4: 17,
} as const;

export type TypeName = keyof typeof typeCodes;

export type TensorSpec = {
  readonly name?: string;
  readonly shape: readonly number[];
  /** int8 where left out. */
  readonly type?: TypeName | number;
  readonly quantization?: Partial<Quantization>;
  /** Bytes, or the elements of a constant of type int8, uint8, int32, int64 or float32. */
  readonly data?: Uint8Array | readonly number[];
  readonly raw?: {
    readonly nameBytes?: Uint8Array;
    readonly isVariable?: boolean;
    readonly isSparse?: boolean;
    readonly shapeSignature?: readonly number[];
    readonly externalBuffer?: number;
    readonly bufferIndex?: number;
    readonly bufferOffset?: bigint;
    readonly quantizationDetailsType?: number;
  };
};

export type OperatorSpec = {
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly options: OptionsSpec;
  readonly raw?: {
    /** Member of the union `BuiltinOptions`; 0 leaves the options out. */
    readonly optionsType?: number;
    /** Option fields by slot, after the others: they win. */
    readonly optionFields?: readonly OptionField[];
    readonly customOptions?: Uint8Array;
    readonly mutatesInputs?: readonly boolean[];
    readonly codeIndex?: number;
  };
};

export type NetworkSpec = {
  readonly tensors: readonly TensorSpec[];
  readonly operators: readonly OperatorSpec[];
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly raw?: {
    readonly version?: number;
    readonly identifier?: string;
    readonly subgraphs?: number;
    /** Codes only in the byte-sized field, as converters wrote before 2020; both fields where left out. */
    readonly codesIn?: 'old field' | 'new field';
  };
};

/** An int8 tensor that is computed or given at run time. */
export function int8Value(shape: readonly number[], scale = 0.5, zeroPoint = 0): TensorSpec {
  return { shape, quantization: { scales: [scale], zeroPoints: [zeroPoint] } };
}

/** An int8 constant with symmetric scales, one or one a slice along `dimension`; values count up where left out. */
export function int8Weights(
  shape: readonly number[],
  scales: readonly number[] = [0.25],
  dimension = 0,
  values: readonly number[] = countUp(shape),
): TensorSpec {
  return { shape, quantization: { scales, zeroPoints: scales.map(() => 0), dimension }, data: values };
}

/** An int32 constant without quantisation: axes, paddings, shapes, and biases where scales do not matter. */
export function int32Constant(shape: readonly number[], values: readonly number[]): TensorSpec {
  return { shape, type: 'int32', data: values };
}

function countUp(shape: readonly number[]): readonly number[] {
  const elements = shape.reduce((product, size) => product * size, 1);
  return Array.from({ length: elements }, (_, index) => (index % 255) - 127);
}

/** The bytes of a .tflite file. */
export function buildTflite(network: NetworkSpec): Uint8Array {
  const builder = new Builder(1024);
  const buffers = tables(builder, [
    emptyTable(builder),
    ...network.tensors.map((tensor) => writeBuffer(builder, tensor)),
  ]);
  const codes = distinctCodes(network).map((options) =>
    writeOperatorCode(builder, options, network.raw?.codesIn),
  );
  const subgraphs = Array.from({ length: network.raw?.subgraphs ?? 1 }, () =>
    writeSubgraph(builder, network),
  );
  const codesVector = tables(builder, codes);
  const subgraphsVector = tables(builder, subgraphs);
  builder.startObject(5);
  builder.addFieldInt32(0, network.raw?.version ?? 3, 0);
  builder.addFieldOffset(1, codesVector, 0);
  builder.addFieldOffset(2, subgraphsVector, 0);
  builder.addFieldOffset(4, buffers, 0);
  builder.finish(builder.endObject(), network.raw?.identifier ?? 'TFL3');
  return builder.asUint8Array().slice();
}

/** One operator of every kind, in the order of their first use. */
function distinctCodes(network: NetworkSpec): readonly OptionsSpec[] {
  return [...new Map(network.operators.map(({ options }) => [codeKey(options), options])).values()];
}

function codeKey(options: OptionsSpec): string {
  return 'custom' in options ? options.custom : String(operatorCode(options));
}

function writeSubgraph(builder: Builder, network: NetworkSpec): number {
  const codes = distinctCodes(network).map(codeKey);
  const tensors = tables(
    builder,
    network.tensors.map((tensor, index) => writeTensor(builder, tensor, index)),
  );
  const operators = tables(
    builder,
    network.operators.map((operator) =>
      writeOperator(builder, operator, codes.indexOf(codeKey(operator.options))),
    ),
  );
  const inputs = ints(builder, network.inputs);
  const outputs = ints(builder, network.outputs);
  builder.startObject(5);
  builder.addFieldOffset(0, tensors, 0);
  builder.addFieldOffset(1, inputs, 0);
  builder.addFieldOffset(2, outputs, 0);
  builder.addFieldOffset(3, operators, 0);
  return builder.endObject();
}

/** Tensor i keeps its constant in buffer i + 1; buffer 0 is empty by convention. */
function writeTensor(builder: Builder, tensor: TensorSpec, index: number): number {
  const { raw } = tensor;
  const name = builder.createString(raw?.nameBytes ?? tensor.name ?? `tensor${index}`);
  const shape = ints(builder, tensor.shape);
  const signature = raw?.shapeSignature && ints(builder, raw.shapeSignature);
  const quantization = tensor.quantization && writeQuantization(builder, tensor.quantization, raw);
  const sparsity = raw?.isSparse && emptyTable(builder);
  builder.startObject(11);
  builder.addFieldOffset(0, shape, 0);
  builder.addFieldInt8(1, typeCode(tensor.type ?? 'int8'), 0);
  builder.addFieldInt32(2, raw?.bufferIndex ?? (tensor.data === undefined ? 0 : index + 1), 0);
  builder.addFieldOffset(3, name, 0);
  if (quantization !== undefined) builder.addFieldOffset(4, quantization, 0);
  builder.addFieldInt8(5, raw?.isVariable ? 1 : 0, 0);
  if (sparsity) builder.addFieldOffset(6, sparsity, 0);
  if (signature !== undefined) builder.addFieldOffset(7, signature, 0);
  builder.addFieldInt32(10, raw?.externalBuffer ?? 0, 0);
  return builder.endObject();
}

function typeCode(type: TypeName | number): number {
  return typeof type === 'number' ? type : typeCodes[type];
}

function writeQuantization(
  builder: Builder,
  quantization: Partial<Quantization>,
  raw: TensorSpec['raw'],
): number {
  const { scales = [], zeroPoints = scales.map(() => 0), dimension = 0 } = quantization;
  const scale = vector(builder, 4, scales, (value) => builder.addFloat32(value));
  const zeroPoint = vector(builder, 8, zeroPoints, (value) => builder.addInt64(BigInt(value)));
  builder.startObject(7);
  builder.addFieldOffset(2, scale, 0);
  builder.addFieldOffset(3, zeroPoint, 0);
  builder.addFieldInt8(4, raw?.quantizationDetailsType ?? 0, 0);
  builder.addFieldInt32(6, dimension, 0);
  return builder.endObject();
}

function writeBuffer(builder: Builder, tensor: TensorSpec): number {
  if (tensor.data === undefined) return emptyTable(builder);
  const bytes = vector(builder, 1, encode(tensor.data, tensor.type ?? 'int8'), (value) => {
    builder.addInt8(value);
  });
  builder.startObject(3);
  builder.addFieldOffset(0, bytes, 0);
  builder.addFieldInt64(1, tensor.raw?.bufferOffset ?? 0n, 0n);
  return builder.endObject();
}

function encode(data: Uint8Array | readonly number[], type: TypeName | number): Uint8Array {
  if (data instanceof Uint8Array) return data;
  if (type === 'int32') return new Uint8Array(Int32Array.from(data).buffer);
  if (type === 'float32') return new Uint8Array(Float32Array.from(data).buffer);
  if (type === 'int64') return new Uint8Array(BigInt64Array.from(data, (value) => BigInt(value)).buffer);
  return Uint8Array.from(data);
}

function writeOperatorCode(
  builder: Builder,
  options: OptionsSpec,
  codesIn: 'old field' | 'new field' | undefined,
): number {
  const code = operatorCode(options);
  const customCode = 'custom' in options ? builder.createString(options.custom) : undefined;
  builder.startObject(4);
  if (codesIn !== 'new field') builder.addFieldInt8(0, Math.min(code, 127), 0);
  if (customCode !== undefined) builder.addFieldOffset(1, customCode, 0);
  builder.addFieldInt32(2, 1, 1);
  if (codesIn !== 'old field') builder.addFieldInt32(3, code, 0);
  return builder.endObject();
}

function writeOperator(builder: Builder, operator: OperatorSpec, codeIndex: number): number {
  const { raw } = operator;
  const inputs = ints(builder, operator.inputs);
  const outputs = ints(builder, operator.outputs);
  const { type, fields } = describeOptions(operator.options);
  const optionsType = raw?.optionsType ?? type;
  const options = optionsType !== 0 && writeOptions(builder, [...fields, ...(raw?.optionFields ?? [])]);
  const custom = raw?.customOptions && bytes(builder, raw.customOptions);
  const mutates = raw?.mutatesInputs && bytes(builder, Uint8Array.from(raw.mutatesInputs, Number));
  builder.startObject(13);
  builder.addFieldInt32(0, raw?.codeIndex ?? codeIndex, 0);
  builder.addFieldOffset(1, inputs, 0);
  builder.addFieldOffset(2, outputs, 0);
  builder.addFieldInt8(3, optionsType, 0);
  if (options) builder.addFieldOffset(4, options, 0);
  if (custom !== undefined) builder.addFieldOffset(5, custom, 0);
  if (mutates !== undefined) builder.addFieldOffset(7, mutates, 0);
  return builder.endObject();
}

function writeOptions(builder: Builder, fields: readonly OptionField[]): number {
  const latest = new Map(fields.map((field) => [field[0], field]));
  builder.startObject(8);
  for (const [slot, type, value] of latest.values()) {
    // A default that no value equals makes the builder store the field always.
    if (type === 'byte') builder.addFieldInt8(slot, value, null);
    else if (type === 'int') builder.addFieldInt32(slot, value, null);
    else builder.addFieldFloat32(slot, value, null);
  }
  return builder.endObject();
}

function emptyTable(builder: Builder): number {
  builder.startObject(1);
  return builder.endObject();
}

function tables(builder: Builder, offsets: readonly number[]): number {
  return vector(builder, 4, offsets, (offset) => builder.addOffset(offset));
}

function ints(builder: Builder, values: readonly number[]): number {
  return vector(builder, 4, values, (value) => builder.addInt32(value));
}

function bytes(builder: Builder, values: Uint8Array): number {
  return vector(builder, 1, values, (value) => builder.addInt8(value));
}

/** Builders write backwards, hence the reversal. */
function vector<T>(
  builder: Builder,
  elementBytes: number,
  values: Iterable<T>,
  add: (value: T) => void,
): number {
  const elements = [...values];
  builder.startVector(elementBytes, elements.length, Math.max(elementBytes, 4));
  for (const element of elements.reverse()) add(element);
  return builder.endVector();
}
