/** What every plan must satisfy before it leaves this room, worked out again from the graph alone. */
import { at, invariant } from '../base/index.ts';
import { changedStates, memoryRoots, statesOf, type TensorId, tensorBytes } from '../graph/index.ts';
import { findKernel } from '../kernels/index.ts';
import type { Target } from '../target/index.ts';
import { alignUp, arenaAlignment } from './live-bytes.ts';
import { lowerBoundBytes } from './lower-bound.ts';
import { leadOver } from './network.ts';
import { isWithin } from './ranges.ts';
import type { BufferId, Overlap, PlannedBuffer, Schedule } from './types.ts';
import { verifyPatch } from './verify-patch.ts';
import { type Access, accessesOf, opsOf, verifySteps } from './verify-steps.ts';
import { verifyStream } from './verify-stream.ts';

/**
 * Throws an internal error where a plan is wrong: a buffer that is missing, misplaced or of wrong size or lifetime, live
 * buffers that share bytes without permission, a step before what it reads, a kernel that does not take its operator
 * (checked where `target` is given), figures that do not follow from the placements.
 */
export function verifySchedule(schedule: Schedule, target?: Target): void {
  const bufferOf = verifyTensors(schedule);
  verifySteps(schedule, bufferOf, target);
  const accesses = accessesOf(schedule, bufferOf);
  verifyOrder(schedule, accesses);
  verifyLifetimes(schedule, accesses);
  verifyOverlaps(schedule, bufferOf, accesses);
  verifyPlacements(schedule);
  for (const step of schedule.steps) {
    if (step.kind === 'stream') verifyStream(schedule, step, bufferOf);
    if (step.kind === 'patch') verifyPatch(schedule, step, target);
  }
  verifyFigures(schedule);
}

/**
 * Each tensor in one buffer of its size, except constants and what stays inside a group; each buffer of tensors holds one
 * chain of reshapes.
 */
function verifyTensors({ graph, buffers, steps }: Schedule): ReadonlyMap<TensorId, BufferId> {
  const roots = memoryRoots(graph);
  const bufferOf = new Map<TensorId, BufferId>();
  for (const [index, buffer] of buffers.entries()) {
    invariant(buffer.id === index, `buffer ${buffer.id} stands at ${index}`);
    invariant(buffer.bytes > 0, `buffer ${index} is empty`);
    invariant(
      buffer.kind === 'tensor' || buffer.kind === 'state'
        ? buffer.tensors.length > 0
        : buffer.tensors.length === 0,
      `buffer ${index} is a ${buffer.kind} with ${buffer.tensors.length} tensors`,
    );
    for (const id of buffer.tensors) {
      const tensor = at(graph.tensors, id);
      invariant(!bufferOf.has(id), `tensor ${id} is in two buffers`);
      invariant(
        at(roots, id) === at(roots, at(buffer.tensors, 0)),
        `buffer ${index} joins unrelated tensors`,
      );
      invariant(at(graph.tensors, at(roots, id)).data === undefined, `constant ${id} is in the arena`);
      invariant(tensorBytes(tensor) === buffer.bytes, `buffer ${index} has not the size of tensor ${id}`);
      bufferOf.set(id, buffer.id);
    }
  }
  const inside = new Set(
    steps.flatMap((step) => opsOf(step).slice(0, -1)).map((op) => at(graph.ops, op).output),
  );
  const isPlaced = (tensor: TensorId): boolean =>
    bufferOf.has(tensor) || inside.has(tensor) || at(graph.tensors, at(roots, tensor)).data !== undefined;
  for (const op of graph.ops) {
    invariant(
      [...op.inputs, op.output].every(isPlaced),
      `operator ${op.index} has a tensor without a buffer`,
    );
    if (op.kind === 'reshape') {
      const [input] = op.inputs;
      invariant(
        input !== undefined && bufferOf.get(input) === bufferOf.get(op.output),
        `reshape ${op.index} would have to copy`,
      );
    }
  }
  for (const edge of [...graph.inputs, ...graph.outputs]) {
    invariant(bufferOf.has(edge.tensor), `edge tensor ${edge.tensor} has no buffer`);
  }
  return bufferOf;
}

/** What a step reads was written before it, and nothing is written twice. */
function verifyOrder(schedule: Schedule, accesses: readonly Access[]): void {
  const { graph, buffers } = schedule;
  const isInput = (buffer: PlannedBuffer): boolean =>
    buffer.kind === 'state' || graph.inputs.some((edge) => buffer.tensors.includes(edge.tensor));
  const written = new Set(buffers.filter(isInput).map((buffer) => buffer.id));
  for (const [step, access] of accesses.entries()) {
    for (const id of access.reads)
      invariant(written.has(id), `step ${step} reads buffer ${id} before it is written`);
    for (const id of access.writes) {
      const isStored = at(buffers, id).kind === 'state';
      invariant(isStored || !written.has(id), `step ${step} writes buffer ${id} again`);
      written.add(id);
    }
  }
  verifyChanges(schedule, accesses);
  for (const edge of graph.outputs) {
    const holder = buffers.find((buffer) => buffer.tensors.includes(edge.tensor));
    invariant(
      holder !== undefined && written.has(holder.id),
      `output tensor ${edge.tensor} is never written`,
    );
  }
}

