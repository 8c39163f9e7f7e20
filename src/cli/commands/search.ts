/** `mcunet search`: the best network that there is room and time for. */
import { exitCodes } from '../../base/index.ts';
import type { AskedLimits, ToolchainChoice } from '../../config/index.ts';
import { askedSearch, runSearch, searchCommand } from '../../pipeline/index.ts';
import { searchFiles, toSearchJson, toSearchTable } from '../../report/index.ts';
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
  const path = options.config ?? defaultConfigPath;
  const config = askedSearch(whole, path, options);
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
      command: searchCommand(path, config, options.limits, options.out),
    },
    { host, toolchain, progress },
  );
  progress.end();
  const { report, verified, files } = result;
  if (report === undefined) {
    context.remark(`state: ${options.out}/state.json; unite all shards with --merge`);
    return exitCodes.pass;
  }
  await host.writeFiles(options.out, new Map([...files, ...searchFiles(report, verified)]));
  context.print(context.json ? toSearchJson(report) : toSearchTable(report, { colours: context.colour }));
  context.remark(`report: ${options.out}/search.html, ${options.out}/search.md, ${options.out}/search.json`);
  context.remark(`results: ${resultFiles(files, options.out)}`);
  return exitCodes.pass;
}

function resultFiles(files: SearchResultFiles, out: string): string {
  return ['space.json', 'found.json', 'found.tflite']
    .filter((file) => files.has(file))
    .map((file) => `${out}/${file}`)
    .join(', ');
}

type SearchResultFiles = ReadonlyMap<string, Uint8Array | string>;
