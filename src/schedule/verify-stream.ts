/** A stream of a plan, run on an arena whose bytes know which row wrote them last. */
import { at, invariant } from '../base/index.ts';
import type { Graph, Op, TensorId } from '../graph/index.ts';
import { findKernel, type RowForm } from '../kernels/index.ts';
import { reshapeRoots } from './network.ts';
import type { BufferId, Schedule, StreamStep } from './types.ts';

/** Where rows of a tensor live. */
type Place = {
  readonly offset: number;
  readonly rowBytes: number;
  readonly ring: number;
  readonly tokens: number;
};

type Member = {
  readonly op: Op;
  readonly form: RowForm;
  readonly scratch: Range | undefined;
  /** What the bytes of its scratch hold after a call. */
  readonly scratchToken: number;
};

type Range = { readonly start: number; readonly end: number };

type Run = {
  readonly owners: Int32Array;
  /** Undefined for constants. */
  placeOf(tensor: TensorId): Place | undefined;
};

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
    members.flatMap(({ op }) => [...op.inputs, op.output]).flatMap((tensor) => bufferOf.get(tensor) ?? []),
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
  for (const [position, { op, form }] of members.entries()) {
    invariant(at(made, position) <= form.rowCount, `operator ${op.index} makes more rows than it has`);
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
    if (isNeeded || tensor === at(members, members.length - 1).op.output) {
      const height = heightOf(graph, tensor);
      for (let row = 0; row < height; row++) expectRow(run, tensor, row, `after stream step ${stepIndex}`);
    }
  }
}

function membersOf({ graph, placements, buffers }: Schedule, step: StreamStep): readonly Member[] {
  return step.ops.map((index, position) => {
    const op = at(graph.ops, index);
    const form = findKernel(at(step.kernels, position)).rows(op, graph);
    invariant(form !== undefined, `operator ${op.index} cannot be made row by row`);
    const buffer = step.scratches[position];
    const scratchBytes = buffer === undefined ? 0 : at(buffers, buffer).bytes;
    invariant(scratchBytes >= form.scratchBytes, `scratch of operator ${op.index} does not fit`);
    if (buffer === undefined) return { op, form, scratch: undefined, scratchToken: 0 };
    const start = at(placements, buffer).offset;
    const scratchToken = -1 - buffers.length - position;
    return { op, form, scratch: { start, end: start + scratchBytes }, scratchToken };
  });
}

function startRun(schedule: Schedule, step: StreamStep, bufferOf: ReadonlyMap<TensorId, BufferId>): Run {
  const { graph, placements } = schedule;
  const roots = reshapeRoots(graph);
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
    const { shape } = at(graph.tensors, tensor);
    const height = heightOf(graph, tensor);
    const rowBytes = shape.reduce((product, size) => product * size, 1) / height;
    const place = { offset: at(placements, buffer).offset, rowBytes, ring: line?.rows ?? height, tokens };
    places.set(tensor, place);
    tokens += height;
    if (made.has(tensor)) continue;
    for (let row = 0; row < height; row++) fill(owners, rowRange(place, row), place.tokens + row);
  }
  return { owners, placeOf: (tensor) => places.get(tensor) };
}

function runCall(run: Run, { op, form, scratch, scratchToken }: Member, row: number): void {
  const where = `at row ${row} of operator ${op.index}`;
  if (scratch !== undefined) {
    const isKept = form.accumulates && row > 0;
    invariant(!isKept || isWhole(run.owners, scratch, scratchToken), `sums are lost ${where}`);
    fill(run.owners, scratch, scratchToken);
  }
  const isWritten = !form.accumulates || row === form.rowCount - 1;
  const output = run.placeOf(op.output);
  invariant(output !== undefined, `operator ${op.index} writes nowhere`);
  const made = form.accumulates ? 0 : row;
  const written = rowRange(output, made);
  invariant(
    !isWritten || scratch === undefined || !meet(written, scratch),
    `scratch is overwritten ${where}`,
  );
  for (const [position, tensor] of op.inputs.entries()) {
    const place = run.placeOf(tensor);
    if (place === undefined) continue;
    const { first, end } = form.reads(position, row);
    for (let read = first; read < end; read++) {
      expectRow(run, tensor, read, where);
      const range = rowRange(place, read);
      const lead = form.rowLeadBytes(position);
      const isAhead = lead !== undefined && written.start + lead <= range.start;
      invariant(!isWritten || !meet(written, range) || isAhead, `an input is overwritten ${where}`);
    }
  }
  if (isWritten) fill(run.owners, written, output.tokens + made);
}

function expectRow(run: Run, tensor: TensorId, row: number, where: string): void {
  const place = run.placeOf(tensor);
  invariant(place !== undefined, `tensor ${tensor} has no place`);
  const isThere = isWhole(run.owners, rowRange(place, row), place.tokens + row);
  invariant(isThere, `row ${row} of tensor ${tensor} is not whole ${where}`);
}

function rowRange({ offset, rowBytes, ring }: Place, row: number): Range {
  const start = offset + (row % ring) * rowBytes;
  return { start, end: start + rowBytes };
}

function heightOf(graph: Graph, tensor: TensorId): number {
  const { shape } = at(graph.tensors, tensor);
  return shape.length === 4 ? at(shape, 1) : 1;
}

function meet(a: Range, b: Range): boolean {
  return a.start < b.end && b.start < a.end;
}

function fill(owners: Int32Array, { start, end }: Range, token: number): void {
  owners.fill(token, start, end);
}

function isWhole(owners: Int32Array, { start, end }: Range, token: number): boolean {
  for (let byte = start; byte < end; byte++) if (owners[byte] !== token) return false;
  return true;
}
