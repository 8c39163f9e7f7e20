/** The same network at another input size or another width: every shape follows, nothing is trained. */
import { at } from '../base/index.ts';
import {
  broadcastShapes,
  type Edge,
  elementCount,
  type Graph,
  type Op,
  resolveOutputShape,
  type Size2d,
  type Tensor,
  type TensorId,
  verifyGraph,
  zeros,
} from '../graph/index.ts';
import { reshaped } from './reshaped.ts';
import { scaleOperator } from './scale-operator.ts';

type Shape = readonly number[];

export type Scale = {
  /** Height and width of the input image; as it is where absent. */
  readonly image?: Size2d | undefined;
  /** Factor of the channels between input and output, above 0 and at most 1. */
  readonly width: number;
};

/** `undefined` where the network does not allow it, for example where an addition has operands of other sizes then. */
export function scaleGraph(graph: Graph, scale: Scale): Graph | undefined {
  const shapes = scaledInputs(graph, scale);
  const kept = operatorsOfOutputs(graph);
  const ops: Op[] = [];
  for (const op of graph.ops) {
    if (!shapes.has(op.output)) setConstants(op, graph, shapes);
    const scaled = scaleOne(op, graph, shapes, kept.has(op) ? 1 : scale.width);
    if (scaled === undefined) return undefined;
    ops.push(scaled.op);
    shapes.set(op.output, scaled.shape);
  }
  const tensors = graph.tensors.map((tensor) => resize(tensor, shapes.get(tensor.id) ?? tensor.shape));
  const edges = (list: readonly Edge[]) => list.map((edge) => resizeEdge(edge, graph, tensors));
  const result = { tensors, ops, inputs: edges(graph.inputs), outputs: edges(graph.outputs) };
  verifyGraph(result);
  return result;
}

/** Channels in fours, as kernels take them; few stay as they are. */
function scaledChannels(count: number, width: number): number {
  if (width === 1 || count <= 4) return count;
  return Math.min(count, Math.max(4, 4 * Math.round((count * width) / 4)));
}

/** The tensor that holds the input as an image, or `undefined`: the input itself, or what its only reader reshapes it to. */
export function imageOf({ tensors, ops, inputs }: Graph): TensorId | undefined {
  const [only] = inputs;
  if (only === undefined || inputs.length > 1) return undefined;
  if (isImage(at(tensors, only.tensor))) return only.tensor;
  const readers = ops.filter((op) => op.inputs.includes(only.tensor));
  const [reader] = readers;
  return readers.length === 1 && reader?.kind === 'reshape' && isImage(at(tensors, reader.output))
    ? reader.output
    : undefined;
}

function isImage({ shape }: Tensor): boolean {
  return shape.length === 4 && at(shape, 0) === 1 && at(shape, 1) > 1 && at(shape, 2) > 1;
}

function scaledInputs(graph: Graph, { image }: Scale): Map<TensorId, Shape> {
  const shapes = new Map(
    graph.inputs.map(({ tensor }): [TensorId, Shape] => [tensor, at(graph.tensors, tensor).shape]),
  );
  const root = imageOf(graph);
  if (image === undefined || root === undefined) return shapes;
  const shape = [1, image.height, image.width, at(at(graph.tensors, root).shape, 3)];
  const edge = at(graph.inputs, 0).tensor;
  if (edge !== root)
    shapes.set(edge, reshaped(at(graph.tensors, root).shape, shape, at(graph.tensors, edge).shape) ?? shape);
  return shapes.set(root, shape);
}

/** Whose channels the network's outputs are made of, and which keep their number therefore. */
function operatorsOfOutputs({ ops, outputs }: Graph): ReadonlySet<Op> {
  const makers = new Map(ops.map((op) => [op.output, op]));
  const kept = new Set<Op>();
  const visit = (tensor: TensorId): void => {
    const op = makers.get(tensor);
    if (op === undefined || kept.has(op)) return;
    kept.add(op);
    if (op.kind !== 'conv2d' && op.kind !== 'fullyConnected') for (const input of op.inputs) visit(input);
  };
  for (const { tensor } of outputs) visit(tensor);
  return kept;
}

/** A constant operand takes the sizes of the other one, wherever it had them before. */
function setConstants(op: Op, graph: Graph, shapes: Map<TensorId, Shape>): void {
  const other = op.inputs.find((input) => shapes.has(input));
  if (other === undefined) return;
  const old = at(graph.tensors, other).shape;
  const now = shapes.get(other) ?? old;
  for (const input of op.inputs) {
    const { data, shape } = at(graph.tensors, input);
    if (data === undefined || shapes.has(input)) continue;
    const gap = old.length - shape.length;
    const sizes = shape.map((size, axis) => (size === old[axis + gap] ? (now[axis + gap] ?? size) : size));
    shapes.set(input, sizes);
  }
}

function scaleOne(
  op: Op,
  { tensors }: Graph,
  shapes: ReadonlyMap<TensorId, Shape>,
  width: number,
): { readonly op: Op; readonly shape: Shape } | undefined {
  const old = op.inputs.map((input) => at(tensors, input).shape);
  const now = op.inputs.map((input, position) => shapes.get(input) ?? at(old, position));
  const oldOutput = at(tensors, op.output).shape;
  const preset = shapes.get(op.output);
  if (op.kind === 'reshape') {
    const shape = preset ?? reshaped(at(old, 0), at(now, 0), oldOutput);
    return shape && elementCount(shape) === elementCount(at(now, 0)) ? { op, shape } : undefined;
  }
  if (!operandsFit(op, now)) return undefined;
  const channels = (count: number): number => scaledChannels(count, width);
  const scaled = scaleOperator(op, { old, now, oldOutput, channels });
  if (scaled === undefined) return undefined;
  const shape = resolveOutputShape(scaled.op, now, scaled.stated);
  return shape.every((size) => size >= 1) ? { op: scaled.op, shape } : undefined;
}

function operandsFit(op: Op, shapes: readonly Shape[]): boolean {
  const first = at(shapes, 0);
  if (op.kind === 'add' || op.kind === 'mul') return broadcastShapes(first, at(shapes, 1)) !== undefined;
  if (op.kind !== 'concatenation') return true;
  return shapes.every((shape) => shape.every((size, axis) => axis === op.axis || size === at(first, axis)));
}

function resize({ droppedChannels: _, ...tensor }: Tensor, shape: Shape): Tensor {
  const { data } = tensor;
  const count = elementCount(shape);
  if (data === undefined || data.length === count) return { ...tensor, shape };
  const repeated = zeros(tensor.type, count);
  for (let index = 0; index < count; index++) repeated[index] = at(data, index % data.length);
  return { ...tensor, shape, data: repeated };
}

function resizeEdge(edge: Edge, graph: Graph, tensors: readonly Tensor[]): Edge {
  const { shape } = at(tensors, edge.tensor);
  const isSame = elementCount(shape) === elementCount(at(graph.tensors, edge.tensor).shape);
  return isSame ? edge : { ...edge, shape };
}
