/** One C program for the row forms of many operators: chunks of rows from rings into rings, and rows over rows. */
import { at } from '../../src/base/index.ts';
import { type Graph, tensorBytes } from '../../src/graph/index.ts';
import type { KernelCall, RowForm } from '../../src/kernels/index.ts';
import { interpret } from '../../src/reference/index.ts';
import { alignmentOf, asBytes, type Batch, callText, constantsText, type KernelCase } from './batch.ts';
import type { Random } from './random.ts';

/** An input as a row form sees it: its rows, of which a ring is kept, or all of it as one row. */
type RowInput = { readonly rows: number; readonly rowBytes: number; readonly ring: number };

type Chunk = {
  readonly first: number;
  readonly end: number;
  /** Rows of each input that must have been put into its ring before. */
  readonly needed: readonly number[];
  /** Where the output starts, in bytes from the start of the input that it is laid over. */
  readonly overlay: number;
};

export type RowRun = {
  readonly name: string;
  readonly case: number;
  readonly inputs: readonly RowInput[];
  readonly outputRing: number;
  readonly outputRowBytes: number;
  readonly outputRows: number;
  readonly scratchBytes: number;
  readonly accumulates: boolean;
  readonly chunks: readonly Chunk[];
  /** The input that each output row is laid over, and bytes before it; all inputs are put in afresh for each row. */
  readonly overlaid: number | undefined;
  readonly lead: number;
};

type RowCase = { readonly graph: Graph; readonly form: RowForm; readonly call: KernelCall };

export function makeRowBatch(cases: readonly KernelCase[], random: Random): Batch {
  const runs = cases.flatMap((one, index) => rowRunsOf(one, index, random));
  const headers = [...new Set(runs.map((run) => at(cases, run.case).kernel.header))];
  const entries = runs.map((run, index) => runEntry(run, index, alignmentOf(at(cases, run.case).graph)));
  const source = [
    ...headers.map((header) => `#include "${header}"`),
    prelude,
    ...runs.map((run, index) => runText(run, at(cases, run.case), index)),
    `static const row_run runs[] = {\n${entries.join('')}};`,
    mainFunction,
  ].join('\n');
  const inputs = runs.flatMap((run) => at(cases, run.case).inputs);
  return {
    source,
    input: Buffer.concat(inputs.map(asBytes)),
    runs: runs.map((run) => ({ name: run.name, expected: expectedRows(at(cases, run.case)) })),
  };
}

/** Runs of a case by rows; none where its kernel makes it whole only. */
export function rowRunsOf(one: KernelCase, index: number, random: Random): RowRun[] {
  const form = one.kernel.rows(at(one.graph.ops, 0), one.graph);
  return form === undefined ? [] : runsOf(one, index, form, random);
}

export function expectedRows({ graph, inputs }: KernelCase): Int8Array {
  return new Int8Array(asBytes(at(interpret(graph, inputs).tensors, at(graph.ops, 0).output)));
}

function runsOf({ name, graph, kernel }: KernelCase, index: number, form: RowForm, random: Random): RowRun[] {
  const op = at(graph.ops, 0);
  const one: RowCase = { graph, form, call: form.call() };
  const outputBytes = tensorBytes(at(graph.tensors, op.output));
  const outputRows = form.accumulates ? 1 : form.rowCount;
  const common = {
    case: index,
    outputRows,
    outputRowBytes: outputBytes / outputRows,
    scratchBytes: form.scratchBytes,
    accumulates: form.accumulates,
  };
  const chunks = chunksOf(one, random);
  const streamed: RowRun = {
    ...common,
    name: `${kernel.name}: ${name}, rows from rings`,
    inputs: rowInputs(one, (position, rows) => ringFor(one, chunks, position, rows, random)),
    outputRing: form.accumulates ? 1 : Math.min(outputRows, longestOf(chunks) + random.integer(0, 2)),
    chunks,
    overlaid: undefined,
    lead: 0,
  };
  const overlays = op.inputs.flatMap((_, position) => {
    const lead = form.rowLeadBytes(position);
    return lead === undefined || form.accumulates ? [] : [overlaidRun(position, lead)];
  });
  return [streamed, ...overlays];

  /** Output rows start at whole elements, as they do in the arena. */
  function overlaidRun(position: number, lead: number): RowRun {
    const inputs = rowInputs(one, (_, rows) => rows);
    const { rowBytes } = at(inputs, position);
    const rows = Array.from({ length: form.rowCount }, (_, row) => row);
    const alignment = alignmentOf(graph);
    return {
      ...common,
      name: `${kernel.name}: ${name}, a row over a row of input ${position}`,
      inputs,
      outputRing: 1,
      chunks: rows.map((row) => ({
        first: row,
        end: row + 1,
        needed: inputs.map((input) => input.rows),
        overlay: Math.floor((form.reads(position, row).first * rowBytes - lead) / alignment) * alignment,
      })),
      overlaid: position,
      lead: Math.ceil(lead / alignment) * alignment,
    };
  }
}

