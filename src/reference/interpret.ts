/** The int8 oracle: every operator as its definition reads, one element at a time. */
import { at, invariant } from '../base/index.ts';
import {
  changedStates,
  dequantizeValue,
  type Edge,
  elementCount,
  type Graph,
  type Lstm,
  type Mean,
  type Op,
  quantizeValue,
  type ReducedExtremum,
  type ResizeBilinear,
  type ResizeNearest,
  type Store,
  type Svdf,
  statesOf,
  type TensorValues,
  typeOfValues,
  zeros,
} from '../graph/index.ts';
import { logistic, mean, pool2d, reducedExtremum, rescaleEach } from './arithmetic.ts';
import { add, extremum, lookup, mul, prelu } from './elements.ts';
import { inputMismatch } from './failures.ts';
import { functionOfInt16 } from './int16-functions.ts';
import {
  concatenation,
  pad,
  reshape,
  resizeBilinear,
  resizeNearest,
  slice,
  take,
  transpose,
} from './layout.ts';
import { type Operand, operandOf } from './operand.ts';
import { recurrent } from './recurrent.ts';
import { alongRows } from './rows.ts';
import { conv2d, depthwiseConv2d, fullyConnected, transposeConv2d } from './weighted.ts';

/** What a network keeps between invocations: the values of its states, by tensor id. */
export type Memory = { readonly values: (TensorValues | undefined)[] };

/** States as they are when the network is reset. */
export function resetMemory(graph: Graph): Memory {
  const values: (TensorValues | undefined)[] = graph.tensors.map(() => undefined);
  for (const { tensor, initial } of statesOf(graph)) values[tensor] = initial.slice();
  return { values };
}

export type Interpretation = {
  /** One for each output of the graph: float32 where its edge is, else as the tensor is, which int64 edges widen. */
  readonly outputs: readonly EdgeValues[];
  /** Values of every tensor, by tensor id. */
  readonly tensors: readonly TensorValues[];
};

/** Values as the application gives or gets them. */
export type EdgeValues = TensorValues | Float32Array;

/**
 * Runs a graph on one set of inputs, in the graph's order, row-major. Results equal those of TensorFlow Lite Micro's
 * reference kernels (double rounding) byte for byte. A float32 edge takes or gives real values, any other the tensor's own.
 * States begin as `memory` has them and are left there for the next invocation; without it the network is as if reset.
 * Throws a `Failure` (REFERENCE_INPUT_MISMATCH) where count, type or size of the inputs do not fit.
 */
export function interpret(
  graph: Graph,
  inputs: readonly EdgeValues[],
  memory: Memory = resetMemory(graph),
): Interpretation {
  if (inputs.length !== graph.inputs.length) {
    throw inputMismatch(`${inputs.length} inputs are given, the network has ${graph.inputs.length}`);
  }
  const tensors = graph.tensors.map(({ data, shape, type }) => data ?? zeros(type, elementCount(shape)));
  for (const [position, edge] of graph.inputs.entries()) {
    tensors[edge.tensor] = toTensor(at(inputs, position), edge, graph);
  }
  for (const { tensor } of statesOf(graph)) {
    const values = memory.values[tensor];
    invariant(values !== undefined, `memory has nothing of state ${tensor}`);
    tensors[tensor] = values.slice();
  }
  for (const op of graph.ops) run(op, graph, tensors);
  for (const op of graph.ops) {
    for (const state of changedStates(op))
      memory.values[state] = at(tensors, op.kind === 'store' ? op.output : state);
  }
  return { outputs: graph.outputs.map((edge) => fromTensor(at(tensors, edge.tensor), edge, graph)), tensors };
}

