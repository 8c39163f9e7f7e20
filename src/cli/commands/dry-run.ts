/** `mcunet verify --dry-run`: the comment that the action would write for this branch, and nothing else. */
import { posix, resolve } from 'node:path';
import { exitCodes } from '../../base/index.ts';
import { bodyOf, fullBytes, touchedModels } from '../../github/index.ts';
import { compareWithBase, git, openLocalCommit, runPipeline, withoutBase } from '../../pipeline/index.ts';
import { toMarkdown } from '../../report/index.ts';
import type { Context } from '../context.ts';
import { notARepository } from '../failures.ts';
import { type LoadedConfig, loadConfig } from '../load-config.ts';
import type { VerifyOptions } from './verify.ts';

/** What a run on GitHub is known by; on a desk there is none. */
export type RunIdentity = {
  readonly runId: number;
  readonly attempt: number;
  readonly url: string | undefined;
};

export async function dryRun(
  options: VerifyOptions,
  baseBranch: string | undefined,
  run: RunIdentity,
  context: Context,
): Promise<number> {
  const { host, progress } = context;
  const loaded = await loadConfig(options.config, options.models, host);
  const branch = await readBranch(loaded, options.config ?? 'mcunet.yml', baseBranch, context);
  const config = touchedConfig(loaded, branch);
  if (config.models.length === 0) {
    context.print('no model is touched: the action would write no comment');
    return exitCodes.pass;
  }
  const toolchain = await context.openToolchain(options.toolchain ?? config.toolchain);
  const services = { host, toolchain, progress };
  const { headSha, sha, files, renames, pathInRepository } = branch;
  const root = resolve(loaded.root);
  const base =
    files === undefined || sha === undefined
      ? withoutBase(config, headSha, null, 'no base branch was found')
      : await compareWithBase(
          {
            project: { config: loaded.config, root, pathInRepository },
            config,
            headSha,
            sha,
            files,
            renames,
            store: undefined,
            uploaded: async () => undefined,
          },
          services,
        );
  const request = { config: base.config, root, base: base.rows, revision: base.revision };
  const { report } = await runPipeline(request, services);
  progress.end();
  const links = run.url === undefined ? [] : [{ label: 'run', url: run.url }];
  const stamp = { id: pathInRepository, runId: run.runId, attempt: run.attempt, headSha };
  const render = (maxBytes: number) => toMarkdown(report, { context: '', links, maxBytes });
  context.print(bodyOf({ stamp, render })(fullBytes));
  return report.status === 'pass' ? exitCodes.pass : exitCodes.budgetExceeded;
}

type Branch = {
  readonly headSha: string;
  /** The merge base and its files, where there is a base branch. */
  readonly sha: string | undefined;
  readonly files: Awaited<ReturnType<typeof openLocalCommit>>;
  readonly changed: readonly string[] | undefined;
  readonly renames: ReadonlyMap<string, string>;
  readonly pathInRepository: string;
};

const usualBranches = ['origin/HEAD', 'origin/main', 'origin/master', 'main', 'master'];

async function readBranch(
  { root }: LoadedConfig,
  configPath: string,
  baseBranch: string | undefined,
  { host }: Context,
): Promise<Branch> {
  const ask = async (...words: string[]) => {
    const printed = await git(host, root, words);
    return printed === undefined ? undefined : new TextDecoder().decode(printed).replace(/\n$/, '');
  };
  const headSha = await ask('rev-parse', '--verify', 'HEAD^{commit}');
  const repository = await ask('rev-parse', '--show-toplevel');
  if (headSha === undefined || repository === undefined) throw notARepository(root);
  const pathInRepository = posix.relative(repository, resolve(configPath));
  let sha: string | undefined;
  for (const candidate of baseBranch === undefined ? usualBranches : [baseBranch]) {
    sha ??= await ask('merge-base', 'HEAD', candidate);
  }
  if (sha === undefined) {
    return { headSha, sha, files: undefined, changed: undefined, renames: new Map(), pathInRepository };
  }
  const files = await openLocalCommit(host, repository, sha);
  const status = (await ask('diff', '--name-status', '-z', '-M', sha, 'HEAD', '--')) ?? '';
  return { headSha, sha, files, pathInRepository, ...readStatus(status) };
}

/** `M\0path\0` and `R100\0old\0new\0`. */
function readStatus(text: string): Pick<Branch, 'changed' | 'renames'> {
  const words = text.split('\0').filter((word) => word !== '');
  const changed: string[] = [];
  const renames = new Map<string, string>();
  while (words.length > 0) {
    const kind = words.shift() ?? '';
    const path = words.shift() ?? '';
    changed.push(path);
    if (!kind.startsWith('R') && !kind.startsWith('C')) continue;
    const now = words.shift() ?? '';
    changed.push(now);
    renames.set(now, path);
  }
  return { changed, renames };
}

function touchedConfig(
  { config }: LoadedConfig,
  { changed, pathInRepository }: Branch,
): LoadedConfig['config'] {
  if (changed === undefined) return config;
  const folder = posix.dirname(pathInRepository);
  const watched = config.models.map(({ name, path, dataset }) => ({
    name,
    model: posix.normalize(path),
    dataset: dataset && posix.normalize(dataset.path),
  }));
  const paths = changed.map((path) => posix.relative(folder, path));
  const touched = touchedModels(paths, watched, posix.basename(pathInRepository));
  return {
    ...config,
    models: config.models.filter(({ name }) => touched.some((entry) => entry.name === name)),
  };
}
