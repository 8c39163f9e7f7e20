/** Checks of plans that share nothing with the planner: bytes with owners, and placements by trial. */
import { at } from '../../src/base/index.ts';
import { elementCount, type TensorId } from '../../src/graph/index.ts';
import { kernelCatalogue } from '../../src/kernels/index.ts';
import type { OperatorStep, PatchStep, PlannedBuffer, Schedule } from '../../src/schedule/index.ts';
import { streamComplaints } from './stream-checks.ts';

type Range = { readonly start: number; readonly end: number };

/**
 * Runs a plan on an arena whose bytes know which tensor wrote them last. Returns what goes wrong: a tensor that is read
 * after its bytes were taken, or an operator that writes onto its own operands where its kernel does not allow it.
 */
export function complaintsAbout(schedule: Schedule): readonly string[] {
  const { graph, steps } = schedule;
  const complaints: string[] = [];
  const rootOf = (tensor: TensorId): TensorId => {
    const maker = graph.ops.find((op) => op.output === tensor);
    return maker?.kind === 'reshape' ? rootOf(at(maker.inputs, 0)) : tensor;
  };
  const owners = new Array<TensorId | undefined>(schedule.arenaBytes).fill(undefined);
  const rangeOf = (tensor: TensorId): Range => tensorRange(schedule, rootOf(tensor));
  const own = (tensor: TensorId): void => {
    const { start, end } = rangeOf(tensor);
    if (end > owners.length) complaints.push(`tensor ${tensor} ends outside the arena`);
    owners.fill(rootOf(tensor), start, end);
  };
  const expectWhole = (tensor: TensorId, when: string): void => {
    const { start, end } = rangeOf(tensor);
    const whole = owners.slice(start, end).every((owner) => owner === rootOf(tensor));
    if (!whole) complaints.push(`tensor ${tensor} is not whole ${when}`);
  };

  const isStored = (tensor: TensorId): boolean => at(graph.tensors, rootOf(tensor)).data === undefined;
  const isPlaced = (tensor: TensorId): boolean =>
    schedule.buffers.some((buffer) => buffer.tensors.includes(tensor));

  const runWhole = (step: OperatorStep, index: number): void => {
    const op = at(graph.ops, step.op);
    const live = op.inputs.filter(isStored);
    for (const tensor of live) expectWhole(tensor, `at step ${index}`);
    complaints.push(...selfOverlaps(schedule, step, live, rangeOf));
    if (step.scratch !== undefined) {
      const { start, end } = bufferRange(schedule, at(schedule.buffers, step.scratch));
      owners.fill(undefined, start, end);
      for (const tensor of live) expectWhole(tensor, `beside the scratch of step ${index}`);
    }
    own(op.output);
  };

  /** Inputs stay whole beside everything that patches write, for the next patch; so does the output. */
  const runPatches = (step: PatchStep, index: number): void => {
    const made = step.ops.map((op) => at(graph.ops, op).output);
    const output = at(made, made.length - 1);
    own(output);
    for (const { buffer } of step.lines) {
      const { start, end } = bufferRange(schedule, at(schedule.buffers, buffer));
      owners.fill(undefined, start, end);
    }
    const read = step.ops.flatMap((op) => at(graph.ops, op).inputs);
    for (const tensor of [output, ...read.filter((each) => isStored(each) && !made.includes(each))]) {
      expectWhole(tensor, `at step ${index}`);
    }
  };

  for (const edge of graph.inputs) own(edge.tensor);
  for (const edge of graph.inputs) expectWhole(edge.tensor, 'before the first step');
  for (const [index, step] of steps.entries()) {
    if (step.kind === 'stream') {
      const inside = step.ops.map((op) => at(graph.ops, op).output);
      const outside = step.ops.flatMap((op) => at(graph.ops, op).inputs);
      for (const tensor of outside.filter((each) => isStored(each) && !inside.includes(each))) {
        expectWhole(tensor, `at step ${index}`);
      }
      complaints.push(...streamComplaints(schedule, step, owners, rootOf));
      for (const tensor of inside.filter(isPlaced)) own(tensor);
    }
    if (step.kind === 'patch') runPatches(step, index);
    if (step.kind === 'operator') runWhole(step, index);
  }
  for (const edge of graph.outputs) expectWhole(edge.tensor, 'at the end');
  return complaints;
}

