/** One C program for many operators: every operator is a function, and every run a line of its table. */
import { at, invariant } from '../../src/base/index.ts';
import { elementBytes, type Graph, type TensorValues, tensorBytes } from '../../src/graph/index.ts';
import type { Argument, Constant, Kernel, KernelCall } from '../../src/kernels/index.ts';
import { interpret, resetMemory } from '../../src/reference/index.ts';

export type KernelCase = {
  readonly name: string;
  readonly graph: Graph;
  readonly kernel: Kernel;
  readonly inputs: readonly TensorValues[];
};

/** What a run of a case must give. */
export type Expectation = { readonly name: string; readonly expected: Int8Array };

/** A case run with its own buffers, or with its output laid over one input as closely as `leadBytes` allows. */
export type KernelRun = Expectation & { readonly case: number; readonly overlaid: number | undefined };

export type Batch = {
  /** The program: reads `input.bin`, writes the outputs of all runs to `output.bin`. */
  readonly source: string;
  readonly input: Uint8Array;
  readonly runs: readonly Expectation[];
};

export function makeBatch(cases: readonly KernelCase[]): Batch {
  const runs = cases.flatMap(runsOf);
  const headers = [...new Set(cases.map(({ kernel }) => kernel.header))];
  const source = [
    ...headers.map((header) => `#include "${header}"`),
    prelude,
    ...cases.map(caseFunction),
    `static const run_entry runs[] = {\n${runs.map((run) => runEntry(run, cases)).join('')}};`,
    mainFunction,
  ].join('\n');
  const inputs = runs.flatMap((run) => at(cases, run.case).inputs);
  return { source, input: Buffer.concat(inputs.map(asBytes)), runs };
}

/** A copy of the bytes that values are in memory. */
export function asBytes(values: TensorValues): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength).slice();
}

/** A case on its own, and over each input that it may overlap. */
export function runsOf({ name, graph, kernel, inputs }: KernelCase, index: number): KernelRun[] {
  const op = at(graph.ops, 0);
  const expected = expectedOf(graph, kernel, inputs);
  const overlays = op.inputs.flatMap((_, position) =>
    kernel.leadBytes(op, graph, position) === undefined ? [] : [position],
  );
  return [undefined, ...overlays].map((overlaid) => ({
    name: `${kernel.name}: ${name}${overlaid === undefined ? '' : `, output over input ${overlaid}`}`,
    case: index,
    overlaid,
    expected,
  }));
}

/** What the output is afterwards, and the states that the kernel changes. */
function expectedOf(graph: Graph, kernel: Kernel, inputs: readonly TensorValues[]): Int8Array {
  const op = at(graph.ops, 0);
  const memory = resetMemory(graph);
  const given = inputs.slice(0, graph.inputs.length);
  const states = statePositions(kernel.call(op, graph));
  for (const position of states) memory.values[at(op.inputs, position)] = at(inputs, position);
  const { tensors } = interpret(graph, given, memory);
  const changed = states.map((position) => at(tensors, at(op.inputs, position)));
  return new Int8Array(Buffer.concat([at(tensors, op.output), ...changed].map(asBytes)));
}

/** Inputs that a call changes. */
export function statePositions({ arguments: list }: KernelCall): readonly number[] {
  return list.flatMap((argument) => (argument.kind === 'state' ? [argument.position] : []));
}

function caseFunction(one: KernelCase, index: number): string {
  const { constants, call } = caseText(one, index);
  return (
    `/* ${one.name} */\n${constants}static __attribute__((noinline)) ` +
    `void case_${index}(const int8_t *const *inputs, int8_t *output, void *scratch) {\n` +
    `  (void)scratch;\n  ${call}\n}`
  );
}

/** The constants of a case, and the call of its kernel with `inputs`, `output` and `scratch`. */
export function caseText(
  { graph, kernel }: Pick<KernelCase, 'graph' | 'kernel'>,
  index: number,
): { constants: string; call: string } {
  const call = kernel.call(at(graph.ops, 0), graph);
  return {
    constants: constantsText(call, index),
    call: callText(kernel, call, index, () => {
      throw new Error('the whole form of a kernel knows no rows');
    }),
  };
}

type RowArgument = Extract<Argument, { kind: 'firstRow' | 'endRow' | 'inputRing' | 'outputRing' }>;

export function constantsText({ constants }: KernelCall, index: number): string {
  return constants.map((constant) => constantText(constant, index)).join('');
}

/** `rowText` says what stands for the arguments that only row forms have. */
export function callText(
  { name }: Kernel,
  { arguments: list }: KernelCall,
  index: number,
  rowText: (argument: RowArgument) => string,
): string {
  return `${name}(${list.map((argument) => argumentText(argument, index, rowText)).join(', ')});`;
}

