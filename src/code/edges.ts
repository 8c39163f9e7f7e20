/** Network inputs and outputs with their place in the arena and the numbers that an application needs. */
import { at, invariant } from '../base/index.ts';
import {
  type Edge,
  type EdgeType,
  elementCount,
  type Graph,
  statesOf,
  type TensorType,
  type TensorValues,
} from '../graph/index.ts';
import type { Schedule } from '../schedule/index.ts';
import { printableName } from './identifiers.ts';

export type PlacedEdge = {
  readonly direction: 'input' | 'output';
  readonly index: number;
  /** `MODEL_INPUT_0` and so on: prefix of the edge's macros. */
  readonly macro: string;
  readonly name: string;
  readonly shape: readonly number[];
  readonly elements: number;
  /** In the model file. */
  readonly type: EdgeType;
  /** In the arena. */
  readonly typeHere: TensorType;
  readonly scale: number;
  readonly zeroPoint: number;
  readonly offset: number;
  /** Whether real values half way between two elements go to the even one; else away from 0. */
  readonly tiesToEven: boolean;
};

export function placedEdges(schedule: Schedule): readonly PlacedEdge[] {
  const { inputs, outputs } = schedule.graph;
  return [
    ...inputs.map((edge, index) => placedEdge(schedule, edge, 'input', index)),
    ...outputs.map((edge, index) => placedEdge(schedule, edge, 'output', index)),
  ];
}

function placedEdge(
  schedule: Schedule,
  edge: Edge,
  direction: PlacedEdge['direction'],
  index: number,
): PlacedEdge {
  const tensor = at(schedule.graph.tensors, edge.tensor);
  const offset = arenaOffsetOf(schedule, edge.tensor);
  invariant(offset !== undefined, `edge tensor ${edge.tensor} has no buffer`);
  return {
    direction,
    index,
    macro: `MODEL_${direction.toUpperCase()}_${index}`,
    name: printableName(edge.name),
    shape: edge.shape,
    elements: elementCount(tensor.shape),
    type: edge.type,
    typeHere: tensor.type,
    scale: tensor.scale,
    zeroPoint: tensor.zeroPoint,
    offset,
    tiesToEven: edge.ties === 'even',
  };
}

/** Where a tensor starts in the arena; `undefined` for a constant. */
export function arenaOffsetOf(schedule: Schedule, tensor: number): number | undefined {
  const holder = schedule.buffers.find((buffer) => buffer.tensors.includes(tensor));
  return holder === undefined ? undefined : at(schedule.placements, holder.id).offset;
}

export type PlacedState = {
  /** The C array of what it is at first; absent where one byte says it all. */
  readonly symbol: string;
  readonly name: string;
  readonly offset: number;
  /** As its bytes lie in memory. */
  readonly initial: Int8Array;
};

/** What the network keeps between inferences, with its place in the arena. */
export function placedStates(schedule: Schedule): readonly PlacedState[] {
  return statesOf(schedule.graph).map(({ tensor, name, initial }, index) => {
    const offset = arenaOffsetOf(schedule, tensor);
    invariant(offset !== undefined, `state ${name} has no memory`);
    return {
      symbol: `model_state_${index}`,
      name: printableName(name),
      offset,
      initial: new Int8Array(initial.buffer, initial.byteOffset, initial.byteLength),
    };
  });
}

/** Values of a constant, also where reshapes stand between it and its reader. */
export function constantValues(graph: Graph, tensor: number): TensorValues {
  const { data } = at(graph.tensors, tensor);
  if (data !== undefined) return data;
  const maker = graph.ops.find((op) => op.output === tensor);
  invariant(maker?.kind === 'reshape', `tensor ${tensor} is neither in the arena nor a constant`);
  return constantValues(graph, at(maker.inputs, 0));
}
