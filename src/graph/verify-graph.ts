/** What every graph must be; a violation is a bug of this project, never of the user's file. */
import { at, invariant } from '../base/index.ts';
import { rangeOf, typeOfValues } from './element-types.ts';
import { resolveOutputShape } from './output-shape.ts';
import { elementCount, type Shape, sameShape } from './shape.ts';
import { changedStates, memoryRoots, statesOf } from './states.ts';
import type {
  Clamp,
  Concatenation,
  Conv2d,
  DepthwiseConv2d,
  FullyConnected,
  Graph,
  GroupedConv2d,
  Multiplier,
  Op,
  Take,
  Tensor,
  TransposeConv2d,
} from './types.ts';
import { verifyRecurrent } from './verify-recurrent.ts';

/** Throws where ids, shapes, sizes, order or parameters break the contract of `types.ts`. */
export function verifyGraph(graph: Graph): void {
  for (const [id, tensor] of graph.tensors.entries()) verifyTensor(tensor, id);
  verifyOrder(graph);
  verifyStates(graph);
  for (const op of graph.ops) verifyOp(op, graph);
  for (const edge of [...graph.inputs, ...graph.outputs]) {
    const tensor = graph.tensors[edge.tensor];
    invariant(tensor !== undefined, () => `edge ${edge.name} has no tensor`);
    invariant(
      elementCount(edge.shape) === elementCount(tensor.shape),
      () => `edge ${edge.name} has another size`,
    );
    const isAsInMemory = edge.type === tensor.type || edge.type === 'float32';
    const isWidened = edge.type === 'int64' && tensor.type === 'int32';
    invariant(
      isAsInMemory || isWidened,
      () => `edge ${edge.name} is ${edge.type} and its tensor ${tensor.type}`,
    );
  }
}

function verifyTensor({ id, type, shape, scale, zeroPoint, data }: Tensor, position: number): void {
  invariant(id === position, () => `tensor ${id} stands at ${position}`);
  invariant(
    shape.every((size) => Number.isSafeInteger(size) && size > 0),
    () => `tensor ${id} has the shape [${shape}]`,
  );
  invariant(Number.isFinite(scale) && scale > 0, () => `tensor ${id} has the scale ${scale}`);
  invariant(isWithin(zeroPoint, rangeOf(type)), () => `tensor ${id} has the zero point ${zeroPoint}`);
  invariant(
    data === undefined || typeOfValues(data) === type,
    () => `tensor ${id} has values of another type`,
  );
  invariant(
    data === undefined || data.length === elementCount(shape),
    () => `tensor ${id} has too few or many values`,
  );
}

/** Each tensor is an input, a constant or written once, and before it is read. */
function verifyOrder(graph: Graph): void {
  const known = new Set(
    graph.tensors.filter((tensor) => tensor.data !== undefined).map((tensor) => tensor.id),
  );
  for (const { tensor, name } of graph.inputs) {
    invariant(!known.has(tensor), () => `input ${name} is given twice`);
    known.add(tensor);
  }
  for (const { tensor, name } of statesOf(graph)) {
    invariant(!known.has(tensor), () => `state ${name} is an input, a constant or another state`);
    known.add(tensor);
  }
  for (const op of graph.ops) {
    for (const input of op.inputs)
      invariant(known.has(input), () => `${label(op)} reads tensor ${input} too early`);
    invariant(!known.has(op.output), () => `tensor ${op.output} is written twice, by ${label(op)}`);
    known.add(op.output);
  }
  for (const { tensor, name } of graph.outputs)
    invariant(known.has(tensor), () => `output ${name} is never written`);
}

/**
 * A state's memory is changed once at most, and nobody reads it afterwards; no output of the network lies in it, and what
 * is kept does not, since both would change with it.
 */
