/** A network as the data that the engine's program reads: places of tensors, steps, constants (see c/engine.c). */
import { at, invariant } from '../base/index.ts';
import { type Edge, type Graph, type Op, statesOf, type TensorId, tensorBytes } from '../graph/index.ts';
import { type Argument, chooseKernel, type KernelCall } from '../kernels/index.ts';
import type { Target } from '../target/index.ts';
import { dispatchedKernels } from './dispatch.generated.ts';

/** Where an argument is, as in c/engine.c. */
const asNumber = 0;
const inMemory = 1;
const inConstants = 2;
const nowhere = 3;

/** Where it is, and its value or its offset there. */
type Place = readonly [where: number, value: number];

/** What has been given out so far. */
type Layout = {
  readonly graph: Graph;
  readonly places: Map<TensorId, Place>;
  memoryBytes: number;
  readonly constants: { readonly offset: number; readonly bytes: Uint8Array }[];
  constantBytes: number;
};

/** Cache lines: no tensor shares one with another. */
const alignment = 64;
const headerWords = 7;

const numbers = new Map(dispatchedKernels.map(({ name }, index) => [name, index]));

/** Bytes of one set of int8 values: all of these edges, one behind the other. */
export function int8SetBytes(edges: readonly Edge[], graph: Graph): number {
  return edges.reduce((total, { tensor }) => total + tensorBytes(at(graph.tensors, tensor)), 0);
}

/** The network and how many input sets follow it, computed by the kernels that `target` gets. */
export function encodeNetwork(graph: Graph, target: Target, sets: number): Uint8Array {
  invariant(statesOf(graph).length === 0, 'the engine begins every inference afresh');
  const layout: Layout = { graph, places: new Map(), memoryBytes: 0, constants: [], constantBytes: 0 };
  const inputs = graph.inputs.flatMap((edge) => edgeWords(layout, edge));
  const steps = graph.ops.flatMap((op) => (op.kind === 'reshape' ? [] : [stepWords(layout, op, target)]));
  const outputs = graph.outputs.flatMap((edge) => edgeWords(layout, edge));
  const words = [...inputs, ...outputs, ...steps.flat()];
  const { memoryBytes, constantBytes } = layout;
  const header = [memoryBytes, constantBytes, words.length, graph.inputs.length, graph.outputs.length];
  const start = Int32Array.of(...header, steps.length, sets);
  invariant(start.length === headerWords, 'the header is as c/engine.c has it');

  const bytes = new Uint8Array(4 * (headerWords + words.length) + constantBytes);
  bytes.set(new Uint8Array(start.buffer));
  bytes.set(new Uint8Array(Int32Array.from(words).buffer), start.byteLength);
  const constantsAt = bytes.length - constantBytes;
  for (const constant of layout.constants) bytes.set(constant.bytes, constantsAt + constant.offset);
  return bytes;
}

function edgeWords(layout: Layout, { tensor }: Edge): number[] {
  const [where, offset] = placeOf(layout, tensor);
  invariant(where === inMemory, 'an input or output is no constant');
  return [offset, tensorBytes(at(layout.graph.tensors, tensor))];
}

/** Number of the kernel, count of its arguments, and their places. */
function stepWords(layout: Layout, op: Op, target: Target): number[] {
  const { graph } = layout;
  const kernel = chooseKernel(op, graph, target);
  const number = numbers.get(kernel.name);
  invariant(number !== undefined, `${kernel.name} is not dispatched: run npm run generate`);
  const call = kernel.call(op, graph);
  const { parameters } = at(dispatchedKernels, number);
  invariant(
    call.arguments.length === parameters.length,
    `${kernel.name} takes ${parameters.length} arguments`,
  );
  const constants = new Map(call.constants.map(({ name, values }) => [name, takeConstant(layout, values)]));
  const scratchBytes = kernel.scratchBytes(op, graph);
  const scratch: Place = [inMemory, scratchBytes === 0 ? 0 : takeMemory(layout, scratchBytes)];
  const places = call.arguments.map((argument, index) => {
    const place = argumentPlace(layout, op, argument, constants, scratch);
    const isNumber = parameters.charAt(index) === 'n';
    if (isNumber || place[0] !== asNumber) {
      invariant(isNumber === (place[0] === asNumber), `${kernel.name}: argument ${index} is of another type`);
      return place;
    }
    invariant(place[1] === 0, `${kernel.name}: argument ${index} is no pointer`);
    return [nowhere, 0] as const;
  });
  return [number, places.length, ...places.flat()];
}

function argumentPlace(
  layout: Layout,
  op: Op,
  argument: Argument,
  constants: ReadonlyMap<string, Place>,
  scratch: Place,
): Place {
  switch (argument.kind) {
    case 'input':
    case 'state':
      return placeOf(layout, at(op.inputs, argument.position));
    case 'output':
      return placeOf(layout, op.output);
    case 'scratch':
      return scratch;
    case 'constant': {
      const place = constants.get(argument.name);
      invariant(place !== undefined, `${op.name} has no constant ${argument.name}`);
      return place;
    }
    case 'literal':
      return [asNumber, argument.value];
    case 'firstRow':
    case 'endRow':
    case 'inputRing':
    case 'outputRing':
      throw new Error(`internal error: ${op.name} is computed whole`);
  }
}

/** The result of a reshape is its input. */
function placeOf(layout: Layout, tensor: TensorId): Place {
  const known = layout.places.get(tensor);
  if (known !== undefined) return known;
  const { graph } = layout;
  const { data } = at(graph.tensors, tensor);
  const maker = graph.ops.find((op) => op.output === tensor);
  const place: Place =
    data !== undefined
      ? takeConstant(layout, data)
      : maker?.kind === 'reshape'
        ? placeOf(layout, at(maker.inputs, 0))
        : [inMemory, takeMemory(layout, tensorBytes(at(graph.tensors, tensor)))];
  layout.places.set(tensor, place);
  return place;
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / alignment) * alignment;
}

function takeMemory(layout: Layout, bytes: number): number {
  const offset = layout.memoryBytes;
  layout.memoryBytes += aligned(bytes);
  invariant(layout.memoryBytes < 2 ** 31, 'offsets are int32');
  return offset;
}

function takeConstant(layout: Layout, values: KernelCall['constants'][number]['values']): Place {
  const offset = layout.constantBytes;
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  layout.constants.push({ offset, bytes });
  layout.constantBytes += aligned(bytes.length);
  invariant(layout.constantBytes < 2 ** 31, 'offsets are int32');
  return [inConstants, offset];
}
