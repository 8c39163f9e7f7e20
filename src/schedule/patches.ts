/**
 * Patch-based inference, as in MCUNetV2: a stretch of operators on some columns of the image at a time. Rows stream
 * within a patch, so that a patch is as high as the image, and only columns beside its borders are computed again.
 */
import { at, invariant } from '../base/index.ts';
import { countMacs, type Graph, type Op, type TensorId } from '../graph/index.ts';
import { type Columns, columnsRead, cutToColumns, widthOf } from './columns.ts';

/** Takes columns of each row of a tensor to a place of their own, or back. */
export type ColumnCopy = {
  readonly kind: 'copy';
  readonly from: TensorId;
  readonly to: TensorId;
  /** First column in `from`, first column in `to`. */
  readonly fromColumn: number;
  readonly toColumn: number;
  readonly columns: number;
};

export type PatchMember = { readonly kind: 'operator'; readonly op: Op } | ColumnCopy;

/**
 * One patch as a network of its own: tensors have its columns. Tensors beyond the whole graph's are copies of columns;
 * the stretch's inputs and its output are whole.
 */
export type Patch = {
  readonly graph: Graph;
  /** In an executable order, alike in all patches: copies of inputs, operators with copies they need, a copy back. */
  readonly members: readonly PatchMember[];
};

/** Columns of tensors and of operands in one patch. */
type Needs = {
  readonly ofTensor: ReadonlyMap<TensorId, Columns>;
  /** For each operator of the stretch, for each of its inputs; `undefined` for constants. */
  readonly ofOperands: readonly (readonly (Columns | undefined)[])[];
};

/** `count` ranges of about the same size. */
export function evenColumns(width: number, count: number): readonly Columns[] {
  return Array.from({ length: count }, (_, index) => ({
    first: Math.floor((index * width) / count),
    end: Math.floor(((index + 1) * width) / count),
  }));
}

/**
 * Patches that make these columns of the last operator's output each; `undefined` where an operator cannot be cut, or
 * where a patch would lie in padding. `ops` are positions in `graph.ops`, in an executable order.
 */
export function patchesOf(
  graph: Graph,
  ops: readonly number[],
  columns: readonly Columns[],
): readonly Patch[] | undefined {
  const members = ops.map((index) => at(graph.ops, index));
  const needs = columns.map((wanted) => needsOf(graph, members, wanted));
  if (!needs.every((need) => need !== undefined)) return undefined;
  const isCut = members.map((op, turn) =>
    op.inputs.map((tensor, position) =>
      needs.some(({ ofOperands, ofTensor }) => {
        const operand = at(at(ofOperands, turn), position);
        return operand !== undefined && !isSame(operand, ofTensor.get(tensor));
      }),
    ),
  );
  return needs.map((need) => patchOf(graph, members, need, isCut));
}

/** For each member, its position among the stretch's operators; `undefined` for copies. */
export function operatorTurns({ members }: Patch): readonly (number | undefined)[] {
  let turn = 0;
  return members.map(({ kind }) => (kind === 'copy' ? undefined : turn++));
}

/** Multiply-accumulates of columns that a patch before has made already. */
export function recomputedMacs(graph: Graph, ops: readonly number[], columns: readonly Columns[]): number {
  const members = ops.map((index) => at(graph.ops, index));
  const needs = columns.map((wanted) => needsOf(graph, members, wanted));
  return members.reduce((sum, op) => {
    let made = 0;
    let again = 0;
    for (const need of needs) {
      const own = need?.ofTensor.get(op.output);
      if (own === undefined) continue;
      again += Math.max(0, Math.min(made, own.end) - own.first);
      made = Math.max(made, own.end);
    }
    return sum + (again * countMacs(op, graph)) / (widthOf(graph, op.output) ?? 1);
  }, 0);
}

function isSame(a: Columns, b: Columns | undefined): boolean {
  return b !== undefined && a.first === b.first && a.end === b.end;
}

