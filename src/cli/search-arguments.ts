/** `mcunet search`: its options. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { AskedLimits } from '../config/index.ts';
import type { Shard } from '../search/index.ts';
import { search } from './commands/search.ts';
import {
  type Accept,
  type CommonOptions,
  common,
  type Toolchained,
  toolchainOption,
} from './common-options.ts';

type SearchWords = {
  readonly config?: string;
  readonly out: string;
  readonly seed?: number;
  readonly sram?: string;
  readonly flash?: string;
  readonly latency?: string;
  readonly shard?: Shard;
  readonly merge?: readonly string[];
  readonly fresh?: true;
};

export function addSearch(program: Command, accept: Accept): void {
  common(
    program
      .command('search')
      .description('search a network for the memory and time there is; goes on where it was interrupted'),
  )
    .option('--config <file>', 'configuration with a section search (default: mcunet.yml)')
    .option('--out <folder>', 'where to write, and where the state is kept', 'build/search')
    .addOption(new Option('--seed <number>', 'instead of the configuration’s').argParser(parseSeed))
    .option('--sram <size>', 'most RAM, instead of the configuration’s limit')
    .option('--flash <size>', 'most flash, instead of the configuration’s limit')
    .option('--latency <time>', 'most time, instead of the configuration’s limit')
    .addOption(
      new Option('--shard <i/n>', 'only the i-th of n parts, for machines side by side').argParser(
        parseShard,
      ),
    )
    .addOption(
      new Option('--merge <folder...>', 'unite the outputs of all shards').conflicts(['shard', 'fresh']),
    )
    .option('--fresh', 'begin anew where a state is kept')
    .addOption(toolchainOption())
    .action((options: CommonOptions & Partial<Toolchained> & SearchWords) =>
      accept(options, (context) => {
        const { config, out, seed, shard, merge, fresh, toolchain } = options;
        const limits = limitsOf(options);
        return search({ config, out, seed, limits, shard, merge, fresh: fresh === true, toolchain }, context);
      }),
    );
}

function limitsOf({ sram, flash, latency }: SearchWords): AskedLimits {
  const given = Object.entries({ sram, flash, latency }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given);
}

function parseShard(text: string): Shard {
  const [, index, count] = /^([1-9]\d{0,3})\/([1-9]\d{0,3})$/.exec(text) ?? [];
  const shard = { index: Number(index), count: Number(count) };
  if (index === undefined || shard.index > shard.count)
    throw new InvalidArgumentError('write i/n, for example 1/4.');
  return shard;
}

function parseSeed(text: string): number {
  const seed = Number(text);
  if (!/^\d{1,10}$/.test(text) || seed >= 2 ** 32)
    throw new InvalidArgumentError('a seed is a whole number from 0 to 4294967295.');
  return seed;
}