function verifyStates(graph: Graph): void {
  const roots = memoryRoots(graph);
  const fresh = new Set(statesOf(graph).map((state) => state.tensor));
  const states = new Set(fresh);
  for (const { name, tensor, initial } of statesOf(graph)) {
    const { shape, type } = at(graph.tensors, tensor);
    invariant(typeOfValues(initial) === type, () => `state ${name} is of another type than its tensor`);
    invariant(initial.length === elementCount(shape), () => `state ${name} has another size than its tensor`);
  }
  for (const op of graph.ops) {
    for (const input of op.inputs) {
      const root = at(roots, input);
      invariant(
        !states.has(root) || fresh.has(root),
        () => `${label(op)} reads state ${root} after it changed`,
      );
    }
    if (op.kind === 'store') {
      invariant(!states.has(at(roots, at(op.inputs, 0))), () => `${label(op)} stores what lies in a state`);
    }
    for (const state of changedStates(op)) {
      invariant(
        fresh.delete(state),
        () => `${label(op)} changes tensor ${state}, which is no state as it was`,
      );
    }
  }
  for (const { tensor, name } of graph.outputs)
    invariant(!states.has(at(roots, tensor)), () => `output ${name} lies in a state`);
}

function verifyOp(op: Op, graph: Graph): void {
  const shapeOf = (id: number): Shape => {
    const tensor = graph.tensors[id];
    invariant(tensor !== undefined, () => `${label(op)} names tensor ${id}, which is not there`);
    return tensor.shape;
  };
  invariant(op.inputs.length >= 1, () => `${label(op)} has no inputs`);
  const inputs = op.inputs.map(shapeOf);
  const output = shapeOf(op.output);
  const resolved = resolveOutputShape(op, inputs, output);
  invariant(sameShape(output, resolved), () => `${label(op)} makes [${resolved}] but writes [${output}]`);
  verifySizes(op, inputs);
  const type = graph.tensors[op.output]?.type ?? 'int8';
  if ('clamp' in op) verifyClamp(op.clamp, rangeOf(type), op);
  for (const multiplier of multipliersOf(op)) verifyMultiplier(multiplier, op);
  verifyTypes(op, graph);
}

/** Only these change the type of elements; places are int32. */
function verifyTypes(op: Op, { tensors }: Graph): void {
  if (op.kind === 'requantize' || op.kind === 'cast') return;
  const [input, output] = [tensors[op.inputs[0] ?? -1]?.type, tensors[op.output]?.type];
  const made = op.kind === 'argMax' || op.kind === 'argMin' ? 'int32' : input;
  invariant(output === made, () => `${label(op)} makes ${made} of ${input} but writes ${output}`);
}

/** Inputs, weights, biases and factors are as many as the operator asks for. */
function verifySizes(op: Op, inputs: readonly Shape[]): void {
  const sized = (values: { readonly length: number }, count: number, what: string): void =>
    invariant(values.length === count, () => `${label(op)} has ${values.length} ${what} instead of ${count}`);
  if (op.kind === 'svdf' || op.kind === 'lstm') {
    verifyRecurrent(op, inputs);
    return;
  }
  if (op.kind === 'concatenation') verifyParts(op, inputs);
  else sized(inputs, operandCount(op), 'inputs');
  if (op.kind === 'take') verifySources(op, inputs[0] ?? []);
  if (op.kind === 'lookup') sized(op.table, 256, 'results');
  if (op.kind === 'conv2d' || op.kind === 'fullyConnected') verifySmall(op);
  if (!('weights' in op)) return;
  const input = inputs[0] ?? [];
  const outputs = op.kind === 'fullyConnected' ? op.outputSize : op.bias.length;
  sized(op.bias, outputs, 'biases');
  sized(op.multipliers, outputs, 'multipliers');
  sized(op.weights, outputs * weightsOfOutput(op, input), 'weights');
  if (op.kind === 'fullyConnected') {
    invariant(elementCount(input) === op.batches * op.inputSize, () => `${label(op)} has another input size`);
  }
}

