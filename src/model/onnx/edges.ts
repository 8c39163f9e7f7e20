/** Inputs and outputs of the network: channels last, float32 or int8 as the graph has them. */
import type { OperatorProblem } from '../../base/index.ts';
import { malformed, operatorsUnsupported, structureUnsupported, tooLarge } from '../failures.ts';
import { checkLimit } from '../tflite/limits.ts';
import { type Draft, perTensor } from './draft.ts';
import { ordered, unflattened } from './layout.ts';
import type { OnnxEdge, OnnxFile, OnnxNode } from './types.ts';
import {
  channelsLast,
  inOrder,
  isPlain,
  type Parameters,
  physicalShape,
  type Stored,
  sameElements,
  type Value,
} from './values.ts';

const mostInputs = 256;
const edgeTypes =
  'make it float32, int8 or uint8, for example by a cast in the application instead of the network';
const fixSizes =
  'give the input fixed sizes, with batch size 1: python -m onnxruntime.tools.make_dynamic_shape_fixed --help';

export type Edges = { readonly tensors: readonly number[]; readonly problems: readonly OperatorProblem[] };

/** Adds a tensor for each input that can be one; nothing of the others is in scope. */
export function addInputs(file: OnnxFile, draft: Draft, scope: Map<string, Value>): Edges {
  if (file.inputs.length === 0) throw malformed('the network has no inputs');
  checkLimit('too many inputs of the network', file.inputs.length, mostInputs);
  const readers = readersByName(file);
  const problems: OperatorProblem[] = [];
  const tensors = file.inputs.flatMap((edge) => {
    const { name, type } = edge;
    if (scope.has(name)) throw malformed(`two inputs are named "${name}"`);
    const isUnsigned = type === 'uint8';
    const isKnown = type === 'float32' || type === 'int8' || isUnsigned;
    if (!isKnown) problems.push(edgeProblem('input', name, `it is ${type}`, edgeTypes));
    const shape = fixedShape(edge);
    if (shape === undefined) problems.push(edgeProblem('input', name, 'its shape is dynamic', fixSizes));
    if (!isKnown || shape === undefined) return [];
    const order = orderOf(shape, firstReaders(name, readers));
    const view = { shape, order, unflattened: undefined };
    const isReal = type === 'float32';
    const tensor = draft.add(name, physicalShape(view), isReal ? 'float32' : 'int8');
    scope.set(name, { kind: 'stored', ...view, tensor, isReal, isUnsigned });
    return [tensor];
  });
  return { tensors, problems };
}

function edgeProblem(kind: 'input' | 'output', name: string, reason: string, hint: string): OperatorProblem {
  return { operator: undefined, kind, name, reason, hint };
}

/** A batch that is left open is 1; undefined where another size is. */
function fixedShape({ name, shape }: OnnxEdge): number[] | undefined {
  const sizes = (shape ?? [undefined, undefined]).map((size, axis) =>
    axis === 0 && (size ?? 0) <= 0 ? 1 : size,
  );
  const fixed = sizes.filter((size): size is number => size !== undefined && size > 0);
  for (const size of fixed)
    if (!Number.isSafeInteger(size)) throw tooLarge(`a dimension of input "${name}"`, size, 2 ** 31);
  return fixed.length === sizes.length ? fixed : undefined;
}

/**
 * Channels last, but where an image enters as [1, height, width, channels], as networks from TensorFlow turn it around
 * first; a sequence [1, channels, length] likewise where it is convolved or pooled.
 */
function orderOf(shape: readonly number[], readers: readonly string[]): readonly number[] {
  if (shape.length === 3 && readers.some((reader) => overSequences.test(reader))) return [0, 2, 1];
  const isTurned = readers.includes('Transpose') || readers.includes('MatMul');
  return shape.length === 4 && !isTurned ? channelsLast : inOrder(shape);
}

const overSequences = /^Conv|Pool$|^BatchNormalization$/;

/** The operators that read an input, behind its quantiser and its padding. */
function firstReaders(name: string, readersOf: ReadonlyMap<string, readonly OnnxNode[]>): string[] {
  let names = new Set([name]);
  const found: string[] = [];
  for (let step = 0; step < 5; step += 1) {
    const readers = [...names].flatMap((known) => readersOf.get(known) ?? []);
    found.push(...readers.flatMap(({ operator }) => (passing.has(operator) ? [] : [operator])));
    names = new Set(readers.flatMap(({ operator, outputs }) => (passing.has(operator) ? outputs : [])));
  }
  return found;
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

const passing = new Set(['QuantizeLinear', 'DequantizeLinear', 'Identity', 'Pad']);

/** Finds the tensor of each output; adds DEQUANTIZE where the graph gives real numbers. */
export function addOutputs(
  file: OnnxFile,
  draft: Draft,
  scope: ReadonlyMap<string, Value>,
  inputs: readonly number[],
): number[] {
  if (file.outputs.length === 0) throw malformed('the network has no outputs');
  const problems: OperatorProblem[] = [];
  const outputs = file.outputs.flatMap(({ name }) => {
    const value = scope.get(name);
    if (value === undefined) throw malformed(`nothing computes network output "${name}"`);
    const made = value.kind === 'constant' ? undefined : computed(value);
    if (made === undefined)
      problems.push(
        value.kind === 'constant'
          ? edgeProblem('output', name, 'it is a constant', 'remove it from the outputs of the network')
          : edgeProblem('output', name, 'it is computed in float32, as nothing quantises it', quantiseLast),
      );
    return made === undefined ? [] : [addOutput(name, asGiven(draft, unflattened(draft, made)), draft)];
  });
  if (problems.length > 0) throw operatorsUnsupported(problems);
  const isInput = new Set(inputs);
  const given = outputs.findIndex((output) => isInput.has(output));
  if (given !== -1) {
    throw structureUnsupported(
      `network output "${file.outputs[given]?.name}" is an input as it is`,
      'remove it',
    );
  }
  if (new Set(outputs).size !== outputs.length) throw malformed('a tensor is listed twice as network output');
  return outputs;
}

/** Images and sequences with their channels last, as they lie; all else as the file has it. */
function asGiven(draft: Draft, value: Stored): Stored {
  const { shape, order } = value;
  const last = [0, ...shape.map((_, axis) => axis).slice(2), 1];
  const isChannelsLast = shape.length === 3 || shape.length === 4 ? sameElements(shape, order, last) : false;
  return isChannelsLast || isPlain(value) ? value : ordered(draft, value, inOrder(shape));
}

function computed(value: Exclude<Value, { kind: 'constant' }>): Stored | undefined {
  if (value.kind === 'stored') return value;
  const parameters: Parameters | undefined = value.preferred;
  return parameters === undefined ? undefined : value.finish(parameters, 'none');
}

const quantiseLast =
  'quantise the last operator as well; DequantizeLinear may stand behind it. Quantisers leave ReduceMean, ReduceSum, Sub and others in float32: use nn.AdaptiveAvgPool2d instead of mean(), or compute them in the application';

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
