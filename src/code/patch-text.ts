/** C of a patch step: what differs from patch to patch, copies of columns, and the function that goes through patches. */
import { at, invariant } from '../base/index.ts';
import { elementBytes } from '../graph/index.ts';
import { type Constant, findKernel, type KernelCall } from '../kernels/index.ts';
import {
  type ColumnCopy,
  operatorTurns,
  type Patch,
  type PatchStep,
  patchesOf,
  type Schedule,
} from '../schedule/index.ts';
import { elementLines } from './literals.ts';
import { type OperatorText, operatorText, placeOf } from './operator-text.ts';
import { rowCalls } from './row-calls.ts';
import type { DriverText } from './stream-text.ts';

export type PatchText = { readonly operators: readonly OperatorText[]; readonly driver: DriverText };

/** Numbers that patches have of their own, one column for each that differs. */
type PatchTable = {
  /** The number as C: itself where it is the same in all patches. */
  textOf(values: readonly number[]): string;
  columns(): readonly (readonly number[])[];
};

export function patchText(schedule: Schedule, step: PatchStep, index: number): PatchText {
  const patches = patchesOf(schedule.graph, step.ops, step.patches);
  invariant(patches !== undefined, 'operators of a patch step cannot be cut');
  const symbol = `model_patch${index}`;
  const table = patchTable(patches.length);
  const first = at(patches, 0);
  const turns = operatorTurns(first);
  const operators: OperatorText[] = [];
  const copies: string[] = [];
  const functions = first.members.map((member, position) => {
    const turn = turns[position];
    if (member.kind === 'copy' || turn === undefined) {
      const name = `${symbol}_copy${copies.length}`;
      const text = copyText(schedule, step, { patches, position, name, table });
      copies.push(text);
      return { symbol: name, extra: extraOf(text) };
    }
    const text = patchOperator(schedule, step, { patches, position, turn, table });
    operators.push(text);
    return { symbol: text.symbol, extra: extraOf(text.text) };
  });
  return { operators, driver: driverText(symbol, step, { functions, copies, table }) };
}

/** A function takes the numbers of its patch only where it uses them. */
const patchParameter = ', const int32_t *patch';

function extraOf(text: string): string {
  return text.includes(patchParameter) ? ', patch' : '';
}

function patchTable(patchCount: number): PatchTable {
  const columns: (readonly number[])[] = [];
  return {
    columns: () => columns,
    textOf: (values) => {
      invariant(values.length === patchCount, 'a number for each patch');
      const first = at(values, 0);
      if (values.every((value) => value === first)) return `${first}`;
      const known = columns.findIndex((column) => column.every((value, patch) => value === values[patch]));
      return `patch[${known < 0 ? columns.push(values) - 1 : known}]`;
    },
  };
}

type MemberOf = {
  readonly patches: readonly Patch[];
  readonly position: number;
  readonly table: PatchTable;
};

function patchOperator(
  schedule: Schedule,
  step: PatchStep,
  { patches, position, turn, table }: MemberOf & { readonly turn: number },
): OperatorText {
  const kernel = findKernel(at(step.kernels, turn));
  const calls = patches.map(({ graph, members }): KernelCall => {
    const member = at(members, position);
    invariant(member.kind === 'operator', 'members of patches are alike');
    const rows = kernel.rows(member.op, graph);
    invariant(rows !== undefined, `operator ${member.op.index} cannot be made row by row`);
    return rows.call();
  });
  const call = at(calls, 0);
  const { graph, members } = at(patches, 0);
  const member = at(members, position);
  invariant(member.kind === 'operator', 'members of patches are alike');
  invariant(
    calls.every((each) => areAlike(each.constants, call.constants)),
    `constants of operator ${member.op.index} differ from patch to patch`,
  );
  const literals = call.arguments.map((argument, place) => {
    if (argument.kind !== 'literal') return undefined;
    const values = calls.map((each) => {
      const other = at(each.arguments, place);
      invariant(other.kind === 'literal', 'calls of patches are alike');
      return other.value;
    });
    return table.textOf(values);
  });
  const usesPatch = literals.some((text) => text?.startsWith('patch') === true);
  return operatorText(schedule, {
    op: member.op,
    original: at(schedule.graph.ops, at(step.ops, turn)),
    graph,
    kernel,
    call,
    scratch: step.scratches[turn],
    lines: step.lines,
    literals,
    parameters: `int32_t first_row, int32_t end_row${usesPatch ? patchParameter : ''}`,
  });
}

