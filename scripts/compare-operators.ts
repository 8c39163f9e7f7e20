/**
 * Holds the interpreter and the C kernels to vectors of `scripts/make-operator-vectors.py`.
 *
 * `node scripts/compare-operators.ts FOLDER [OPERATOR ...]`: every case of every operator is read and built with and
 * without the rewriting passes, and interpreted; then each of its operators runs as C with the inputs that it has there,
 * whole, in place and by rows, on this machine with sanitizers and, with `--arm`, on an emulated Cortex-M7 with and
 * without the DSP extension. `--compiled 20` also compiles so many cases of each operator as code is generated, with
 * their numbers as constants. `--table FILE` writes down how many there were of what.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { mergedResults, type Part } from '../test/code/merged-networks.ts';
import { type KernelCase, makeBatch } from '../test/kernels/batch.ts';
import { differences } from '../test/kernels/cases.ts';
import { buildCaseProgram, dataBatch } from '../test/kernels/data-batch.ts';
import { seededRandom } from '../test/kernels/random.ts';
import { makeRowBatch } from '../test/kernels/row-batch.ts';
import { onArmDsp, onArmPortable, onHost, outputsOf, type Tier } from '../test/kernels/tiers.ts';
import { checkVector } from '../test/kernels/vector-cases.ts';
import { type OperatorVector, operatorsIn, readVectors } from '../test/support/operator-vectors.ts';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    arm: { type: 'boolean', default: false },
    compiled: { type: 'string', default: '0' },
    table: { type: 'string' },
  },
});
const [folder, ...chosen] = positionals;
if (folder === undefined) throw new Error('name the folder of the vectors');

const tiers: readonly Tier[] = options.arm ? [onHost, onArmDsp, onArmPortable] : [onHost];
const programs = await Promise.all(tiers.map(buildCaseProgram));
/** Networks without kernels that become one. */
const partsOfNetwork = 40;
/** Of any program over all cases of a part: emulation takes its time. */
const runLimitMs = 600_000;

/** How many there were of what; runs are those of all input sets, forms and places. */
type Compared = {
  readonly configurations: number;
  readonly inC: number;
  /** Without kernels. */
  readonly merged: number;
  readonly compiled: number;
  readonly runs: number;
  readonly faults: readonly string[];
  readonly kernels: ReadonlySet<string>;
};

async function compareOperator(vectors: readonly OperatorVector[], operator: string): Promise<Compared> {
  const checked = vectors.map((vector, index) => ({
    vector,
    ...checkVector(vector, `${operator} ${index}`),
  }));
  const inKernels = checked.filter((one) => one.cases.length > 0);
  const cases = inKernels.flatMap((one) => one.cases);
  const compiled = inKernels.slice(0, Number(options.compiled));
  const parts = checked.flatMap(({ vector, graph, cases: { length } }) =>
    graph !== undefined && length === 0 ? [{ graph, vector }] : [],
  );
  const batch = dataBatch(cases, seededRandom(cases.length));
  const faults = checked.flatMap(({ fault }) => fault ?? []);
  for (const program of programs)
    if (cases.length > 0) faults.push(...differences(batch, await program.run(batch.input, runLimitMs)));
  for (let start = 0; start < parts.length; start += partsOfNetwork)
    faults.push(...(await runMerged(parts.slice(start, start + partsOfNetwork), operator)));
  faults.push(...(await runCompiled(compiled.flatMap((one) => one.cases.filter(isFirstSet)))));
  return {
    configurations: vectors.length,
    inC: inKernels.length + parts.length,
    merged: parts.length,
    compiled: compiled.length,
    runs: batch.runs.length,
    faults,
    kernels: new Set(cases.map(({ kernel }) => kernel.name)),
  };
}

/** What has no kernel: values that change only at the edges of the network, or nothing but their shape. */
async function runMerged(parts: readonly Part[], name: string): Promise<string[]> {
  const results = await mergedResults(parts, options.arm);
  return results.flatMap(({ place, isRight }) => (isRight ? [] : `${name} differ, ${place}`));
}

function isFirstSet({ name }: KernelCase): boolean {
  return name.endsWith(' set 0');
}

async function runCompiled(cases: readonly KernelCase[]): Promise<string[]> {
  const batches = [makeBatch(cases), makeRowBatch(cases, seededRandom(1))].filter(
    ({ runs }) => runs.length > 0,
  );
  const faults: string[] = [];
  for (const batch of batches)
    for (const tier of tiers) faults.push(...differences(batch, await outputsOf(batch, tier)));
  return faults;
}

const head = `| Operator | Type or form | Configurations | In C | Runs of C | By |
|---|---|--:|--:|--:|---|
`;
const rows: string[] = [];
for (const operator of chosen.length > 0 ? chosen : operatorsIn(folder)) {
  const compared = await compareOperator(readVectors(folder, operator), operator);
  const { configurations, inC, merged, compiled, runs, faults, kernels } = compared;
  const names = [...kernels].sort();
  console.log(
    `${operator}: ${configurations} configurations, ${inC} in C, ${compiled} of them compiled, ${runs} runs of C in ` +
      `each of ${tiers.length} places, ${faults.length} faults (${names.join(', ')})`,
  );
  for (const fault of faults.slice(0, 10)) console.log(`  ${fault}`);
  if (faults.length > 0) process.exitCode = 1;
  const code = [...names.map((name) => `\`${name}\``), ...(merged > 0 ? ['edges'] : [])].join(', ');
  const [name, ...forms] = operator.split('.');
  const form = forms.length > 0 ? forms.join(', ') : 'int8';
  rows.push(`| ${[name, form, configurations, inC, runs.toLocaleString('en'), code].join(' | ')} |`);
  // Again after each, as a long run may be cut short.
  if (options.table !== undefined) writeFileSync(options.table, `${head}${rows.toSorted().join('\n')}\n`);
}
for (const program of programs) program.remove();