/** From the last operator to the first: a tensor has the columns that any of its readers needs. */
function needsOf(graph: Graph, ops: readonly Op[], wanted: Columns): Needs | undefined {
  const ofTensor = new Map<TensorId, Columns>();
  const ofOperands: (readonly (Columns | undefined)[])[] = [];
  const last = at(ops, ops.length - 1);
  ofTensor.set(last.output, wanted);
  for (const op of [...ops].reverse()) {
    const own = ofTensor.get(op.output);
    if (own === undefined) return undefined;
    const operands: (Columns | undefined)[] = [];
    for (const [position, tensor] of op.inputs.entries()) {
      if (at(graph.tensors, tensor).data !== undefined) {
        if (!isForAllColumns(graph, tensor)) return undefined;
        operands.push(undefined);
        continue;
      }
      const needed = columnsRead(op, graph, position, own);
      if (needed === undefined) return undefined;
      operands.push(needed);
      const known = ofTensor.get(tensor) ?? needed;
      ofTensor.set(tensor, {
        first: Math.min(known.first, needed.first),
        end: Math.max(known.end, needed.end),
      });
    }
    ofOperands.unshift(operands);
  }
  return { ofTensor, ofOperands };
}

function isForAllColumns(graph: Graph, tensor: TensorId): boolean {
  return (at(graph.tensors, tensor).shape.at(-2) ?? 1) === 1;
}

function patchOf(
  graph: Graph,
  ops: readonly Op[],
  { ofTensor, ofOperands }: Needs,
  isCut: readonly (readonly boolean[])[],
): Patch {
  const made = new Set(ops.map((op) => op.output));
  const last = at(ops, ops.length - 1);
  const tensors = graph.tensors.map((tensor) => {
    const columns = tensor.id === last.output || !made.has(tensor.id) ? undefined : ofTensor.get(tensor.id);
    return columns === undefined ? tensor : { ...tensor, shape: withWidth(tensor.shape, columns) };
  });
  const rangeOf = (tensor: TensorId): Columns => {
    const columns = ofTensor.get(tensor);
    invariant(columns !== undefined, `tensor ${tensor} has no columns in the patch`);
    return columns;
  };
  const addTensor = (like: TensorId, columns: Columns): TensorId => {
    const source = at(graph.tensors, like);
    const id = tensors.length;
    tensors.push({ ...source, id, shape: withWidth(source.shape, columns) });
    return id;
  };
  const copyOf = (tensor: TensorId, from: TensorId, start: number, columns: Columns): ColumnCopy => ({
    kind: 'copy',
    from,
    to: addTensor(tensor, columns),
    fromColumn: columns.first - start,
    toColumn: 0,
    columns: columns.end - columns.first,
  });
  const members: PatchMember[] = [];
  const inputs = ops.flatMap((op, turn) =>
    op.inputs.filter(
      (tensor, position) => !made.has(tensor) && at(at(ofOperands, turn), position) !== undefined,
    ),
  );
  const placeOf = new Map<TensorId, TensorId>();
  for (const tensor of new Set(inputs)) {
    const copy = copyOf(tensor, tensor, 0, rangeOf(tensor));
    placeOf.set(tensor, copy.to);
    members.push(copy);
  }
  const end = addTensor(last.output, rangeOf(last.output));
  for (const [turn, op] of ops.entries()) {
    const operands = op.inputs.map((tensor, position) => {
      const columns = at(at(ofOperands, turn), position);
      const place = placeOf.get(tensor) ?? tensor;
      if (columns === undefined || !at(at(isCut, turn), position)) return place;
      const copy = copyOf(tensor, place, rangeOf(tensor).first, columns);
      members.push(copy);
      return copy.to;
    });
    const cut = cutToColumns(op, graph, rangeOf(op.output));
    const output = op === last ? end : op.output;
    members.push({ kind: 'operator', op: { ...cut, inputs: operands, output } });
  }
  const { first, end: after } = rangeOf(last.output);
  members.push({
    kind: 'copy',
    from: end,
    to: last.output,
    fromColumn: 0,
    toColumn: first,
    columns: after - first,
  });
  const cutOps = members.flatMap((member) => (member.kind === 'operator' ? [member.op] : []));
  return { graph: { tensors, ops: cutOps, inputs: [], outputs: [] }, members };
}

function withWidth(shape: readonly number[], { first, end }: Columns): readonly number[] {
  return shape.map((size, axis) => (axis === 2 ? end - first : size));
}

/** Columns of the output of the last of these operators; `undefined` where it is no image. */
export function outputWidth(graph: Graph, ops: readonly number[]): number | undefined {
  return widthOf(graph, at(graph.ops, at(ops, ops.length - 1)).output);
}
