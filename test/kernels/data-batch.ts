/**
 * Operators as data for `c/run_cases.c`, one program for any number of them: what `batch.ts` and `row-batch.ts` compile
 * with numbers for constants runs here with arguments that are known at run time only.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dispatchText, prototypesOf } from '../../scripts/kernel-dispatch.ts';
import { at, invariant } from '../../src/base/index.ts';
import { tensorBytes } from '../../src/graph/index.ts';
import { type Argument, type KernelCall, kernelHeaders } from '../../src/kernels/index.ts';
import {
  alignmentOf,
  asBytes,
  type Expectation,
  type KernelCase,
  type KernelRun,
  runsOf,
  statePositions,
} from './batch.ts';
import type { Random } from './random.ts';
import { expectedRows, type RowRun, rowRunsOf } from './row-batch.ts';
import { buildProgram, type Program, type Tier } from './tiers.ts';

const prototypes = prototypesOf(kernelHeaders);
const numbers = new Map(prototypes.map(({ name }, index) => [name, index]));
/** As c/run_cases.c has them. */
const places = { number: 0, input: 1, output: 2, scratch: 3, constant: 4, firstRow: 5, endRow: 6, none: 7 };
const mostInputs = 8;

type DataRun = Expectation & { readonly bytes: Uint8Array };
type DataBatch = { readonly input: Uint8Array; readonly runs: readonly Expectation[] };

export function buildCaseProgram(tier: Tier): Promise<Program> {
  const source = readFileSync(join(import.meta.dirname, 'c', 'run_cases.c'), 'utf8');
  return buildProgram(source, tier, new Map([['dispatch.h', dispatchText(prototypes, '')]]));
}

/**
 * Cases whole, on their own and over what they may overlap, and by rows: chunks of rows from rings into rings, and rows
 * over rows.
 */
export function dataBatch(cases: readonly KernelCase[], random: Random): DataBatch {
  const runs = cases.flatMap((one, index) => [
    ...runsOf(one, index).map((run) => wholeRun(one, run)),
    ...rowRunsOf(one, index, random).map((run) => rowsRun(one, index, run)),
  ]);
  return { input: Buffer.concat(runs.map(({ bytes }) => bytes)), runs };
}

/** One call that makes one row, which is all there is. */
function wholeRun(one: KernelCase, { name, expected, overlaid, case: index }: KernelRun): DataRun {
  const { graph, kernel, inputs } = one;
  const op = at(graph.ops, 0);
  const lead = overlaid === undefined ? 0 : (kernel.leadBytes(op, graph, overlaid) ?? 0);
  const run: RowRun = {
    name,
    case: index,
    inputs: inputs.map(({ byteLength }) => ({ rows: 1, rowBytes: byteLength, ring: 1 })),
    outputRing: 1,
    outputRows: 1,
    outputRowBytes: tensorBytes(at(graph.tensors, op.output)),
    scratchBytes: kernel.scratchBytes(op, graph),
    accumulates: false,
    chunks: [{ first: 0, end: 1, needed: inputs.map(() => 1), overlay: -lead }],
    overlaid,
    lead,
  };
  return { name, expected, bytes: encode(one, run, kernel.call(op, graph)) };
}

function rowsRun(one: KernelCase, index: number, run: RowRun): DataRun {
  const call = one.kernel.rows(at(one.graph.ops, 0), one.graph)?.call();
  invariant(call !== undefined, `${one.name} has no row form`);
  return { name: run.name, expected: expectedRows(one), bytes: encode(one, run, call, index) };
}

function encode(one: KernelCase, run: RowRun, call: KernelCall, index = run.case): Uint8Array {
  const { graph, kernel, inputs } = one;
  const number = numbers.get(kernel.name);
  invariant(number !== undefined, `${kernel.name} has no prototype`);
  const { parameters } = at(prototypes, number);
  invariant(call.arguments.length === parameters.length, `${kernel.name} takes ${parameters.length}`);
  const alignment = alignmentOf(graph);
  const changed = statePositions(call).reduce((bits, position) => bits | (1 << position), 0);
  const header = [
    ...[number, parameters.length, inputs.length, call.constants.length, run.chunks.length],
    ...[run.outputRows, run.outputRowBytes, run.outputRing, run.scratchBytes, run.accumulates ? 1 : 0],
    ...[run.overlaid ?? -1, run.lead, behindOf(run), (index * alignment) % 4, alignment, changed],
  ];
  const chunks = run.chunks.flatMap(({ first, end, overlay, needed }) => [
    ...[first, end, overlay],
    ...Array.from({ length: mostInputs }, (_, position) => needed[position] ?? 0),
  ]);
  const given = call.arguments.flatMap((argument, position) => {
    const place = placeOf(argument, call, run);
    const isPointer = parameters.charAt(position) === 'p';
    return isPointer && place[0] === places.number ? [places.none, 0] : place;
  });
  const lengths = call.constants.map(({ values }) => values.byteLength);
  return Buffer.concat([
    words(header),
    words(run.inputs.flatMap(({ rows, rowBytes, ring }) => [rows, rowBytes, ring])),
    words(chunks),
    words(given),
    words(lengths),
    ...call.constants.map(({ values }) => asBytes(values)),
    ...inputs.map(asBytes),
  ]);
}

/** Bytes that output rows need behind the input that they are laid over. */
function behindOf({ overlaid, inputs, chunks, outputRowBytes }: RowRun): number {
  if (overlaid === undefined) return 0;
  const { ring, rowBytes } = at(inputs, overlaid);
  return Math.max(0, ...chunks.map(({ overlay }) => overlay + outputRowBytes - ring * rowBytes));
}

function words(values: readonly number[]): Uint8Array {
  return new Uint8Array(Int32Array.from(values).buffer);
}

function placeOf(argument: Argument, { constants }: KernelCall, run: RowRun): readonly [number, number] {
  switch (argument.kind) {
    case 'input':
    case 'state':
      return [places.input, argument.position];
    case 'output':
      return [places.output, 0];
    case 'scratch':
      return [places.scratch, 0];
    case 'constant':
      return [places.constant, constants.findIndex(({ name }) => name === argument.name)];
    case 'firstRow':
      return [places.firstRow, 0];
    case 'endRow':
      return [places.endRow, 0];
    case 'inputRing':
      return [places.number, at(run.inputs, argument.position).ring];
    case 'outputRing':
      return [places.number, run.outputRing];
    case 'literal':
      return [places.number, argument.value];
  }
}