/** Inputs that the call gives no ring for are there whole from the beginning. */
function rowInputs({ graph, call }: RowCase, ringOf: (position: number, rows: number) => number): RowInput[] {
  return at(graph.ops, 0).inputs.map((tensor, position) => {
    const bytes = tensorBytes(at(graph.tensors, tensor));
    const hasRing = call.arguments.some(
      (argument) => argument.kind === 'inputRing' && argument.position === position,
    );
    if (!hasRing) return { rows: 1, rowBytes: bytes, ring: 1 };
    const rows = at(at(graph.tensors, tensor).shape, 1);
    return { rows, rowBytes: bytes / rows, ring: ringOf(position, rows) };
  });
}

function chunksOf(one: RowCase, random: Random): Chunk[] {
  const chunks: Chunk[] = [];
  const longest = random.choose([1, 1, 2, 3]);
  const inputs = rowInputs(one, (_, rows) => rows);
  for (let first = 0; first < one.form.rowCount; ) {
    const end = Math.min(one.form.rowCount, first + random.integer(1, longest));
    const needed = inputs.map(({ rows }, position) =>
      rows === 1 ? 1 : Math.max(one.form.reads(position, end - 1).end, chunks.at(-1)?.needed[position] ?? 0),
    );
    chunks.push({ first, end, needed, overlay: 0 });
    first = end;
  }
  return chunks;
}

function longestOf(chunks: readonly Chunk[]): number {
  return Math.max(...chunks.map(({ first, end }) => end - first));
}

/** The rows that the chunks need at a time, and now and then some more. */
function ringFor(
  { form }: RowCase,
  chunks: readonly Chunk[],
  position: number,
  rows: number,
  random: Random,
): number {
  const spans = chunks.map(({ first, needed }) => at(needed, position) - form.reads(position, first).first);
  return Math.min(rows, Math.max(1, ...spans) + random.choose([0, 0, 1, 3]));
}

function runText(run: RowRun, { name, graph, kernel }: KernelCase, index: number): string {
  const call = kernel.rows(at(graph.ops, 0), graph)?.call();
  if (call === undefined) throw new Error(`${name} has no row form`);
  const text = callText(kernel, call, index, (argument) => {
    switch (argument.kind) {
      case 'firstRow':
        return 'first_row';
      case 'endRow':
        return 'end_row';
      case 'inputRing':
        return `${at(run.inputs, argument.position).ring}`;
      case 'outputRing':
        return `${run.outputRing}`;
    }
  });
  const chunks = run.chunks.map(
    ({ first, end, needed, overlay }) => `{${first}, ${end}, ${overlay}, {${needed.join(', ')}}}`,
  );
  return (
    `/* ${run.name} */\n${constantsText(call, index)}static __attribute__((noinline)) ` +
    `void case_${index}(const int8_t *const *inputs, int8_t *output, void *scratch, int32_t first_row, ` +
    `int32_t end_row) {\n  (void)scratch;\n  ${text}\n}\n` +
    `static const chunk chunks_${index}[] = {${chunks.join(', ')}};\n`
  );
}