function toTensor(values: EdgeValues, edge: Edge, graph: Graph): TensorValues {
  const type = values instanceof Float32Array ? 'float32' : typeOfValues(values);
  if (type !== edge.type) throw inputMismatch(`${type} values are given for a ${edge.type} input`, edge.name);
  const count = elementCount(edge.shape);
  if (values.length !== count)
    throw inputMismatch(`${values.length} values are given instead of ${count}`, edge.name);
  const tensor = at(graph.tensors, edge.tensor);
  if (!(values instanceof Float32Array)) return values;
  const quantised = zeros(tensor.type, count);
  for (const [position, value] of values.entries())
    quantised[position] = quantizeValue(value, tensor, edge.ties);
  return quantised;
}

function fromTensor(values: TensorValues, edge: Edge, graph: Graph): EdgeValues {
  const tensor = at(graph.tensors, edge.tensor);
  return edge.type === 'float32' ? Float32Array.from(values, (q) => dequantizeValue(q, tensor)) : values;
}

function run(op: Op, graph: Graph, tensors: readonly TensorValues[]): void {
  const operands = op.inputs.map((id) => operandOf(graph, tensors, id));
  const output = operandOf(graph, tensors, op.output);
  if (op.kind === 'svdf' || op.kind === 'lstm') recurrent(op, operands, output);
  else if (op.kind === 'store') reshape(at(operands, 0), output);
  else kernelOf(op, operands, output)();
}

/** What the operator does; returned and not called, so that the compiler sees that no kind was forgotten. */
function kernelOf(
  op: Exclude<Op, Svdf | Lstm | Store>,
  inputs: readonly Operand[],
  output: Operand,
): () => void {
  const input = at(inputs, 0);
  switch (op.kind) {
    case 'conv2d':
    case 'groupedConv2d':
    case 'transposeConv2d':
    case 'depthwiseConv2d':
      return () => convolve(op, input, output);
    case 'fullyConnected':
      return () => fullyConnected(op, input, output);
    case 'add':
    case 'sub':
      return () => add(op, input, at(inputs, 1), output);
    case 'mul':
      return () => mul(op, input, at(inputs, 1), output);
    case 'maximum':
    case 'minimum':
      return () => extremum(op, input, at(inputs, 1), output);
    case 'prelu':
      return () => prelu(op, input, at(inputs, 1), output);
    case 'averagePool2d':
    case 'maxPool2d':
      return () => pool2d(op, input, output);
    case 'reduceMax':
    case 'reduceMin':
    case 'mean':
    case 'sum':
      return () => reduce(op, input, output);
    case 'argMax':
    case 'argMin':
    case 'l2Normalise':
    case 'logSoftmax':
    case 'softmax':
      return () => alongRows(op, input, output);
    case 'pad':
      return () => pad(op, input, output);
    case 'slice':
      return () => slice(op, input, output);
    case 'take':
      return () => take(op, input, output);
    case 'cast':
    case 'reshape':
      return () => reshape(input, output);
    case 'transpose':
      return () => transpose(op, input, output);
    case 'concatenation':
      return () => concatenation(op, inputs, output);
    case 'requantize':
    case 'relu':
      return () => rescaleEach(op, input, output);
    case 'logistic':
      return () => logistic(op, input, output);
    case 'lookup':
      return () => lookup(op, input, output);
    case 'curve':
    case 'piecewise':
      return () => functionOfInt16(op, input, output);
    case 'resizeBilinear':
    case 'resizeNearest':
      return () => resize(op, input, output);
  }
}

type Convolution = Extract<Op, { readonly filter: unknown; readonly weights: unknown }>;

function convolve(op: Convolution, input: Operand, output: Operand): void {
  if (op.kind === 'transposeConv2d') transposeConv2d(op, input, output);
  else if (op.kind === 'depthwiseConv2d') depthwiseConv2d(op, input, output);
  else conv2d(op, input, output);
}

function reduce(op: Mean | ReducedExtremum, input: Operand, output: Operand): void {
  if ('multiplier' in op) mean(op, input, output);
  else reducedExtremum(op, input, output);
}

function resize(op: ResizeBilinear | ResizeNearest, input: Operand, output: Operand): void {
  if (op.kind === 'resizeBilinear') resizeBilinear(op, input, output);
  else resizeNearest(op, input, output);
}