/** A state is changed by its one operator, which runs whole, after all that read it as it was. */
function verifyChanges({ graph, buffers, steps }: Schedule, accesses: readonly Access[]): void {
  const holderOf = (tensor: TensorId): BufferId | undefined =>
    buffers.find((buffer) => buffer.kind === 'state' && buffer.tensors.includes(tensor))?.id;
  for (const { tensor, name } of statesOf(graph)) {
    const holder = holderOf(tensor);
    invariant(holder !== undefined, `state ${name} has no memory of its own`);
    const changing = steps.flatMap((step, index) => {
      const op = step.kind === 'operator' ? graph.ops[step.op] : undefined;
      return op !== undefined && changedStates(op).includes(tensor) ? [index] : [];
    });
    const [change = steps.length, ...others] = changing;
    invariant(others.length === 0, `state ${name} is changed twice`);
    const readers = accesses.flatMap(({ reads }, step) => (reads.includes(holder) ? [step] : []));
    invariant(
      readers.every((step) => step <= change),
      `state ${name} is read after it changed`,
    );
    const writers = accesses.flatMap(({ writes }, step) => (writes.includes(holder) ? [step] : []));
    invariant(
      writers.every((step) => step === change),
      `state ${name} is written by what does not change it`,
    );
  }
}

/** Buffers live exactly from their first access to their last; inputs from the start, outputs to the end. */
function verifyLifetimes({ graph, buffers, steps }: Schedule, accesses: readonly Access[]): void {
  const end = Math.max(0, steps.length - 1);
  for (const buffer of buffers) {
    const used = accesses.flatMap((access, step) =>
      access.writes.includes(buffer.id) ||
      access.reads.includes(buffer.id) ||
      access.working.includes(buffer.id)
        ? [step]
        : [],
    );
    if (buffer.kind === 'state') used.push(0, end);
    if (graph.inputs.some((edge) => buffer.tensors.includes(edge.tensor))) used.push(0);
    if (graph.outputs.some((edge) => buffer.tensors.includes(edge.tensor))) used.push(end);
    invariant(used.length > 0, `buffer ${buffer.id} is never used`);
    invariant(
      buffer.firstStep === Math.min(...used) && buffer.lastStep === Math.max(...used),
      `buffer ${buffer.id} does not live from its first use to its last`,
    );
  }
}

/** Each overlap is one that the step's kernel permits, of an input that nobody needs afterwards. */
function verifyOverlaps(
  { graph, steps, buffers, overlaps }: Schedule,
  bufferOf: ReadonlyMap<TensorId, BufferId>,
  accesses: readonly Access[],
): void {
  for (const { step, input, output, leadBytes } of overlaps) {
    const place = `overlap of buffers ${output} and ${input} at step ${step}`;
    const taken = at(steps, step);
    invariant(taken.kind === 'operator', `${place}: no kernel answers for a ${taken.kind} step`);
    const access = at(accesses, step);
    invariant(
      access.reads.includes(input) && access.writes.includes(output),
      `${place}: not what the step does`,
    );
    invariant(at(buffers, input).lastStep === step, `${place}: the input is needed later`);
    invariant(
      !graph.outputs.some((edge) => bufferOf.get(edge.tensor) === input),
      `${place}: the input is an output of the network`,
    );
    const lead = leadOver(
      findKernel(taken.kernel),
      graph,
      taken.op,
      (tensor) => bufferOf.get(tensor) === input,
    );
    invariant(lead !== undefined && leadBytes >= lead, `${place}: kernel ${taken.kernel} forbids it`);
  }
}

function verifyPlacements({ buffers, placements, overlaps, clearances, arenaBytes }: Schedule): void {
  invariant(placements.length === buffers.length, 'not every buffer is placed once');
  for (const [index, { buffer, offset }] of placements.entries()) {
    invariant(buffer === index, `placement ${index} is of buffer ${buffer}`);
    invariant(offset >= 0 && offset % arenaAlignment === 0, `buffer ${index} lies at ${offset}`);
    invariant(offset + at(buffers, index).bytes <= arenaBytes, `buffer ${index} ends outside the arena`);
  }
  const offsetOf = (id: BufferId): number => at(placements, id).offset;
  const isPermitted = (a: BufferId, b: BufferId): boolean =>
    overlaps.some(
      ({ input, output, leadBytes }: Overlap) =>
        ((input === a && output === b) || (input === b && output === a)) &&
        offsetOf(output) <= offsetOf(input) - leadBytes,
    ) ||
    clearances.some(
      (clearance) =>
        ((clearance.a === a && clearance.b === b) || (clearance.a === b && clearance.b === a)) &&
        !isWithin(offsetOf(clearance.b) - offsetOf(clearance.a), clearance.barred),
    );
  for (const a of buffers) {
    for (const b of buffers.slice(a.id + 1)) {
      const together = a.firstStep <= b.lastStep && b.firstStep <= a.lastStep;
      const touching = offsetOf(a.id) < offsetOf(b.id) + b.bytes && offsetOf(b.id) < offsetOf(a.id) + a.bytes;
      invariant(
        !together || !touching || isPermitted(a.id, b.id),
        `buffers ${a.id} and ${b.id} share bytes while both are live`,
      );
    }
  }
}

function verifyFigures(schedule: Schedule): void {
  const { buffers, placements, overlaps, clearances, steps, arenaBytes, arenaLowerBoundBytes } = schedule;
  const end = buffers.reduce(
    (most, buffer) => Math.max(most, at(placements, buffer.id).offset + buffer.bytes),
    0,
  );
  invariant(arenaBytes === alignUp(end), `the arena has ${arenaBytes} bytes but its buffers end at ${end}`);
  const bound = lowerBoundBytes(buffers, overlaps, clearances, steps);
  invariant(arenaLowerBoundBytes === bound, `the lower bound is ${bound}, not ${arenaLowerBoundBytes}`);
  invariant(bound <= arenaBytes, `an arena of ${arenaBytes} bytes is below its lower bound ${bound}`);
}