function runEntry(run: RowRun, index: number, alignment: number): string {
  const inputs = run.inputs.map(({ rows, rowBytes, ring }) => `{${rows}, ${rowBytes}, ${ring}}`);
  const { chunks, outputRows, outputRowBytes, outputRing, scratchBytes, accumulates, overlaid, lead } = run;
  return (
    `    {case_${index}, ${inputs.length}, {${inputs.join(', ')}}, ${outputRows}, ${outputRowBytes}, ${outputRing}, ` +
    `${scratchBytes}, ${accumulates ? 1 : 0}, ${overlaid ?? -1}, ${lead}, ${alignment}, chunks_${index}, ` +
    `${chunks.length}},\n`
  );
}

const prelude = `
#include <stdio.h>
#include <stdlib.h>

typedef struct { int first, end, overlay, needed[8]; } chunk;
typedef struct { int rows, row_bytes, ring; } row_input;
typedef struct {
  void (*call)(const int8_t *const *inputs, int8_t *output, void *scratch, int32_t first_row, int32_t end_row);
  int input_count;
  row_input inputs[8];
  int output_rows, output_row_bytes, output_ring, scratch_bytes, accumulates, overlaid, lead, alignment;
  const chunk *chunks;
  int chunk_count;
} row_run;
`;

/** Rings are of exactly the size that is asked for, end at the end of a heap block, and start at any element. */
const mainFunction = `
static int8_t *blocks[20];
static int block_count;

static int8_t *take(int bytes, int shift) {
  int8_t *block = malloc((size_t)(bytes + shift));
  if (block == NULL) exit(2);
  memset(block, 0x55, (size_t)(bytes + shift));
  blocks[block_count++] = block;
  return block + shift;
}

static void run(const row_run *entry, int shift, FILE *source, FILE *results) {
  const int8_t *whole[8];
  int8_t *rings[8];
  int filled[8] = {0};
  const int alignment = entry->alignment;
  for (int i = 0; i < entry->input_count; i++) {
    const row_input *input = &entry->inputs[i];
    const int bytes = input->rows * input->row_bytes;
    int8_t *values = take(bytes, 0);
    if (fread(values, 1, (size_t)bytes, source) != (size_t)bytes) exit(3);
    whole[i] = values;
    const int before = i == entry->overlaid ? entry->lead : 0;
    const int after = i == entry->overlaid ? entry->output_row_bytes : 0;
    rings[i] = take(before + input->ring * input->row_bytes + after, (shift + i) % 4 / alignment * alignment) + before;
  }
  const int output_bytes = entry->output_rows * entry->output_row_bytes;
  int8_t *output = take(output_bytes, 0);
  int8_t *ring = take(entry->output_ring * entry->output_row_bytes, shift / alignment * alignment);
  void *scratch = entry->scratch_bytes > 0 ? take(entry->scratch_bytes, 0) : NULL;
  for (int c = 0; c < entry->chunk_count; c++) {
    const chunk *rows = &entry->chunks[c];
    for (int i = 0; i < entry->input_count; i++) {
      const row_input *input = &entry->inputs[i];
      if (entry->overlaid >= 0) filled[i] = 0;
      for (; filled[i] < rows->needed[i]; filled[i]++) {
        memcpy(rings[i] + filled[i] % input->ring * input->row_bytes, whole[i] + filled[i] * input->row_bytes,
               (size_t)input->row_bytes);
      }
    }
    if (entry->overlaid >= 0) ring = rings[entry->overlaid] + rows->overlay;
    entry->call((const int8_t *const *)rings, ring, scratch, rows->first, rows->end);
    for (int y = rows->first; y < rows->end && !entry->accumulates; y++) {
      memcpy(output + y * entry->output_row_bytes, ring + y % entry->output_ring * entry->output_row_bytes,
             (size_t)entry->output_row_bytes);
    }
  }
  if (entry->accumulates) memcpy(output, ring, (size_t)output_bytes);
  fwrite(output, 1, (size_t)output_bytes, results);
  while (block_count > 0) free(blocks[--block_count]);
}

int main(void) {
  FILE *source = fopen("input.bin", "rb");
  FILE *results = fopen("output.bin", "wb");
  if (source == NULL || results == NULL) return 4;
  for (size_t i = 0; i < sizeof runs / sizeof *runs; i++) run(&runs[i], (int)(i % 4), source, results);
  fclose(source);
  return fclose(results) == 0 ? 0 : 5;
}
`;