function areAlike(a: readonly Constant[], b: readonly Constant[]): boolean {
  return (
    a.length === b.length &&
    a.every(({ values }, index) => {
      const other = at(b, index).values;
      return values.length === other.length && values.every((value, element) => value === other[element]);
    })
  );
}

/** A function that copies columns of some rows. */
function copyText(
  schedule: Schedule,
  { lines }: PatchStep,
  { patches, position, name, table }: MemberOf & { readonly name: string },
): string {
  const copies = patches.map(({ graph, members }) => {
    const member = at(members, position);
    invariant(member.kind === 'copy', 'members of patches are alike');
    return { graph, copy: member };
  });
  const numberOf = (value: (copy: ColumnCopy, pixelBytes: number, graph: Patch['graph']) => number): string =>
    table.textOf(
      copies.map(({ copy, graph }) => {
        const { shape, type } = at(graph.tensors, copy.from);
        return value(copy, at(shape, 3) * elementBytes(type), graph);
      }),
    );
  const pitch = (graph: Patch['graph'], tensor: number): number => {
    const { shape, type } = at(graph.tensors, tensor);
    return at(shape, 2) * at(shape, 3) * elementBytes(type);
  };
  const { graph, copy } = at(copies, 0);
  const from = placeOf(schedule, graph, lines, copy.from);
  const to = placeOf(schedule, graph, lines, copy.to);
  invariant(from !== undefined && to !== undefined, 'columns are copied in the arena');
  const fromPitch = numberOf((one, _, own) => pitch(own, one.from));
  const toPitch = numberOf((one, _, own) => pitch(own, one.to));
  const fromStart = numberOf((one, pixelBytes) => one.fromColumn * pixelBytes);
  const toStart = numberOf((one, pixelBytes) => one.toColumn * pixelBytes);
  const bytes = numberOf((one, pixelBytes) => one.columns * pixelBytes);
  const usesPatch = [fromPitch, toPitch, fromStart, toStart, bytes].some((text) => text.startsWith('patch'));
  return `static __attribute__((noinline)) void ${name}(int32_t first_row, int32_t end_row${usesPatch ? patchParameter : ''}) {
  for (int32_t row = first_row; row < end_row; row++) {
    memcpy(model_arena + ${to.offset} + row % ${to.rows} * ${toPitch} + ${toStart},
           model_arena + ${from.offset} + row % ${from.rows} * ${fromPitch} + ${fromStart}, (size_t)${bytes});
  }
}
`;
}

function driverText(
  symbol: string,
  step: PatchStep,
  {
    functions,
    copies,
    table,
  }: {
    readonly functions: readonly { readonly symbol: string; readonly extra: string }[];
    readonly copies: readonly string[];
    readonly table: PatchTable;
  },
): DriverText {
  const { table: calls, loop, constantBytes } = rowCalls(symbol, step.order, functions);
  const columns = table.columns();
  const count = step.patches.length;
  const rows = step.patches.map(
    (_, patch) => `  {\n${elementLines(columns.map((column) => at(column, patch)))}  },\n`,
  );
  const text = `${copies.join('\n')}
${calls}
/* What differs among ${count} patches. */
static const int32_t ${symbol}_patches[${count}][${columns.length}] = {
${rows.join('')}};
static __attribute__((noinline)) void ${symbol}_rows(const int32_t *patch) {
${loop}}

static __attribute__((noinline)) void ${symbol}(void) {
  for (size_t patch = 0; patch < ${count}; patch++) {
    ${symbol}_rows(${symbol}_patches[patch]);
  }
}
`;
  return { symbol, text, constantBytes: constantBytes + 4 * count * columns.length };
}
