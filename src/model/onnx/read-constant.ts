/** Tensors that an ONNX file holds: initialisers and attributes. */
import { malformed, structureUnsupported } from '../failures.ts';
import { type Allowance, checkLimit, limits } from '../tflite/limits.ts';
import type { OnnxConstant, OnnxType } from './types.ts';
import { bytesField, type Field, floatsField, integerField, integersField, readMessage } from './wire.ts';

/** Names by codes of ONNX's `TensorProto.DataType`. */
const typeNames: readonly OnnxType[] = [
  'undefined',
  'float32',
  'uint8',
  'int8',
  'uint16',
  'int16',
  'int32',
  'int64',
  'string',
  'bool',
  'float16',
  'float64',
  'uint32',
  'uint64',
  'complex64',
  'complex128',
  'bfloat16',
  'float8e4m3fn',
  'float8e4m3fnuz',
  'float8e5m2',
  'float8e5m2fnuz',
  'uint4',
  'int4',
  'float4e2m1',
];

export function typeName(code: number): OnnxType {
  return typeNames[code] ?? `type code ${code}`;
}

/** What all constants of a file together may cost. */
export type ConstantSpending = {
  readonly bytes: Allowance;
  /** Numbers that are listed one by one instead of as raw bytes. */
  readonly numbers: Allowance;
  readonly readName: (bytes: Uint8Array) => string;
};

type Draft = {
  name: string;
  type: number;
  raw: Uint8Array | undefined;
  isExternal: boolean;
  readonly dimensions: number[];
  readonly floats: number[];
  readonly integers: number[];
};

export function readConstant(
  bytes: Uint8Array,
  spend: ConstantSpending,
): { name: string; constant: OnnxConstant } {
  const draft: Draft = {
    name: '',
    type: 0,
    raw: undefined,
    isExternal: false,
    dimensions: [],
    floats: [],
    integers: [],
  };
  readMessage(bytes, fieldsOf(draft, spend));
  if (draft.isExternal) {
    throw structureUnsupported(
      `constant "${draft.name}" is kept in another file`,
      'save the network in one file: onnx.save_model(model, path, save_as_external_data=False)',
    );
  }
  checkShape(draft);
  const constant = { shape: draft.dimensions, type: typeName(draft.type), values: valuesOf(draft) };
  spend.bytes(constant.values.byteLength);
  return { name: draft.name, constant };
}

function fieldsOf(draft: Draft, spend: ConstantSpending): Readonly<Record<number, Field>> {
  return {
    1: integersField(draft.dimensions, spend.numbers),
    2: integerField((type) => {
      draft.type = type;
    }),
    4: floatsField(draft.floats, spend.numbers),
    5: integersField(draft.integers, spend.numbers),
    7: integersField(draft.integers, spend.numbers),
    8: bytesField((name) => {
      draft.name = spend.readName(name);
    }),
    9: bytesField((raw) => {
      draft.raw = raw;
    }),
    14: integerField((location) => {
      draft.isExternal = location !== 0;
    }),
  };
}

function checkShape({ name, dimensions }: Draft): void {
  checkLimit(`too many dimensions of constant "${name}"`, dimensions.length, limits.dimensions);
  if (dimensions.some((size) => size < 0))
    throw malformed(`constant "${name}" has the shape [${dimensions}]`);
  const elements = dimensions.reduce((product, size) => product * size, 1);
  checkLimit(`too many elements of constant "${name}"`, elements, limits.elementsPerTensor);
}

/** Of types that nothing here computes with, no values: they are refused where they are used. */
function valuesOf(draft: Draft): OnnxConstant['values'] {
  const count = draft.dimensions.reduce((product, size) => product * size, 1);
  const type = typeName(draft.type);
  const listed = type === 'float32' ? draft.floats : draft.integers;
  const { raw } = draft;
  const expect = (found: number, unit: string, wanted: number): void => {
    if (found === wanted) return;
    throw malformed(
      `constant "${draft.name}" of shape [${draft.dimensions}] has ${found} ${unit} instead of ${wanted}`,
    );
  };
  const bytes = elementBytes[type];
  if (bytes === undefined) return new Float32Array(0);
  if (raw === undefined) {
    expect(listed.length, 'values', count);
    return fromList(type, listed);
  }
  expect(raw.length, 'bytes', count * bytes);
  return fromBytes(type, raw);
}

const elementBytes: Readonly<Record<string, number>> = {
  float32: 4,
  uint8: 1,
  int8: 1,
  int32: 4,
  int64: 8,
  bool: 1,
};

function fromList(type: OnnxType, values: readonly number[]): OnnxConstant['values'] {
  if (type === 'float32') return Float32Array.from(values);
  if (type === 'int8') return Int8Array.from(values);
  if (type === 'int32') return Int32Array.from(values);
  return type === 'int64' ? Float64Array.from(values) : Uint8Array.from(values);
}

function fromBytes(type: OnnxType, raw: Uint8Array): OnnxConstant['values'] {
  const { buffer, byteOffset, length } = raw;
  if (type === 'int8') return new Int8Array(buffer, byteOffset, length);
  if (type === 'uint8' || type === 'bool') return raw;
  // A copy, since the bytes may lie anywhere.
  if (type === 'float32') return new Float32Array(new Uint8Array(raw).buffer);
  if (type === 'int32') return new Int32Array(new Uint8Array(raw).buffer);
  return Float64Array.from(new BigInt64Array(new Uint8Array(raw).buffer), Number);
}
