/** `mcunet init`: a commented configuration for the models that lie here, and the workflows. */
import { exitCodes } from '../../base/index.ts';
import { type Config, type ModelConfig, parseConfig, type ToolchainChoice } from '../../config/index.ts';
import { runPipeline } from '../../pipeline/index.ts';
import { failureLine, type ReportModel } from '../../report/index.ts';
import type { Context } from '../context.ts';
import { initExists, noModels } from '../failures.ts';
import { searchWorkflow } from '../search-workflow.ts';
import { publishWorkflow, verifyWorkflow } from '../workflows.ts';
import { modelName } from './build.ts';

export type InitOptions = { readonly toolchain: ToolchainChoice; readonly force: boolean };

const configPath = 'mcunet.yml';
const workflowFolder = '.github/workflows';
const notOurs = /(^|\/)(node_modules|\.git|build|dist|mcunet-out)\//;

export async function init(options: InitOptions, context: Context): Promise<number> {
  const config = await searchingConfig(context);
  return config === undefined ? initModels(options, context) : initSearch(config, options, context);
}

/** A configuration that says what to search is somebody's own: it is left as it is. */
async function searchingConfig({ host }: Context): Promise<Config | undefined> {
  if (!(await host.fileExists(configPath))) return undefined;
  const text = new TextDecoder().decode(await host.readFile(configPath));
  if (!/^search\s*:/m.test(text)) return undefined;
  return parseConfig(text, configPath);
}

/** The workflows that are not there yet, that of the search among them. */
async function initSearch({ search }: Config, { force }: InitOptions, context: Context): Promise<number> {
  const { host } = context;
  const workflows = new Map([
    [`${workflowFolder}/mcunet.yml`, verifyWorkflow(configPath)],
    [`${workflowFolder}/mcunet-publish.yml`, publishWorkflow(configPath)],
    [`${workflowFolder}/mcunet-search.yml`, searchWorkflow(configPath, search?.evolution.islands ?? 1)],
  ]);
  const files: string[] = [];
  for (const file of workflows.keys()) if (force || !(await host.fileExists(file))) files.push(file);
  if (files.length === 0) throw initExists(`${workflowFolder}/mcunet-search.yml`);
  await host.writeFiles('.', new Map([...workflows].filter(([file]) => files.includes(file))));
  tell(files, [], context);
  return exitCodes.pass;
}

async function initModels(options: InitOptions, context: Context): Promise<number> {
  const { host, progress } = context;
  const paths = (await host.glob('**/*.{tflite,onnx}', '.')).filter((path) => !notOurs.test(path));
  if (paths.length === 0) throw noModels();
  const files = [configPath, `${workflowFolder}/mcunet.yml`, `${workflowFolder}/mcunet-publish.yml`];
  for (const file of options.force ? [] : files) {
    if (await host.fileExists(file)) throw initExists(file);
  }
  const config = configOf(paths, options.toolchain);
  const toolchain = await context.openToolchain(options.toolchain);
  const { report } = await runPipeline({ config, root: '.' }, { host, toolchain, progress });
  progress.end();
  const contents = [
    configText(config, report.models),
    verifyWorkflow(configPath),
    publishWorkflow(configPath),
  ];
  await host.writeFiles('.', new Map(files.map((file, index) => [file, contents[index] ?? ''])));
  tell(files, report.models, context);
  for (const { path, error } of report.models) {
    if (error !== null) context.remark(`left out: ${path}: ${failureLine(error)} [${error.code}]`);
  }
  return exitCodes.pass;
}

function tell(files: readonly string[], rows: readonly ReportModel[], context: Context): void {
  const models = rows.map(({ name, path, status }) => ({ name, path, status }));
  context.print(
    context.json
      ? `${JSON.stringify({ files, models }, null, 2)}\n`
      : `${files.map((file) => `wrote ${file}\n`).join('')}`,
  );
}

function configOf(paths: readonly string[], toolchain: ToolchainChoice): Config {
  const taken = new Set<string>();
  const models = paths.map((path): ModelConfig => {
    const name = uniqueName(modelName(path), taken);
    return {
      name,
      path,
      objective: 'auto',
      budgets: { sramBytes: undefined, flashBytes: undefined, latencyMs: undefined, accuracy: undefined },
      regression: { sram: undefined, flash: undefined, latency: undefined, accuracy: undefined },
      dataset: undefined,
    };
  });
  return { targets: ['stm32f746'], models, toolchain };
}

/** Names are letters, digits, dots, dashes and underscores, and unique whatever their case. */
function uniqueName(wanted: string, taken: Set<string>): string {
  const base = wanted.replaceAll(/[^A-Za-z0-9._-]+/g, '-').replace(/^[^A-Za-z0-9]+/, '') || 'model';
  let name = base.slice(0, 70);
  for (let count = 2; taken.has(name.toLowerCase()); count++) name = `${base.slice(0, 70)}-${count}`;
  taken.add(name.toLowerCase());
  return name;
}

const schemaUrl = 'https://raw.githubusercontent.com/org/mcunet-action/v1/dist/mcunet.schema.json';

function configText(config: Config, rows: readonly ReportModel[]): string {
  const models = config.models.map((model, index) => modelText(model, rows[index]));
  return `# yaml-language-server: $schema=${schemaUrl}
# What the networks of this repository may cost. Paths are relative to this file, and may be globs.
targets: [stm32f746]
models:
${models.join('')}toolchain: ${config.toolchain} # auto: a container where an engine works, else this machine's own compiler
`;
}

function modelText({ name, path }: ModelConfig, row: ReportModel | undefined): string {
  if (row === undefined || row.sram === null || row.flash === null || row.latency === null) {
    const why = (row?.error?.message ?? 'it was not measured').replaceAll(/\s+/g, ' ');
    return `  # ${JSON.stringify(path)} is left out: ${why}\n`;
  }
  return `  - name: ${name}
    path: ${JSON.stringify(path)}
    budgets: # 10 % above today's figures
      sram: ${kib(row.sram.totalBytes)} # today ${row.sram.totalBytes} bytes: arena, static data and worst-case stack
      flash: ${kib(row.flash.totalBytes)} # today ${row.flash.totalBytes} bytes
      latency: ${milliseconds(row.latency.milliseconds)} # today ${row.latency.milliseconds.toFixed(3)} ms, ${row.latency.method}
    regression: # the most that one pull request may add to its base
      sram: 2%
      flash: 2%
      latency: 5%
    # dataset: { format: mlperf-tiny, path: data/samples, metric: top1 } # then budgets may say accuracy: 90%
`;
}

/** 10 % more, rounded up to a tenth. */
function kib(bytes: number): string {
  return `${(Math.ceil((bytes * 1.1 * 10) / 1024) / 10).toFixed(1)}KiB`;
}

function milliseconds(value: number): string {
  return `${(Math.ceil(value * 1.1 * 1000) / 1000).toFixed(3)}ms`;
}