function selfOverlaps(
  { graph }: Schedule,
  step: OperatorStep,
  live: readonly TensorId[],
  rangeOf: (tensor: TensorId) => Range,
): readonly string[] {
  const op = at(graph.ops, step.op);
  const kernel = kernelCatalogue.find((candidate) => candidate.name === step.kernel);
  const output = rangeOf(op.output);
  return op.inputs.flatMap((tensor, position) => {
    if (!live.includes(tensor)) return [];
    const input = rangeOf(tensor);
    if (output.end <= input.start || input.end <= output.start) return [];
    const lead = kernel?.leadBytes(op, graph, position);
    const allowed = lead !== undefined && output.start + lead <= input.start;
    return allowed ? [] : [`operator ${op.index} overwrites its input ${position}`];
  });
}

function tensorRange(schedule: Schedule, tensor: TensorId): Range {
  const buffer = schedule.buffers.find((candidate) => candidate.tensors.includes(tensor));
  if (buffer === undefined) throw new Error(`tensor ${tensor} has no buffer`);
  const { start } = bufferRange(schedule, buffer);
  return { start, end: start + elementCount(at(schedule.graph.tensors, tensor).shape) };
}

function bufferRange(schedule: Schedule, buffer: PlannedBuffer): Range {
  const start = at(schedule.placements, buffer.id).offset;
  return { start, end: start + buffer.bytes };
}

/** Whether the buffers fit an arena of `arenaBytes` at multiples of 16, by trying all offsets; undefined: too long. */
export function fitsByTrial(
  schedule: Schedule,
  arenaBytes: number,
  maximumTrials: number,
): boolean | undefined {
  const order = [...schedule.buffers].sort((a, b) => b.bytes - a.bytes);
  const offsets = new Map<number, number>();
  let trials = 0;
  const mayStand = (buffer: PlannedBuffer, offset: number): boolean =>
    [...offsets].every(([id, other]) =>
      compatible(schedule, buffer, offset, at(schedule.buffers, id), other),
    );
  const place = (turn: number): boolean => {
    const buffer = order[turn];
    if (buffer === undefined) return true;
    for (let offset = 0; offset + buffer.bytes <= arenaBytes; offset += 16) {
      if (++trials > maximumTrials) return false;
      if (!mayStand(buffer, offset)) continue;
      offsets.set(buffer.id, offset);
      if (place(turn + 1)) return true;
      offsets.delete(buffer.id);
    }
    return false;
  };
  const fits = place(0);
  return trials > maximumTrials ? undefined : fits;
}

function compatible(
  { overlaps, clearances }: Schedule,
  a: PlannedBuffer,
  aOffset: number,
  b: PlannedBuffer,
  bOffset: number,
): boolean {
  if (a.lastStep < b.firstStep || b.lastStep < a.firstStep) return true;
  if (aOffset + a.bytes <= bOffset || bOffset + b.bytes <= aOffset) return true;
  const isClear = clearances.some(
    ({ a: first, b: second, barred }) =>
      ((first === a.id && second === b.id) || (first === b.id && second === a.id)) &&
      !barred.some(({ after, before }) => {
        const distance = first === a.id ? bOffset - aOffset : aOffset - bOffset;
        return after < distance && distance < before;
      }),
  );
  if (isClear) return true;
  return overlaps.some(
    ({ input, output, leadBytes }) =>
      (output === a.id && input === b.id && aOffset + leadBytes <= bOffset) ||
      (output === b.id && input === a.id && bOffset + leadBytes <= aOffset),
  );
}
