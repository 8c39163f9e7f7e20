/** A plan as stable text: the debugger of this room and the format of its golden cases. */
import { at, invariant } from '../base/index.ts';
import { type Graph, memoryRoots } from '../graph/index.ts';
import { liveBytesAt, stateBytesOf } from './live-bytes.ts';
import { patchesOf } from './patches.ts';
import type { PatchStep, Schedule, Step } from './types.ts';

/** Steps with live bytes and buffers with their ranges, in bytes; ends with a line feed. */
export function printSchedule(schedule: Schedule): string {
  const { steps, buffers, overlaps, arenaBytes, arenaLowerBoundBytes } = schedule;
  const stateBytes = stateBytesOf(schedule);
  const summary =
    `schedule: ${steps.length} steps, ${buffers.length} buffers, ` +
    `arena ${arenaBytes} B, lower bound ${arenaLowerBoundBytes} B` +
    `${stateBytes > 0 ? `, state ${stateBytes} B kept between inferences` : ''}\n`;
  const stepTable = table(
    ['step', 'op', 'kind', 'kernel', 'live B', 'reads', 'writes', 'working'],
    steps.map((step, index) => stepRow(schedule, step, index)),
  );
  const bufferTable = table(
    ['buffer', 'kind', 'offset B', 'bytes', 'first', 'last', 'tensors', 'name'],
    buffers.map((buffer) => [
      `${buffer.id}`,
      buffer.kind,
      `${at(schedule.placements, buffer.id).offset}`,
      `${buffer.bytes}`,
      `${buffer.firstStep}`,
      `${buffer.lastStep}`,
      list(buffer.tensors),
      quote(buffer.name),
    ]),
  );
  const overlapTable = table(
    ['overlap', 'output', 'input', 'lead B'],
    overlaps.map(({ step, input, output, leadBytes }) => [
      `step ${step}`,
      `${output}`,
      `${input}`,
      `${leadBytes}`,
    ]),
  );
  const tables = [stepTable, bufferTable, ...(overlaps.length === 0 ? [] : [overlapTable])];
  return [summary, ...tables, ...steps.flatMap((step, index) => streamTable(schedule, step, index))].join(
    '\n',
  );
}

/** What may share bytes in a stream, and the order of its rows: `3 2x5` is a row of operator 3 and five of operator 2. */
function streamTable({ graph, clearances }: Schedule, step: Step, index: number): readonly string[] {
  if (step.kind === 'operator') return [];
  const runs: { position: number; rows: number }[] = [];
  for (const position of step.order) {
    const last = runs.at(-1);
    if (last?.position === position) last.rows++;
    else runs.push({ position, rows: 1 });
  }
  const names =
    step.kind === 'stream' ? step.ops.map((op) => `${at(graph.ops, op).index}`) : memberNames(graph, step);
  const order = runs.map(({ position, rows }) => `${at(names, position)}${rows > 1 ? `x${rows}` : ''}`);
  const barred = clearances
    .filter((clearance) => clearance.step === index)
    .map(({ a, b, barred: ranges }) => [
      `step ${index}`,
      `${a}`,
      `${b}`,
      list(ranges.map(({ after, before }) => `${after}..${before}`)),
    ]);
  return [
    table(['clearance', 'a', 'b', 'b must not start between, from a'], barred),
    ...(step.kind === 'patch'
      ? [
          `patches of step ${index}: columns ${list(step.patches.map(({ first, end }) => `${first}..${end - 1}`))}\n`,
        ]
      : []),
    `rows of step ${index}, by operator: ${order.join(' ')}\n`,
  ];
}

/** Operators of a patch by their index; copies of columns with their tensors. */
function memberNames(graph: Graph, { ops, patches }: PatchStep): readonly string[] {
  const [patch] = patchesOf(graph, ops, patches) ?? [];
  invariant(patch !== undefined, 'operators of a patch step cannot be cut');
  return patch.members.map((member) =>
    member.kind === 'copy' ? `${member.from}->${member.to}` : `${member.op.index}`,
  );
}

function stepRow(schedule: Schedule, step: Step, index: number): readonly string[] {
  const { graph } = schedule;
  const ops = (step.kind === 'operator' ? [step.op] : step.ops).map((op) => at(graph.ops, op));
  const roots = memoryRoots(graph);
  const inside = new Set(ops.map((op) => op.output));
  const bufferOf = (tensor: number): string => {
    const holder = schedule.buffers.find((buffer) => buffer.tensors.includes(tensor));
    return holder === undefined ? `constant ${at(roots, tensor)}` : `${holder.id}`;
  };
  const reads = ops.flatMap((op) => op.inputs.filter((tensor) => !inside.has(tensor)).map(bufferOf));
  return [
    `${index}`,
    list(ops.map((op) => op.index)),
    list(ops.map((op) => op.kind)),
    step.kind === 'operator' ? step.kernel : step.kind,
    `${liveBytesAt(schedule, index)}`,
    list(reads),
    list(ops.slice(-1).map((op) => bufferOf(op.output))),
    working(step),
  ];
}

function working(step: Step): string {
  switch (step.kind) {
    case 'operator':
      return step.scratch === undefined ? '-' : `scratch ${step.scratch}`;
    case 'stream':
      return list(step.lines.map((line) => `${line.rows} rows in ${line.buffer}`));
    case 'patch': {
      const { patches, lines, recomputedMacs } = step;
      const held = list(lines.map((line) => `${line.rows} rows in ${line.buffer}`));
      return `${patches.length} patches: ${held}, ${recomputedMacs} MACs again`;
    }
  }
}

function list(values: readonly (number | string)[]): string {
  return values.length === 0 ? '-' : values.join(' ');
}

/** Names come from the model file: quoted, and nothing but printable ASCII. */
function quote(name: string): string {
  return JSON.stringify(name).replaceAll(
    /[^\x20-\x7e]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => at(row, column).length)),
  );
  return [head, ...rows]
    .map(
      (row) =>
        `${row
          .map((cell, column) => cell.padEnd(at(widths, column)))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}