/** Weights of four bits fit them. */
function verifySmall(op: Conv2d | FullyConnected): void {
  const fit = op.weightBits === undefined || op.weights.every((weight) => weight >= -8 && weight <= 7);
  invariant(fit, () => `${label(op)} has weights of more than four bits`);
}

/** Every table names elements of its axis. */
function verifySources({ sources }: Take, input: Shape): void {
  for (const [axis, size] of input.entries()) {
    const isInside = (source: number): boolean => Number.isInteger(source) && source >= 0 && source < size;
    invariant(sources[axis]?.every(isInside) !== false, () => `sources of axis ${axis} lie outside ${size}`);
  }
}

/** Inputs of an operator other than a concatenation. */
function operandCount(op: Op): number {
  switch (op.kind) {
    case 'add':
    case 'sub':
    case 'mul':
    case 'maximum':
    case 'minimum':
    case 'prelu':
    case 'store':
      return 2;
    default:
      return 1;
  }
}

/** All parts agree but along the axis. */
function verifyParts(op: Concatenation, inputs: readonly Shape[]): void {
  const others = (shape: Shape): Shape => shape.filter((_, axis) => axis !== op.axis);
  const [first = []] = inputs;
  invariant(
    inputs.every((shape) => sameShape(others(shape), others(first))),
    () => `${label(op)} has parts that do not fit`,
  );
}

/** Weights of one output channel. */
function weightsOfOutput(
  op: Conv2d | DepthwiseConv2d | FullyConnected | GroupedConv2d | TransposeConv2d,
  input: Shape,
): number {
  if (op.kind === 'fullyConnected') return op.inputSize;
  const taps = op.filter.height * op.filter.width;
  if (op.kind === 'depthwiseConv2d') return taps;
  const groups = op.kind === 'groupedConv2d' ? op.groups : 1;
  return (taps * (input[3] ?? 0)) / groups;
}

/** Every fixed-point factor of an operator. */
function multipliersOf(op: Op): readonly Multiplier[] {
  if (op.kind === 'add' || op.kind === 'sub') return [...op.inputMultipliers, op.outputMultiplier];
  if (op.kind === 'mul') return [op.outputMultiplier];
  if (op.kind === 'prelu' || op.kind === 'piecewise') return [op.positiveMultiplier, op.negativeMultiplier];
  if (op.kind === 'logSoftmax') return [op.multiplier, op.reverseMultiplier];
  if (op.kind === 'svdf') return [op.stateMultiplier, op.outputMultiplier];
  if (op.kind === 'lstm') {
    const ofGates = Object.values(op.gates).flatMap((gate) => [gate.inputMultiplier, gate.hiddenMultiplier]);
    return [...ofGates, op.forgetMultiplier, op.inputMultiplier, op.hiddenMultiplier];
  }
  if ('multipliers' in op) return op.multipliers;
  return 'multiplier' in op ? [op.multiplier] : [];
}

function verifyMultiplier({ multiplier, shift, once }: Multiplier, op: Op): void {
  const fits = Number.isInteger(multiplier) && multiplier >= -(2 ** 31) && multiplier < 2 ** 31;
  invariant(fits, () => `${label(op)} has the multiplier ${multiplier}`);
  const shifts = Number.isInteger(shift) && shift >= -31 && shift <= 30;
  invariant(shifts, () => `${label(op)} has the shift ${shift}`);
  const isRounded = once === undefined || (multiplier > 0 && shift < 0);
  invariant(isRounded, () => `${label(op)} cannot round by ${multiplier} and ${shift} once`);
}

function verifyClamp({ min, max }: Clamp, range: Clamp, op: Op): void {
  invariant(
    isWithin(min, range) && isWithin(max, range) && min <= max,
    () => `${label(op)} has the bounds ${min} to ${max}`,
  );
}

function isWithin(value: number, { min, max }: Clamp): boolean {
  return Number.isInteger(value) && value >= min && value <= max;
}

function label(op: Op): string {
  return `operator ${op.index} (${op.kind})`;
}
