/** `mcunet search`: the best network that there is room and time for. */
import { exitCodes } from '../../base/index.ts';
import {
  type AskedLimits,
  type Config,
  type SearchConfig,
  searchWithin,
  type ToolchainChoice,
} from '../../config/index.ts';
import { runSearch, searchNotConfigured } from '../../pipeline/index.ts';
import {
  toHtml,
  toJson,
  toMarkdown,
  toSearchHtml,
  toSearchJson,
  toSearchMarkdown,
  toSearchTable,
} from '../../report/index.ts';
import type { Shard } from '../../search/index.ts';
import type { Context } from '../context.ts';
import { defaultConfigPath, loadConfig } from '../load-config.ts';

export type SearchOptions = {
  readonly config: string | undefined;
  readonly out: string;
  /** Instead of the configuration's. */
  readonly seed: number | undefined;
  readonly limits: AskedLimits;
  readonly shard: Shard | undefined;
  readonly merge: readonly string[] | undefined;
  readonly fresh: boolean;
  readonly toolchain: ToolchainChoice | undefined;
};

export async function search(options: SearchOptions, context: Context): Promise<number> {
  const { host, progress } = context;
  const { config: whole, root } = await loadConfig(options.config, [], host);
  const config = searchOf(whole, options);
  const toolchain = await context.openToolchain(options.toolchain ?? whole.toolchain);
  const result = await runSearch(
    {
      config,
      root,
      toolchain: options.toolchain ?? whole.toolchain,
      folder: options.out,
      isFresh: options.fresh,
      shard: options.shard,
      merge: options.merge,
      command: reproduction(options, config),
    },
    { host, toolchain, progress },
  );
  progress.end();
  const { report, verified, files } = result;
  if (report === undefined) {
    context.remark(`state: ${options.out}/state.json; unite all shards with --merge`);
    return exitCodes.pass;
  }
  const renderings: readonly (readonly [string, string])[] = [
    ['search.json', toSearchJson(report)],
    ['search.md', toSearchMarkdown(report)],
    ['search.html', toSearchHtml(report)],
    ...(verified === undefined
      ? []
      : ([
          ['report.json', toJson(verified)],
          ['report.md', toMarkdown(verified)],
          ['report.html', toHtml(verified)],
        ] as const)),
  ];
  await host.writeFiles(options.out, new Map([...files, ...renderings]));
  context.print(context.json ? toSearchJson(report) : toSearchTable(report, { colours: context.colour }));
  context.remark(`report: ${options.out}/search.html, ${options.out}/search.md, ${options.out}/search.json`);
  context.remark(`results: ${resultFiles(files, options.out)}`);
  return exitCodes.pass;
}

function searchOf({ search: configured }: Config, { config, seed, limits }: SearchOptions): SearchConfig {
  if (configured === undefined) throw searchNotConfigured(config ?? defaultConfigPath);
  const within = searchWithin(configured, limits);
  return seed === undefined ? within : { ...within, evolution: { ...within.evolution, seed } };
}

/** The same result again, from where this was called: shards and interruptions change nothing. */
function reproduction({ config, out, limits }: SearchOptions, { evolution }: SearchConfig): string {
  const words = [
    'mcunet',
    'search',
    '--config',
    config ?? defaultConfigPath,
    '--seed',
    String(evolution.seed),
    ...Object.entries(limits).flatMap(([name, value]) => [`--${name}`, value]),
  ];
  return [...words, '--out', out].map(quoted).join(' ');
}

function quoted(word: string): string {
  return /^[A-Za-z0-9_./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

function resultFiles(files: SearchResultFiles, out: string): string {
  return ['space.json', 'found.json', 'found.tflite']
    .filter((file) => files.has(file))
    .map((file) => `${out}/${file}`)
    .join(', ');
}

type SearchResultFiles = ReadonlyMap<string, Uint8Array | string>;
