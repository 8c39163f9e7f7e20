/**
 * What a search pays to evaluate a candidate: multiply-accumulates a second of the engine, which takes networks as data,
 * beside those of the same network compiled; and the engine's processor time for one sample, most of which is spent
 * before the kernels run. Processor time, not wall time: the machine may have other work.
 *
 * `node scripts/engine-benchmark.ts FILE...` takes .tflite files.
 */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { at, type Toolchain } from '../src/base/index.ts';
import {
  closeHostModel,
  compileForHost,
  openEngine,
  runOnHost,
  sampleInputs,
} from '../src/evaluation/index.ts';
import { openToolchain } from '../src/firmware/index.ts';
import { nodeHost } from '../src/host/index.ts';
import { compileModel } from '../src/pipeline/index.ts';
import { findTarget } from '../src/target/index.ts';

const macsOfRun = 1e9;
const rounds = 5;
const singleRuns = 20;

const host = nodeHost();
const target = findTarget('stm32f746');
const local = await openToolchain('local', host);
let childSeconds = 0;

/** The toolchain, adding up the processor time of what it runs. */
const timed: Toolchain = {
  ...local,
  async exec(workspace, commands) {
    const script = 'TIMEFORMAT="%U %S"; time "$@"';
    const result = await local.exec(
      workspace,
      commands.map((command) => ({ ...command, argv: ['bash', '-c', script, 'timed', ...command.argv] })),
    );
    const [user = 0, system = 0] = (result.stderr.trim().split('\n').at(-1) ?? '').split(' ').map(Number);
    childSeconds += user + system;
    return result;
  },
};

/** Processor seconds of this process and of those that it runs. */
async function secondsOf(work: () => Promise<unknown>): Promise<{ own: number; child: number }> {
  const [before, child] = [process.cpuUsage(), childSeconds];
  await work();
  const { user, system } = process.cpuUsage(before);
  return { own: (user + system) / 1e6, child: childSeconds - child };
}

/** The least of several rounds, in which all take turns. */
async function leastSeconds(works: readonly (() => Promise<unknown>)[]): Promise<readonly number[]> {
  const least = works.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < rounds; round++) {
    for (const [index, work] of works.entries()) {
      least[index] = Math.min(at(least, index), (await secondsOf(work)).child);
    }
  }
  return least;
}

const engine = await openEngine(timed, { processors: 1, target });
console.log(
  '| Network | MMAC | Compiled, MMAC/s | Engine, MMAC/s | Ratio | One sample, ms here | and in the engine |',
);
console.log('|---|--:|--:|--:|--:|--:|--:|');
for (const file of process.argv.slice(2)) {
  const { graph, tree, modelMacs } = compileModel(
    readFileSync(file),
    file,
    basename(file, '.tflite'),
    target,
  );
  const sets = Math.ceil(macsOfRun / modelMacs);
  const { quantised, asInFile } = sampleInputs(graph, undefined, sets);
  const int8 = new Uint8Array(Buffer.concat(quantised.map((set) => new Uint8Array(set.buffer))));
  const model = await compileForHost('benchmark', tree, graph, timed);
  const [compiled, asData] = await leastSeconds([
    () => runOnHost(model, asInFile, file),
    () => engine.run(graph, int8),
  ]);
  await closeHostModel(model);
  const one = int8.slice(0, int8.length / sets);
  const single = await secondsOf(async () => {
    for (let run = 0; run < singleRuns; run++) await engine.run(graph, one);
  });
  const speed = (seconds = 0): number => (sets * modelMacs) / 1e6 / seconds;
  const figures = [
    basename(file, '.tflite'),
    (modelMacs / 1e6).toFixed(2),
    speed(compiled).toFixed(0),
    speed(asData).toFixed(0),
    (speed(asData) / speed(compiled)).toFixed(2),
    ((single.own / singleRuns) * 1000).toFixed(1),
    ((single.child / singleRuns) * 1000).toFixed(1),
  ];
  console.log(`| ${figures.join(' | ')} |`);
}
await engine.close();
