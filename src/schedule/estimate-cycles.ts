/** Cycles that a finished plan takes, operator by operator, from the kernels' estimates: nothing is compiled or run. */
import { at, invariant } from '../base/index.ts';
import type { Graph, Op, TensorId } from '../graph/index.ts';
import { dispatchCycles, findKernel } from '../kernels/index.ts';
import type { Target } from '../target/index.ts';
import { patchesOf } from './patches.ts';
import type { BufferId, PatchStep, PlannedBuffer, Schedule, StreamStep } from './types.ts';

/** Stack and static data of the firmware, which lie before the arena: about so many bytes. */
const beforeArenaBytes = 1024;

type CachedShares = { readonly input: number; readonly output: number; readonly scratch: number };

/** Cycles of one inference for each of `schedule.graph.ops`, with what dispatches its calls; 0 for a reshape. */
export function estimateOperatorCycles(schedule: Schedule, target: Target): readonly number[] {
  const { graph } = schedule;
  const cycles = graph.ops.map(() => 0);
  for (const step of schedule.steps) {
    if (step.kind === 'operator') {
      const op = at(graph.ops, step.op);
      const cached = cachedShares(schedule, target, op, step.scratch);
      cycles[step.op] = findKernel(step.kernel).estimateCycles(op, graph, target, { cached });
      continue;
    }
    const parts = step.kind === 'stream' ? [wholeStream(graph, step)] : partsOfPatches(graph, step);
    for (const { graph: own, members } of parts) {
      for (const { turn, op, calls } of members) {
        const index = at(step.ops, turn);
        const kernel = findKernel(at(step.kernels, turn));
        const cached = cachedShares(schedule, target, at(graph.ops, index), step.scratches[turn]);
        const cyclesOf = (rows: number): number => kernel.estimateCycles(op, own, target, { rows, cached });
        cycles[index] = at(cycles, index) + cyclesOfCalls(calls, cyclesOf);
      }
    }
  }
  return cycles;
}

/** Operators that run row by row, with the rows of each of their calls; `turn` is their place in the step. */
type Part = {
  readonly graph: Graph;
  readonly members: readonly { readonly turn: number; readonly op: Op; readonly calls: readonly number[] }[];
};

function wholeStream(graph: Graph, { ops, order }: StreamStep): Part {
  return {
    graph,
    members: ops.map((op, turn) => ({ turn, op: at(graph.ops, op), calls: callsOf(order, turn) })),
  };
}

/** Copies of columns are left out: they take a small part of a plan that is the last resort. */
function partsOfPatches(graph: Graph, { ops, patches, order }: PatchStep): readonly Part[] {
  const cut = patchesOf(graph, ops, patches);
  invariant(cut !== undefined, 'a patch step can be cut');
  return cut.map(({ graph: own, members }) => {
    let turn = 0;
    return {
      graph: own,
      members: members.flatMap((member, position) =>
        member.kind === 'copy' ? [] : [{ turn: turn++, op: member.op, calls: callsOf(order, position) }],
      ),
    };
  });
}

/** Rows of each call of one operator of a stream: rows of it that follow each other are one call. */
export function callsOf(order: readonly number[], member: number): readonly number[] {
  const calls: number[] = [];
  for (const [index, made] of order.entries()) {
    if (made !== member) continue;
    if (index > 0 && order[index - 1] === member) calls.push((calls.pop() ?? 0) + 1);
    else calls.push(1);
  }
  return calls;
}

/** Calls of as many rows take as many cycles. */
function cyclesOfCalls(calls: readonly number[], cyclesOf: (rows: number) => number): number {
  const known = new Map<number, number>();
  let sum = 0;
  for (const rows of calls) {
    const cycles = known.get(rows) ?? cyclesOf(rows);
    known.set(rows, cycles);
    sum += cycles + dispatchCycles;
  }
  return sum;
}

/** How much of what an operator touches lies beyond coupled memory, which is where RAM begins. */
function cachedShares(
  { graph, buffers, placements }: Schedule,
  target: Target,
  op: Op,
  scratch: BufferId | undefined,
): CachedShares {
  const coupled = target.memories.find(({ origin, kind }) => kind === 'sram' && origin === target.sramOrigin);
  const coupledBytes = (coupled?.bytes ?? 0) - beforeArenaBytes;
  const shareOf = ({ id, bytes }: PlannedBuffer): number =>
    Math.min(1, Math.max(0, (at(placements, id).offset + bytes - coupledBytes) / bytes));
  const shareOfTensor = (tensor: TensorId): number => {
    if (at(graph.tensors, tensor).data !== undefined) return 0;
    const buffer = buffers.find(({ tensors }) => tensors.includes(tensor));
    return buffer === undefined ? 0 : shareOf(buffer);
  };
  return {
    input: Math.max(...op.inputs.map(shareOfTensor)),
    output: shareOfTensor(op.output),
    scratch: scratch === undefined ? 0 : shareOf(at(buffers, scratch)),
  };
}
