/** `mcunet verify`: the whole pipeline, a table on the terminal, report and firmware in a folder. */
import { exitCodeOf, exitCodes, Failure } from '../../base/index.ts';
import type { Config, PlanObjective, ToolchainChoice } from '../../config/index.ts';
import { rowsOfReport, runPipeline } from '../../pipeline/index.ts';
import { parseReport, type Report, reportFiles, toJson, toTerminalTable } from '../../report/index.ts';
import { findTarget } from '../../target/index.ts';
import type { Context } from '../context.ts';
import { loadConfig } from '../load-config.ts';

export type VerifyOptions = {
  readonly config: string | undefined;
  readonly models: readonly string[];
  readonly target: string | undefined;
  readonly base: string | undefined;
  readonly out: string;
  readonly toolchain: ToolchainChoice | undefined;
  readonly objective: PlanObjective | undefined;
};

/** Returns the exit code: 0, 1 for a budget that is exceeded, else that of the gravest failure. */
export async function verify(options: VerifyOptions, context: Context): Promise<number> {
  const { host } = context;
  const { config, root } = await loadConfig(options.config, options.models, host);
  const chosen = withOverrides(config, options);
  const base = options.base === undefined ? undefined : rowsOfReport(await readReport(options.base, context));
  const toolchain = await context.openToolchain(options.toolchain ?? config.toolchain);
  const request = { config: chosen, root, base };
  const result = await runPipeline(request, { host, toolchain, progress: context.progress });
  context.progress.end();
  await host.writeFiles(options.out, new Map([...result.files, ...reportFiles(result.report)]));
  context.print(
    context.json ? toJson(result.report) : toTerminalTable(result.report, { colours: context.colour }),
  );
  // The table has said already what is in the way.
  for (const failure of result.failures)
    context.remark(`error: ${context.json ? failure.toText() : failure.toHeadline()}`);
  context.remark(`report: ${options.out}/report.html, ${options.out}/report.md, ${options.out}/report.json`);
  if (result.failures.length > 0) return Math.max(...result.failures.map(exitCodeOf));
  return result.report.status === 'pass' ? exitCodes.pass : exitCodes.budgetExceeded;
}

function withOverrides(config: Config, { target, objective }: VerifyOptions): Config {
  return {
    ...config,
    targets: target === undefined ? config.targets : [findTarget(target).name],
    models: objective === undefined ? config.models : config.models.map((model) => ({ ...model, objective })),
  };
}

export async function readReport(path: string, { host }: Pick<Context, 'host'>): Promise<Report> {
  const text = new TextDecoder().decode(await host.readFile(path));
  try {
    return parseReport(text);
  } catch (error) {
    throw error instanceof Failure ? error.at(path) : error;
  }
}
