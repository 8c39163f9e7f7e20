/** Inputs and outputs of the network: channels last, float32 or int8 as the graph has them. */
import { malformed, structureUnsupported, tooLarge } from '../failures.ts';
import { checkLimit } from '../tflite/limits.ts';
import { type Draft, perTensor } from './draft.ts';
import { unflattened } from './layout.ts';
import type { OnnxEdge, OnnxFile, OnnxNode } from './types.ts';
import { channelsLast, inOrder, type Parameters, physicalShape, type Stored, type Value } from './values.ts';

const mostInputs = 256;
const fixSizes =
  'give the input fixed sizes, with batch size 1: python -m onnxruntime.tools.make_dynamic_shape_fixed --help';

/** Adds a tensor for each input; gives their numbers. */
export function addInputs(file: OnnxFile, draft: Draft, scope: Map<string, Value>): number[] {
  if (file.inputs.length === 0) throw malformed('the network has no inputs');
  checkLimit('too many inputs of the network', file.inputs.length, mostInputs);
  const readers = readersByName(file);
  return file.inputs.map((edge) => {
    const { name, type } = edge;
    if (scope.has(name)) throw malformed(`two inputs are named "${name}"`);
    const isUnsigned = type === 'uint8';
    if (type !== 'float32' && type !== 'int8' && !isUnsigned) {
      throw structureUnsupported(
        `input "${name}" is ${type}`,
        'float32, int8 and uint8 inputs are supported',
      ).at('network');
    }
    const shape = fixedShape(edge);
    const order = orderOf(shape, firstReaders(name, readers));
    const view = { shape, order, unflattened: undefined };
    const isReal = type === 'float32';
    const tensor = draft.add(name, physicalShape(view), isReal ? 'float32' : 'int8');
    scope.set(name, { kind: 'stored', ...view, tensor, isReal, isUnsigned });
    return tensor;
  });
}

/** A batch that is left open is 1. */
function fixedShape({ name, shape }: OnnxEdge): number[] {
  const sizes = (shape ?? [undefined, undefined]).map((size, axis) =>
    axis === 0 && (size ?? 0) <= 0 ? 1 : size,
  );
  return sizes.map((size) => {
    if (size === undefined || size <= 0)
      throw structureUnsupported(`input "${name}" has a dynamic shape`, fixSizes);
    if (!Number.isSafeInteger(size)) throw tooLarge(`a dimension of input "${name}"`, size, 2 ** 31);
    return size;
  });
}

/**
 * Channels last, but where an image enters as [1, height, width, channels], as networks from TensorFlow turn it around
 * first; a sequence [1, channels, length] likewise where it is convolved.
 */
function orderOf(shape: readonly number[], readers: readonly string[]): readonly number[] {
  if (shape.length === 3 && readers.some((reader) => reader.startsWith('Conv'))) return [0, 2, 1];
  const isTurned = readers.includes('Transpose') || readers.includes('MatMul');
  return shape.length === 4 && !isTurned ? channelsLast : inOrder(shape);
}

/** The operators that read an input, behind its quantiser. */
function firstReaders(name: string, readersOf: ReadonlyMap<string, readonly OnnxNode[]>): string[] {
  let names = new Set([name]);
  for (let step = 0; step < 4; step += 1) {
    const readers = [...names].flatMap((known) => readersOf.get(known) ?? []);
    if (readers.some(({ operator }) => !passing.has(operator)))
      return readers.map(({ operator }) => operator);
    names = new Set(readers.flatMap(({ outputs }) => outputs));
  }
  return [];
}

function readersByName({ nodes }: OnnxFile): ReadonlyMap<string, readonly OnnxNode[]> {
  const readers = new Map<string, OnnxNode[]>();
  for (const node of nodes) {
    for (const input of new Set(node.inputs)) {
      const known = readers.get(input) ?? [];
      readers.set(input, known);
      known.push(node);
    }
  }
  return readers;
}

const passing = new Set(['QuantizeLinear', 'DequantizeLinear', 'Identity']);

/** Finds the tensor of each output; adds DEQUANTIZE where the graph gives real numbers. */
export function addOutputs(
  file: OnnxFile,
  draft: Draft,
  scope: ReadonlyMap<string, Value>,
  inputs: readonly number[],
): number[] {
  if (file.outputs.length === 0) throw malformed('the network has no outputs');
  const outputs = file.outputs.map(({ name }) => {
    const value = scope.get(name);
    if (value === undefined) throw malformed(`nothing computes network output "${name}"`);
    if (value.kind === 'constant')
      throw structureUnsupported(`network output "${name}" is a constant`, 'remove it');
    return addOutput(name, unflattened(draft, computed(name, value)), draft);
  });
  const given = outputs.findIndex((output) => inputs.includes(output));
  if (given !== -1) {
    throw structureUnsupported(
      `network output "${file.outputs[given]?.name}" is an input as it is`,
      'remove it',
    );
  }
  if (new Set(outputs).size !== outputs.length) throw malformed('a tensor is listed twice as network output');
  return outputs;
}

function computed(name: string, value: Exclude<Value, { kind: 'constant' }>): Stored {
  if (value.kind === 'stored') return value;
  const parameters: Parameters | undefined = value.preferred;
  if (parameters !== undefined) return value.finish(parameters, 'none');
  throw structureUnsupported(
    `network output "${name}" is computed in float32, as nothing quantises it`,
    'quantise the last operator as well; DequantizeLinear may stand behind it',
  );
}

function addOutput(name: string, value: Stored, draft: Draft): number {
  const parameters = draft.parametersOf(value.tensor);
  if (!value.isReal || parameters === undefined) return value.tensor;
  const output = draft.add(name, physicalShape(value), 'float32');
  draft.operator({ op: 'DEQUANTIZE' }, [value.tensor], [output]);
  return output;
}

/** A new int8 tensor where `parameters` are given, else a float32 one. */
export function addTensor(
  draft: Draft,
  name: string,
  view: Pick<Stored, 'shape' | 'order'>,
  parameters: Parameters | undefined,
): Stored {
  const whole = { shape: view.shape, order: view.order, unflattened: undefined };
  const type = parameters === undefined ? 'float32' : 'int8';
  const quantization = parameters && perTensor(parameters);
  const tensor = draft.add(name, physicalShape(whole), type, quantization);
  return { kind: 'stored', ...whole, tensor, isReal: true, isUnsigned: false };
}
