/** The int8 oracle: every operator as its definition reads, one element at a time. */
import { at } from '../base/index.ts';
import {
  dequantizeValue,
  type Edge,
  elementCount,
  type Graph,
  type Mean,
  type Op,
  quantizeValue,
  type ReducedExtremum,
  type ResizeBilinear,
  type ResizeNearest,
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
import { alongRows } from './rows.ts';
import { conv2d, depthwiseConv2d, fullyConnected, transposeConv2d } from './weighted.ts';

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
 * Throws a `Failure` (REFERENCE_INPUT_MISMATCH) where count, type or size of the inputs do not fit.
 */
export function interpret(graph: Graph, inputs: readonly EdgeValues[]): Interpretation {
  if (inputs.length !== graph.inputs.length) {
    throw inputMismatch(`${inputs.length} inputs are given, the network has ${graph.inputs.length}`);
  }
  const tensors = graph.tensors.map(({ data, shape, type }) => data ?? zeros(type, elementCount(shape)));
  for (const [position, edge] of graph.inputs.entries()) {
    tensors[edge.tensor] = toTensor(at(inputs, position), edge, graph);
  }
  for (const op of graph.ops) kernelOf(op, graph, tensors)();
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
  for (const [position, value] of values.entries()) quantised[position] = quantizeValue(value, tensor);
  return quantised;
}

function fromTensor(values: TensorValues, edge: Edge, graph: Graph): EdgeValues {
  const tensor = at(graph.tensors, edge.tensor);
  return edge.type === 'float32' ? Float32Array.from(values, (q) => dequantizeValue(q, tensor)) : values;
}

/** What the operator does; returned and not called, so that the compiler sees that no kind was forgotten. */
function kernelOf(op: Op, graph: Graph, tensors: readonly TensorValues[]): () => void {
  const inputs = op.inputs.map((id) => operandOf(graph, tensors, id));
  const input = at(inputs, 0);
  const output = operandOf(graph, tensors, op.output);
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
