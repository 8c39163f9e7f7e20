/** A stream of a plan, run on an arena whose bytes know which row wrote them last. */
import { at, invariant } from '../base/index.ts';
import { type Graph, memoryRoots, type TensorId } from '../graph/index.ts';
import { findKernel } from '../kernels/index.ts';
import {
  expectRow,
  fill,
  isWhole,
  type Member,
  type Place,
  type Range,
  type Run,
  rowRange,
  rowsOf,
  runCall,
  scratchOf,
} from './row-run.ts';
import type { BufferId, Schedule, StreamStep } from './types.ts';

/**
 * Throws an internal error where a call reads a row that is not whole, writes over what it still reads, loses the sums
 * that it keeps, or where something that is needed afterwards is not whole at the end. `bufferOf` knows whole tensors.
 */
export function verifyStream(
  schedule: Schedule,
  step: StreamStep,
  bufferOf: ReadonlyMap<TensorId, BufferId>,
): void {
  const { graph, buffers, placements, steps } = schedule;
  const members = membersOf(schedule, step);
  const run = startRun(schedule, step, bufferOf);
  const stepIndex = steps.indexOf(step);
  const made = members.map(() => 0);
  const touched = new Set(
    members
      .flatMap(({ inputs, output }) => [...inputs, output])
      .flatMap((tensor) => bufferOf.get(tensor) ?? []),
  );
  const beside = buffers.filter(
    ({ id, firstStep, lastStep, kind }) =>
      kind === 'tensor' && !touched.has(id) && firstStep <= stepIndex && stepIndex <= lastStep,
  );
  const rangeOf = (id: BufferId): Range => {
    const { offset } = at(placements, id);
    return { start: offset, end: offset + at(buffers, id).bytes };
  };
  for (const { id } of beside) fill(run.owners, rangeOf(id), -1 - id);
  for (const position of step.order) {
    const member = at(members, position);
    runCall(run, member, at(made, position));
    made[position] = at(made, position) + 1;
  }
  for (const { id } of beside) {
    invariant(
      isWhole(run.owners, rangeOf(id), -1 - id),
      `buffer ${id} does not survive stream step ${stepIndex}`,
    );
  }
  verifyEnd(graph, step, run, bufferOf, { schedule, stepIndex, made, members });
}

type End = {
  readonly schedule: Schedule;
  readonly stepIndex: number;
  readonly made: readonly number[];
  readonly members: readonly Member[];
};

/** The last operator has made all rows, and what outlives the step is whole. */
function verifyEnd(
  graph: Graph,
  step: StreamStep,
  run: Run,
  bufferOf: ReadonlyMap<TensorId, BufferId>,
  { schedule, stepIndex, made, members }: End,
): void {
  const isLast = (position: number): boolean => position === members.length - 1;
  for (const [position, { name, form }] of members.entries()) {
    invariant(at(made, position) <= form.rowCount, `${name} makes more rows than it has`);
    invariant(
      !isLast(position) || at(made, position) === form.rowCount,
      `stream step ${stepIndex} ends early`,
    );
  }
  const outside = step.ops.flatMap((index) => [...at(graph.ops, index).inputs, at(graph.ops, index).output]);
  for (const tensor of new Set(outside)) {
    const buffer = bufferOf.get(tensor);
    if (buffer === undefined) continue;
    const isOutput = graph.outputs.some((edge) => bufferOf.get(edge.tensor) === buffer);
    const isNeeded = at(schedule.buffers, buffer).lastStep > stepIndex || isOutput;
    if (isNeeded || tensor === at(members, members.length - 1).output) {
      const { height } = rowsOf(graph, tensor);
      for (let row = 0; row < height; row++) expectRow(run, tensor, row, `after stream step ${stepIndex}`);
    }
  }
}

function membersOf(schedule: Schedule, step: StreamStep): readonly Member[] {
  const { graph } = schedule;
  return step.ops.map((index, position) => {
    const op = at(graph.ops, index);
    const name = `operator ${op.index}`;
    const form = findKernel(at(step.kernels, position)).rows(op, graph);
    invariant(form !== undefined, `${name} cannot be made row by row`);
    const scratch = scratchOf(schedule, step.scratches[position], form, { name, position });
    return { name, inputs: op.inputs, output: op.output, form, ...scratch };
  });
}

function startRun(schedule: Schedule, step: StreamStep, bufferOf: ReadonlyMap<TensorId, BufferId>): Run {
  const { graph, placements } = schedule;
  const roots = memoryRoots(graph);
  const places = new Map<TensorId, Place>();
  const owners = new Int32Array(schedule.arenaBytes);
  const lines = new Map(step.lines.map((line) => [line.tensor, line]));
  let tokens = 1;
  const made = new Set(step.ops.map((op) => at(graph.ops, op).output));
  for (const tensor of new Set(
    step.ops.flatMap((op) => [...at(graph.ops, op).inputs, at(graph.ops, op).output]),
  )) {
    const line = lines.get(tensor);
    const buffer = line?.buffer ?? bufferOf.get(tensor);
    if (buffer === undefined) {
      invariant(at(graph.tensors, at(roots, tensor)).data !== undefined, `tensor ${tensor} has no place`);
      continue;
    }
    const { height, rowBytes } = rowsOf(graph, tensor);
    const place: Place = {
      offset: at(placements, buffer).offset,
      rowBytes,
      ring: line?.rows ?? height,
      tokens,
    };
    places.set(tensor, place);
    tokens += height;
    if (made.has(tensor)) continue;
    for (let row = 0; row < height; row++) fill(owners, rowRange(place, row), place.tokens + row);
  }
  return { owners, placeOf: (tensor) => places.get(tensor) };
}
