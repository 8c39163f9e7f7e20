/**
 * What the engine makes of real networks under each objective: memory, flash and simulated time; then the kernels of the
 * catalogue with their cycles for each multiply-accumulate; then how fast networks of a search are costed, and how much
 * memory a repository of many models takes.
 *
 * `npm run bench [-- FOLDER]` takes every .tflite and net configuration in FOLDER, or the shared networks, the example and
 * the tests' net configurations. All figures but the last two are deterministic.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, parse, resolve } from 'node:path';
import { random } from '../src/base/index.ts';
import type { ModelConfig, PlanObjective } from '../src/config/index.ts';
import { type CostPolicy, costOf } from '../src/cost/index.ts';
import { openToolchain } from '../src/firmware/index.ts';
import { nodeHost } from '../src/host/index.ts';
import { runPipeline } from '../src/pipeline/index.ts';
import type { ReportModel } from '../src/report/index.ts';
import { mcunetFamily, netConfigOf, sampleGenotype, spaceOf } from '../src/search/index.ts';
import { findTarget } from '../src/target/index.ts';
import { catalogueTable, measureCatalogue } from './kernel-benchmark/catalogue-table.ts';
import { monorepoPeakBytes } from './monorepo-memory.ts';

const root = join(import.meta.dirname, '..');
const host = nodeHost();
const toolchain = await openToolchain('auto', host);
const progress = { stage: () => undefined, advance: () => undefined };

function networkFiles(): readonly string[] {
  const folders = process.argv.slice(2);
  if (folders.length === 0) {
    folders.push(
      process.env.MCUNET_FIXTURES ?? join(root, '../shared/data'),
      join(root, 'examples/quality-inspection'),
      join(root, 'test/fixtures/net-configs'),
    );
  }
  return folders
    .flatMap((folder) => [folder, join(folder, 'models')])
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder).map((file) => resolve(folder, file)))
    .filter((file) => file.endsWith('.tflite') || (file.endsWith('.json') && isNetConfig(file)));
}

/** Folders of networks hold other JSON as well. */
function isNetConfig(file: string): boolean {
  return readFileSync(file, 'utf8').includes('"ProxylessNASNets"');
}

function modelConfig(file: string, objective: PlanObjective): ModelConfig {
  return {
    name: parse(file).name,
    path: file,
    budgets: { sramBytes: undefined, flashBytes: undefined, latencyMs: undefined, accuracy: undefined },
    objective,
    regression: { sram: undefined, flash: undefined, latency: undefined, accuracy: undefined },
    dataset: undefined,
  };
}

const number = (value: number | undefined | null): string =>
  value === undefined || value === null ? '-' : Math.round(value).toLocaleString('en-GB');

function row(model: ReportModel): string {
  const { sram, flash, latency } = model;
  const figures = [
    model.name,
    number(sram?.arenaBytes),
    number(sram?.arenaLowerBoundBytes),
    number(sram?.totalBytes),
    number(flash?.totalBytes),
    number(latency?.instructions),
    number(latency?.cycles),
    latency === null ? (model.error?.message ?? '-') : `${latency.milliseconds.toPrecision(4)} ms`,
  ];
  return `| ${figures.join(' | ')} |`;
}

for (const objective of ['auto', 'memory'] as const) {
  const models = networkFiles().map((file) => modelConfig(file, objective));
  const config = { targets: ['stm32f746'], models, toolchain: 'auto' } as const;
  const { report } = await runPipeline({ config, root }, { host, toolchain, progress });
  console.log(`stm32f746, objective ${objective}, ${toolchain.identity.compiler}\n`);
  console.log(
    '| Network | Arena, B | Lower bound, B | SRAM, B | Flash, B | Instructions | Cycles | At 216 MHz |',
  );
  console.log('|---|--:|--:|--:|--:|--:|--:|--:|');
  console.log(`${report.models.map(row).join('\n')}\n`);
}

const target = findTarget('stm32f746');
console.log(`${target.name}, kernels of the catalogue on operators of usual shapes, all rows at once\n`);
console.log(catalogueTable(await measureCatalogue(target, toolchain)));

/** Networks of the space of mcunet-320kb a second of processor time; the first ones have the blocks of the space to learn. */
function costedPerSecond(policy: CostPolicy, count: number): number {
  const space = spaceOf(mcunetFamily, 0.5, { height: 176, width: 176 });
  const draws = random(1, count);
  const nets = Array.from({ length: count }, () => netConfigOf(space, sampleGenotype(space, draws)));
  const start = process.cpuUsage();
  for (const net of nets) costOf(net, target, policy);
  const { user, system } = process.cpuUsage(start);
  return count / ((user + system) / 1e6);
}

console.log('\nNetworks of w0.5-r176 costed in a second of one core, the first 1,000 and 20,000 others\n');
for (const policy of ['layerwise', 'planned'] as const) {
  const [few, many] = [1_000, 20_000].map((count) => number(costedPerSecond(policy, count)));
  console.log(`${policy}: ${few}, ${many}`);
}

const models = 40;
const peakMib = (await monorepoPeakBytes(models)) / 1024 ** 2;
console.log(
  `\nMost memory of \`mcunet verify\` for ${models} models, compilers included: ${number(peakMib)} MiB`,
);