function constantText({ name, type, values }: Constant, index: number): string {
  invariant(values.length > 0, `constant ${name} is empty`);
  // INT32_MIN has no literal of its own type.
  const text = Array.from(values, (value) => (value === -(2 ** 31) ? 'INT32_MIN' : `${value}`)).join(',');
  return `static const ${type} case_${index}_${name}[${values.length}] __attribute__((aligned(4))) = {${text}};\n`;
}

function argumentText(argument: Argument, index: number, rowText: (argument: RowArgument) => string): string {
  switch (argument.kind) {
    case 'input':
      return `(const void *)inputs[${argument.position}]`;
    case 'state':
      return `(void *)inputs[${argument.position}]`;
    case 'output':
      return '(void *)output';
    case 'scratch':
      return 'scratch';
    case 'constant':
      return `case_${index}_${argument.name}`;
    case 'firstRow':
    case 'endRow':
    case 'inputRing':
    case 'outputRing':
      return rowText(argument);
    case 'literal':
      return argument.value === -(2 ** 31) ? 'INT32_MIN' : `${argument.value}`;
  }
}

function runEntry(run: KernelRun, cases: readonly KernelCase[]): string {
  const { graph, kernel, inputs } = at(cases, run.case);
  const op = at(graph.ops, 0);
  const lead = run.overlaid === undefined ? 0 : (kernel.leadBytes(op, graph, run.overlaid) ?? 0);
  const bytes = inputs.map(({ byteLength }) => byteLength).join(', ');
  const changed = statePositions(kernel.call(op, graph)).reduce(
    (bits, position) => bits | (1 << position),
    0,
  );
  return (
    `    {case_${run.case}, ${inputs.length}, {${bytes}}, ${tensorBytes(at(graph.tensors, op.output))}, ` +
    `${kernel.scratchBytes(op, graph)}, ${run.overlaid ?? -1}, ${lead}, ${alignmentOf(graph)}, ${changed}},\n`
  );
}

/** Where elements of a case may start: at any multiple of the widest one's size. */
export function alignmentOf({ tensors }: Graph): number {
  return Math.max(...tensors.map(({ type }) => elementBytes(type)));
}

const prelude = `
#include <stdio.h>
#include <stdlib.h>

typedef struct {
  void (*call)(const int8_t *const *inputs, int8_t *output, void *scratch);
  int input_count;
  int input_bytes[8];
  int output_bytes;
  int scratch_bytes;
  int overlaid;
  int lead;
  int alignment;
  /* Bit n: input n is a state that the kernel changes. */
  int changed;
} run_entry;
`;

/** Buffers are of exactly the size that is asked for, ends at the end of a heap block, and start at any element. */
const mainFunction = `
static int8_t *blocks[10];
static int block_count;

static int8_t *take(int bytes, int shift) {
  int8_t *block = malloc((size_t)(bytes + shift));
  if (block == NULL) exit(2);
  blocks[block_count++] = block;
  return block + shift;
}

static void run(const run_entry *entry, int shift, FILE *source, FILE *results) {
  const int8_t *inputs[8];
  int8_t *output = NULL;
  shift = shift / entry->alignment * entry->alignment;
  if (entry->overlaid < 0) output = take(entry->output_bytes, shift);
  for (int i = 0; i < entry->input_count; i++) {
    int8_t *input;
    if (i == entry->overlaid) {
      const int end = entry->lead + entry->input_bytes[i];
      output = take(end > entry->output_bytes ? end : entry->output_bytes, shift);
      input = output + entry->lead;
    } else {
      input = take(entry->input_bytes[i], (shift + i) % 4 / entry->alignment * entry->alignment);
    }
    if (fread(input, 1, (size_t)entry->input_bytes[i], source) != (size_t)entry->input_bytes[i]) exit(3);
    inputs[i] = input;
  }
  void *scratch = entry->scratch_bytes > 0 ? take(entry->scratch_bytes, 0) : NULL;
  entry->call(inputs, output, scratch);
  fwrite(output, 1, (size_t)entry->output_bytes, results);
  for (int i = 0; i < entry->input_count; i++) {
    if (entry->changed >> i & 1) fwrite(inputs[i], 1, (size_t)entry->input_bytes[i], results);
  }
  while (block_count > 0) free(blocks[--block_count]);
}

int main(void) {
  FILE *source = fopen("input.bin", "rb");
  FILE *results = fopen("output.bin", "wb");
  if (source == NULL || results == NULL) return 4;
  for (size_t i = 0; i < sizeof runs / sizeof *runs; i++) run(&runs[i], (int)i * runs[i].alignment % 4, source, results);
  fclose(source);
  return fclose(results) == 0 ? 0 : 5;
}
`;
