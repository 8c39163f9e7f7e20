/** Structure of the steps of a plan: every operator once, kernels that fit, groups whose intermediates stay inside. */
import { at, invariant } from '../base/index.ts';
import { elementBytes, type Graph, type TensorId } from '../graph/index.ts';
import { findKernel } from '../kernels/index.ts';
import type { Target } from '../target/index.ts';
import type { BufferId, OperatorStep, PatchStep, Schedule, Step, StreamStep } from './types.ts';

/** Buffers that one step touches. */
export type Access = {
  readonly reads: readonly BufferId[];
  readonly writes: readonly BufferId[];
  /** Scratch and lines. */
  readonly working: readonly BufferId[];
};

type BufferOf = ReadonlyMap<TensorId, BufferId>;

/** Operators of a step, in the order in which they start. */
export function opsOf(step: Step): readonly number[] {
  return step.kind === 'operator' ? [step.op] : step.ops;
}

export function verifySteps(schedule: Schedule, bufferOf: BufferOf, target: Target | undefined): void {
  const { graph, steps } = schedule;
  const planned = steps.flatMap(opsOf).sort((a, b) => a - b);
  const wanted = graph.ops.flatMap((op, index) => (op.kind === 'reshape' ? [] : [index]));
  invariant(
    planned.length === wanted.length && planned.every((op, index) => op === wanted[index]),
    'the steps are not every operator once',
  );
  for (const step of steps) {
    if (step.kind === 'operator') verifyOperatorStep(schedule, step, target);
    else verifyGroup(schedule, step, bufferOf, target);
  }
}

/** What each step reads and writes in the arena. */
export function accessesOf({ graph, steps }: Schedule, bufferOf: BufferOf): readonly Access[] {
  return steps.map((step) => {
    const ops = opsOf(step).map((op) => at(graph.ops, op));
    const inside = new Set(ops.map((op) => op.output));
    const reads = ops
      .flatMap((op) => op.inputs)
      .flatMap((tensor) => {
        const buffer = bufferOf.get(tensor);
        return buffer === undefined || inside.has(tensor) ? [] : [buffer];
      });
    const writes = ops.flatMap((op) => bufferOf.get(op.output) ?? []);
    invariant(writes.length > 0, 'a step writes no buffer');
    return { reads: [...new Set(reads)], writes, working: workingOf(step) };
  });
}

function workingOf(step: Step): readonly BufferId[] {
  switch (step.kind) {
    case 'operator':
      return step.scratch === undefined ? [] : [step.scratch];
    case 'stream':
    case 'patch':
      return [
        ...step.lines.map((line) => line.buffer),
        ...step.scratches.flatMap((scratch) => scratch ?? []),
      ];
  }
}

function verifyOperatorStep(
  { graph, buffers }: Schedule,
  step: OperatorStep,
  target: Target | undefined,
): void {
  const op = at(graph.ops, step.op);
  const kernel = findKernel(step.kernel);
  const place = `operator ${op.index} with kernel ${kernel.name}`;
  invariant(target === undefined || kernel.accepts(op, graph, target), `${place}: not accepted`);
  const wanted = kernel.scratchBytes(op, graph);
  if (step.scratch === undefined) {
    invariant(wanted === 0, `${place}: wants ${wanted} bytes of scratch`);
  } else {
    const scratch = at(buffers, step.scratch);
    invariant(scratch.kind === 'scratch' && scratch.bytes >= wanted, `${place}: scratch does not fit`);
  }
}

/** Each operator has a reader in the group but the last, and what nobody else reads stays inside it. */
function verifyGroup(
  schedule: Schedule,
  step: StreamStep | PatchStep,
  bufferOf: BufferOf,
  target: Target | undefined,
): void {
  const { graph } = schedule;
  const ops = step.ops.map((op) => at(graph.ops, op));
  invariant(ops.length >= 2, `a ${step.kind} step of ${ops.length} operators`);
  const read = new Set(ops.flatMap((op) => op.inputs));
  for (const op of ops.slice(0, -1)) {
    invariant(read.has(op.output), `operator ${op.index} is read by nobody in its ${step.kind} step`);
  }
  const between = ops
    .slice(0, -1)
    .map((op) => op.output)
    .filter((tensor) => !bufferOf.has(tensor));
  for (const tensor of between) {
    const readers = graph.ops.flatMap((reader, index) => (reader.inputs.includes(tensor) ? [index] : []));
    invariant(
      readers.every((reader) => step.ops.includes(reader)) &&
        !graph.outputs.some((edge) => edge.tensor === tensor),
      `tensor ${tensor} is needed outside its ${step.kind} step`,
    );
  }
  // The tensors of a patch are others: what it keeps of them is checked where it runs.
  if (step.kind === 'patch') {
    invariant(between.length === ops.length - 1, 'a tensor inside a patch step is whole');
    return;
  }
  for (const [position, op] of ops.entries()) {
    const isTaken = target === undefined || findKernel(at(step.kernels, position)).accepts(op, graph, target);
    invariant(isTaken, `operator ${op.index}: not accepted`);
  }
  verifyLines(schedule, step, between);
}

function verifyLines({ graph, buffers }: Schedule, step: StreamStep, between: readonly TensorId[]): void {
  const tensors = step.lines.map((line) => line.tensor);
  invariant(
    isSameSet(tensors, between),
    'a stream step does not keep lines of each tensor between its operators',
  );
  for (const { tensor, rows, buffer } of step.lines) {
    const { height, rowBytes } = rowsOf(graph, tensor);
    invariant(rows >= 1 && rows <= height, `${rows} rows are kept of tensor ${tensor} that has ${height}`);
    const line = at(buffers, buffer);
    invariant(line.kind === 'line' && line.bytes >= rows * rowBytes, `line ${buffer} is too small`);
  }
}

function rowsOf(graph: Graph, tensor: TensorId): { readonly height: number; readonly rowBytes: number } {
  const { shape, type } = at(graph.tensors, tensor);
  invariant(shape.length === 4, `tensor ${tensor} has no rows`);
  return { height: at(shape, 1), rowBytes: at(shape, 2) * at(shape, 3) * elementBytes(type) };
}

function isSameSet(a: readonly TensorId[], b: readonly TensorId[]): boolean {
  return a.length === b.length && new Set([...a, ...b]).size === a.length;
}
