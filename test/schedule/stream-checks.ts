/** Runs one stream of a plan on bytes that know whose row they hold; shares nothing with the planner or its verifier. */
import { at } from '../../src/base/index.ts';
import { elementCount, type Op, type TensorId } from '../../src/graph/index.ts';
import { findKernel, type RowForm } from '../../src/kernels/index.ts';
import type { Schedule, StreamStep } from '../../src/schedule/index.ts';

type Bytes = { readonly start: number; readonly end: number };

/** Owners of bytes: a whole tensor's id, or the mark of one row or of one scratch memory. */
type Owners = (number | undefined)[];

type Machine = {
  readonly owners: Owners;
  readonly complaints: string[];
  /** Undefined for constants. */
  bytesOf(tensor: TensorId, row: number): Bytes | undefined;
  ownerOf(tensor: TensorId, row: number): number;
};

type Call = {
  readonly op: Op;
  readonly form: RowForm;
  readonly row: number;
  readonly scratch: (Bytes & { readonly mark: number }) | undefined;
};

/** What goes wrong; `rootOf` names the owner of a whole tensor. Marks in `owners` what the stream writes. */
export function streamComplaints(
  schedule: Schedule,
  step: StreamStep,
  owners: Owners,
  rootOf: (tensor: TensorId) => TensorId,
): readonly string[] {
  const { graph, placements, buffers } = schedule;
  const machine = machineOf(schedule, step, owners, rootOf);
  const calls = step.ops.map(() => 0);
  for (const position of step.order) {
    const op = at(graph.ops, at(step.ops, position));
    const form = findKernel(at(step.kernels, position)).rows(op, graph);
    const row = at(calls, position);
    calls[position] = row + 1;
    const buffer = step.scratches[position];
    const start = buffer === undefined ? 0 : at(placements, buffer).offset;
    const scratch =
      buffer === undefined
        ? undefined
        : { start, end: start + at(buffers, buffer).bytes, mark: -1 - position };
    if (form === undefined) machine.complaints.push(`operator ${op.index} has no rows`);
    else run(machine, { op, form, row, scratch });
  }
  for (const op of step.ops) {
    const { output } = at(graph.ops, op);
    if (step.lines.some((line) => line.tensor === output)) continue;
    const { shape } = at(graph.tensors, output);
    expectRows(machine, output, { first: 0, end: shape.length === 4 ? at(shape, 1) : 1 }, 'at the end');
  }
  return machine.complaints;
}

function machineOf(
  { graph, buffers, placements }: Schedule,
  step: StreamStep,
  owners: Owners,
  rootOf: (tensor: TensorId) => TensorId,
): Machine {
  const isMade = (tensor: TensorId): boolean => step.ops.some((op) => at(graph.ops, op).output === tensor);
  return {
    owners,
    complaints: [],
    ownerOf: (tensor, row) => (isMade(tensor) ? 1_000_000 * (row + 1) + tensor : rootOf(tensor)),
    bytesOf: (tensor, row) => {
      const line = step.lines.find((candidate) => candidate.tensor === tensor);
      const holder = line?.buffer ?? buffers.findIndex((buffer) => buffer.tensors.includes(tensor));
      if (holder < 0) return undefined;
      const { shape } = at(graph.tensors, tensor);
      const height = shape.length === 4 ? at(shape, 1) : 1;
      const rowBytes = elementCount(shape) / height;
      const start = at(placements, holder).offset + (row % (line?.rows ?? height)) * rowBytes;
      return { start, end: start + rowBytes };
    },
  };
}

function run(machine: Machine, { op, form, row, scratch }: Call): void {
  const where = `at row ${row} of operator ${op.index}`;
  if (scratch !== undefined) {
    const isLost = form.accumulates && row > 0 && !holds(machine, scratch, scratch.mark);
    if (isLost) machine.complaints.push(`sums are lost ${where}`);
    machine.owners.fill(scratch.mark, scratch.start, scratch.end);
  }
  const made = form.accumulates ? 0 : row;
  const isWritten = !form.accumulates || row === form.rowCount - 1;
  const output = machine.bytesOf(op.output, made);
  if (output === undefined) throw new Error(`operator ${op.index} writes nowhere`);
  for (const [position, tensor] of op.inputs.entries()) {
    const range = form.reads(position, row);
    expectRows(machine, tensor, range, where);
    for (let read = range.first; isWritten && read < range.end; read++) {
      const bytes = machine.bytesOf(tensor, read);
      const isSafe = bytes === undefined || isApart(output, bytes, form.rowLeadBytes(position));
      if (!isSafe) machine.complaints.push(`an input is overwritten ${where}`);
    }
  }
  if (isWritten) machine.owners.fill(machine.ownerOf(op.output, made), output.start, output.end);
}

function isApart(output: Bytes, input: Bytes, lead: number | undefined): boolean {
  if (output.end <= input.start || input.end <= output.start) return true;
  return lead !== undefined && output.start + lead <= input.start;
}

function expectRows(
  machine: Machine,
  tensor: TensorId,
  { first, end }: { readonly first: number; readonly end: number },
  where: string,
): void {
  for (let row = first; row < end; row++) {
    const bytes = machine.bytesOf(tensor, row);
    if (bytes !== undefined && !holds(machine, bytes, machine.ownerOf(tensor, row))) {
      machine.complaints.push(`row ${row} of tensor ${tensor} is not there ${where}`);
    }
  }
}

function holds({ owners }: Machine, { start, end }: Bytes, owner: number): boolean {
  for (let byte = start; byte < end; byte++) if (owners[byte] !== owner) return false;
  return true;
}
