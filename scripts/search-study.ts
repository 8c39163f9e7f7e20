#!/usr/bin/env node
/**
 * Whether evolution finds better networks than drawing equally many at random, under the same limits:
 *
 *   node scripts/search-study.ts examples/tinynas/mcunet.yml [SEEDS] [PICTURES.npz]
 *
 * For each seed both are run to their end, and the firmware of what they found is measured as `mcunet verify` does, on
 * the samples held out for it; and on further pictures that neither has seen, for a difference that is less by chance.
 * Prints a line a seed, then means. States are kept in build/search-study, so that a study goes on where it was stopped.
 */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { at } from '../src/base/index.ts';
import { parseConfig, type SearchConfig } from '../src/config/index.ts';
import { accuracyOver, openEngine, readSamples } from '../src/evaluation/index.ts';
import { openToolchain } from '../src/firmware/index.ts';
import { buildGraph } from '../src/graph/index.ts';
import { nodeHost } from '../src/host/index.ts';
import { readModel } from '../src/model/index.ts';
import { runSearch } from '../src/pipeline/index.ts';
import { findTarget } from '../src/target/index.ts';

const [file = 'examples/tinynas/mcunet.yml', seeds = '5', pictures] = process.argv.slice(2);
const { search } = parseConfig(readFileSync(file, 'utf8'), file);
if (search === undefined) throw new Error(`${file} has no search`);
const host = nodeHost();
const toolchain = await openToolchain('local', host, { containerArguments: [], containerImage: undefined });
const progress = { stage: () => {}, advance: () => {} };

type Strategy = SearchConfig['evolution']['strategy'];
type Found = {
  /** On the samples of the search, and on those held out, by `verify`; on the further pictures. */
  readonly searched: number;
  readonly measured: number;
  readonly further: number | undefined;
  readonly evaluations: number;
};

async function furtherAccuracy(file: Uint8Array | string | undefined): Promise<number | undefined> {
  const dataset = search?.evaluation;
  if (search === undefined || dataset === undefined || pictures === undefined) return undefined;
  if (typeof file !== 'object') throw new Error('nothing trained was found');
  const graph = buildGraph(readModel(file, 'found.tflite'));
  const { shape } = at(graph.inputs, 0);
  const samples = await readSamples({ ...dataset, path: resolve(pictures) }, shape, host);
  const engine = await openEngine(toolchain, {
    processors: host.processors,
    target: findTarget(search.target),
  });
  try {
    return (await accuracyOver(engine, samples, dataset.metric)(graph)).value;
  } finally {
    await engine.close();
  }
}

async function find(config: SearchConfig, strategy: Strategy, seed: number): Promise<Found> {
  const folder = `build/search-study/${strategy}-${seed}`;
  const request = {
    config: { ...config, evolution: { ...config.evolution, strategy, seed } },
    root: dirname(file),
    toolchain: 'local' as const,
    folder,
    isFresh: false,
    shard: undefined,
    merge: undefined,
    command: '',
  };
  const { report, files } = await runSearch(request, { host, toolchain, progress });
  const { evolution, measured } = report ?? {};
  if (!evolution || !measured?.accuracy) throw new Error(`${folder}: no accuracy was measured`);
  return {
    searched: evolution.found.accuracy,
    measured: measured.accuracy.value,
    further: await furtherAccuracy(files.get('found.tflite')),
    evaluations: evolution.evaluations,
  };
}

const percent = (value: number): string => `${(100 * value).toFixed(2)} %`;
const sums = { evolution: [0, 0], random: [0, 0] };
console.log(
  'seed: accuracy of the found network on held-out samples (on those of the search; on further pictures), networks evaluated',
);
for (let seed = 1; seed <= Number(seeds); seed++) {
  const words: string[] = [];
  for (const strategy of ['evolution', 'random'] as const) {
    const before = process.cpuUsage();
    const { searched, measured, further, evaluations } = await find(search, strategy, seed);
    const { user, system } = process.cpuUsage(before);
    const sum = sums[strategy];
    sums[strategy] = [at(sum, 0) + measured, at(sum, 1) + (further ?? 0)];
    const own = ((user + system) / 1e6).toFixed(0);
    words.push(
      `${strategy} ${percent(measured)} (${percent(searched)}${further === undefined ? '' : `; ${percent(further)}`}), ${evaluations}, ${own} s of own processor time`,
    );
  }
  console.log(`${seed}: ${words.join('; ')}`);
}
const mean = (strategy: Strategy): string =>
  sums[strategy].map((sum) => (sum === 0 ? '–' : percent(sum / Number(seeds)))).join('; ');
console.log(`mean: evolution ${mean('evolution')}, random ${mean('random')}`);
