#!/usr/bin/env node
/**
 * Whether evolution finds better networks than drawing equally many at random, under the same limits:
 *
 *   node scripts/search-study.ts examples/tinynas/mcunet.yml [SEEDS]
 *
 * For each seed both are run to their end, and the firmware of what they found is measured as `mcunet verify` does, on
 * the samples held out for it. Prints a line a seed, then means. States are kept in build/search-study, so that a study
 * goes on where it was stopped.
 */
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseConfig, type SearchConfig } from '../src/config/index.ts';
import { openToolchain } from '../src/firmware/index.ts';
import { nodeHost } from '../src/host/index.ts';
import { runSearch } from '../src/pipeline/index.ts';

const [file = 'examples/tinynas/mcunet.yml', seeds = '5'] = process.argv.slice(2);
const { search } = parseConfig(readFileSync(file, 'utf8'), file);
if (search === undefined) throw new Error(`${file} has no search`);
const host = nodeHost();
const toolchain = await openToolchain('local', host, { containerArguments: [], containerImage: undefined });
const progress = { stage: () => {}, advance: () => {} };

type Strategy = SearchConfig['evolution']['strategy'];
type Found = { readonly searched: number; readonly measured: number; readonly evaluations: number };

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
  const { report } = await runSearch(request, { host, toolchain, progress });
  const { evolution, measured } = report ?? {};
  if (!evolution || !measured?.accuracy) throw new Error(`${folder}: no accuracy was measured`);
  return {
    searched: evolution.found.accuracy,
    measured: measured.accuracy.value,
    evaluations: evolution.evaluations,
  };
}

const percent = (value: number): string => `${(100 * value).toFixed(2)} %`;
const sums = { evolution: 0, random: 0 };
console.log(
  'seed: accuracy of the found network on held-out samples (on those of the search), networks evaluated',
);
for (let seed = 1; seed <= Number(seeds); seed++) {
  const words: string[] = [];
  for (const strategy of ['evolution', 'random'] as const) {
    const before = process.cpuUsage();
    const { searched, measured, evaluations } = await find(search, strategy, seed);
    const { user, system } = process.cpuUsage(before);
    sums[strategy] += measured;
    const own = ((user + system) / 1e6).toFixed(0);
    words.push(
      `${strategy} ${percent(measured)} (${percent(searched)}), ${evaluations}, ${own} s of own processor time`,
    );
  }
  console.log(`${seed}: ${words.join('; ')}`);
}
const mean = (strategy: Strategy): string => percent(sums[strategy] / Number(seeds));
console.log(`mean: evolution ${mean('evolution')}, random ${mean('random')}`);
