/** An arena whose bytes know which row wrote them last, and calls of operators on it: what the verifiers run plans on. */
import { at, invariant } from '../base/index.ts';
import { type Graph, type TensorId, tensorBytes } from '../graph/index.ts';
import type { NodeRows } from './network.ts';
import type { BufferId, Schedule } from './types.ts';

/** Where rows of a tensor live. */
export type Place = {
  readonly offset: number;
  readonly rowBytes: number;
  readonly ring: number;
  /** Mark of row 0; row y has the y-th after it. */
  readonly tokens: number;
};

export type Range = { readonly start: number; readonly end: number };

export type Member = {
  readonly name: string;
  readonly inputs: readonly TensorId[];
  readonly output: TensorId;
  readonly form: NodeRows;
  readonly scratch: Range | undefined;
  /** What the bytes of its scratch hold after a call. */
  readonly scratchToken: number;
};

export type Run = {
  readonly owners: Int32Array;
  /** Undefined for constants, and for tensors that are known to lie apart. */
  placeOf(tensor: TensorId): Place | undefined;
};

/** What an operator uses of its scratch memory, with its mark; throws where it is smaller than its form wants. */
export function scratchOf(
  { placements, buffers }: Schedule,
  buffer: BufferId | undefined,
  form: NodeRows,
  { name, position }: { readonly name: string; readonly position: number },
): Pick<Member, 'scratch' | 'scratchToken'> {
  const scratchBytes = buffer === undefined ? 0 : at(buffers, buffer).bytes;
  invariant(scratchBytes >= form.scratchBytes, `scratch of ${name} does not fit`);
  if (buffer === undefined) return { scratch: undefined, scratchToken: 0 };
  const start = at(placements, buffer).offset;
  return { scratch: { start, end: start + form.scratchBytes }, scratchToken: -1 - buffers.length - position };
}

/** Makes a row. Throws where an input is not whole, or something is overwritten that is needed. */
export function runCall(
  run: Run,
  { name, inputs, output: made, form, scratch, scratchToken }: Member,
  row: number,
): void {
  const where = `at row ${row} of ${name}`;
  if (scratch !== undefined) {
    const isKept = form.accumulates && row > 0;
    invariant(!isKept || isWhole(run.owners, scratch, scratchToken), `sums are lost ${where}`);
    fill(run.owners, scratch, scratchToken);
  }
  const isWritten = !form.accumulates || row === form.rowCount - 1;
  const output = run.placeOf(made);
  const madeRow = form.accumulates ? 0 : row;
  const written = output && isWritten ? rowRange(output, madeRow) : undefined;
  invariant(
    written === undefined || scratch === undefined || !meet(written, scratch),
    `scratch is overwritten ${where}`,
  );
  for (const [position, tensor] of inputs.entries()) {
    const place = run.placeOf(tensor);
    if (place === undefined) continue;
    const { first, end } = form.reads(position, row);
    for (let read = first; read < end; read++) {
      expectRow(run, tensor, read, where);
      const range = rowRange(place, read);
      const lead = form.rowLeadBytes(position);
      const isSafe =
        written === undefined ||
        !meet(written, range) ||
        (lead !== undefined && written.start + lead <= range.start);
      invariant(isSafe, `an input is overwritten ${where}`);
    }
  }
  if (output && written) fill(run.owners, written, output.tokens + madeRow);
}

export function expectRow(run: Run, tensor: TensorId, row: number, where: string): void {
  const place = run.placeOf(tensor);
  invariant(place !== undefined, `tensor ${tensor} has no place`);
  const isThere = isWhole(run.owners, rowRange(place, row), place.tokens + row);
  invariant(isThere, `row ${row} of tensor ${tensor} is not whole ${where}`);
}

export function rowRange({ offset, rowBytes, ring }: Place, row: number): Range {
  const start = offset + (row % ring) * rowBytes;
  return { start, end: start + rowBytes };
}

/** Rows of a tensor and the bytes of one. */
export function rowsOf(
  graph: Graph,
  tensor: TensorId,
): { readonly height: number; readonly rowBytes: number } {
  const { shape, type } = at(graph.tensors, tensor);
  const height = shape.length === 4 ? at(shape, 1) : 1;
  return { height, rowBytes: tensorBytes({ shape, type }) / height };
}

export function fill(owners: Int32Array, { start, end }: Range, token: number): void {
  owners.fill(token, start, end);
}

export function isWhole(owners: Int32Array, { start, end }: Range, token: number): boolean {
  for (let byte = start; byte < end; byte++) if (owners[byte] !== token) return false;
  return true;
}

function meet(a: Range, b: Range): boolean {
  return a.start < b.end && b.start < a.end;
}
