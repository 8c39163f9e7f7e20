/** The commands and their options, as commander reads them and as the help shows them. */
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { exitCodes } from '../base/index.ts';
import type { PlanObjective } from '../config/index.ts';
import { generator } from '../pipeline/index.ts';
import { build, emit, type Stage, stages } from './commands/build.ts';
import { dryRun, type RunIdentity } from './commands/dry-run.ts';
import { init } from './commands/init.ts';
import { operators } from './commands/operators.ts';
import { type Format, formats, renderReport } from './commands/report.ts';
import { run } from './commands/run.ts';
import { simulate } from './commands/simulate.ts';
import type { UartChoice } from './commands/simulate-links.ts';
import { verify } from './commands/verify.ts';
import {
  type Accept,
  type CommonOptions,
  collect,
  common,
  type Invocation,
  type Toolchained,
  toolchainOption,
} from './common-options.ts';
import { addQuantize } from './quantize-arguments.ts';
import { addSearch } from './search-arguments.ts';

type Streams = { readonly writeOut: (text: string) => void; readonly writeErr: (text: string) => void };

/** What to do, or the exit code where there is nothing left to do: help, version, wrong usage. */
export function parseArguments(words: readonly string[], streams: Streams): Invocation | number {
  let invocation: Invocation | undefined;
  const program = describeProgram((options, action) => {
    const verbosity = options.quiet ? 'quiet' : options.verbose ? 'verbose' : 'normal';
    invocation = { verbosity, json: options.json === true, action };
  }, streams);
  try {
    program.parse([...words], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? exitCodes.pass : exitCodes.usage;
  }
  return invocation ?? exitCodes.usage;
}

function describeProgram(accept: Accept, streams: Streams): Command {
  const program = new Command('mcunet')
    .description('Neural networks to STM32 firmware, measured without a board.')
    .version(generator.version)
    .exitOverride()
    .configureOutput({
      ...streams,
      outputError: (text, write) => write(`${text.trim().replaceAll('\n', ' ')}; see mcunet --help\n`),
    })
    .addHelpText('after', exitCodeHelp);
  addInit(program, accept);
  addVerify(program, accept);
  addBuild(program, accept);
  addRun(program, accept);
  addSimulate(program, accept);
  addReport(program, accept);
  addSearch(program, accept);
  addQuantize(program, accept);
  addOperators(program, accept);
  return program;
}

const exitCodeHelp = `
Exit codes:
  0  all well
  1  a budget or regression limit is exceeded
  2  wrong usage or configuration
  3  a model that is malformed or not supported
  4  the toolchain is missing or the build failed
  5  an internal error

Environment:
  MCUNET_CONTAINER_IMAGE  toolchain image to use; pulled where it is name@sha256:...
  MCUNET_CONTAINER_ARGS   further arguments for docker run or podman run
  MCUNET_IMAGE_CACHE      folder that keeps an image which was built here`;

function addInit(program: Command, accept: Accept): void {
  common(
    program
      .command('init')
      .description('write mcunet.yml, with budgets 10 % above today, and the workflows for the models here'),
  )
    .option('--force', 'write over files that exist')
    .addOption(toolchainOption().default('auto'))
    .action((options: CommonOptions & Toolchained & { readonly force?: true }) =>
      accept(options, (context) =>
        init({ toolchain: options.toolchain, force: options.force === true }, context),
      ),
    );
}

function addVerify(program: Command, accept: Accept): void {
  common(
    program
      .command('verify')
      .description('measure models against their budgets; write report, C and firmware'),
  )
    .option('--config <file>', 'configuration (default: mcunet.yml)')
    .option(
      '--model <file>',
      'only this model: a name or path of the configuration, or any file; repeatable',
      collect,
      [],
    )
    .option('--target <name>', 'instead of the configuration’s targets')
    .option('--base <report.json>', 'earlier report to compare with')
    .option('--dry-run', 'print the comment that the action would write for this branch, and write nothing')
    .option('--base-branch <ref>', 'branch that a dry run compares with (default: origin’s)')
    .option('--out <folder>', 'where to write', 'build/mcunet')
    .addOption(objectiveOption())
    .addOption(toolchainOption())
    .action((options: CommonOptions & Partial<Toolchained> & VerifyWords) =>
      accept(options, (context) => {
        const { model: models, target, base, out, config, toolchain, objective } = options;
        const wanted = { config, models, target, base, out, toolchain, objective };
        return options.dryRun === true
          ? dryRun(wanted, options.baseBranch, runIdentity(), context)
          : verify(wanted, context);
      }),
    );
}

type VerifyWords = {
  readonly config?: string;
  readonly model: readonly string[];
  readonly target?: string;
  readonly base?: string;
  readonly dryRun?: true;
  readonly baseBranch?: string;
  readonly out: string;
  readonly objective?: PlanObjective;
};

/** A dry run inside of a workflow says which run it is, as the comment would. */
function runIdentity(): RunIdentity {
  const { GITHUB_RUN_ID, GITHUB_RUN_ATTEMPT, GITHUB_SERVER_URL, GITHUB_REPOSITORY } = process.env;
  if (GITHUB_RUN_ID === undefined) return { runId: 0, attempt: 1, url: undefined };
  const url = `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID}`;
  return { runId: Number(GITHUB_RUN_ID), attempt: Number(GITHUB_RUN_ATTEMPT ?? 1), url };
}

function addBuild(program: Command, accept: Accept): void {
  common(program.command('build').description('C sources and firmware of one model: .elf .bin .hex .map'))
    .requiredOption('--model <file>', '.tflite, .onnx or net configuration')
    .option('--target <name>', 'board', 'stm32f746')
    .option('--out <folder>', 'where to write', 'build/mcunet')
    .addOption(new Option('--emit <stage>', 'print what a stage made, and build nothing').choices(stages))
    .addOption(objectiveOption().default('auto'))
    .addOption(toolchainOption().default('auto'))
    .action((options: CommonOptions & Toolchained & BuildWords) =>
      accept(options, (context) =>
        options.emit === undefined ? build(options, context) : emit(options.emit, options, context),
      ),
    );
}

type BuildWords = {
  readonly model: string;
  readonly target: string;
  readonly out: string;
  readonly objective: PlanObjective;
  readonly emit?: Stage;
};

function addRun(program: Command, accept: Accept): void {
  common(program.command('run').description('raw inference: input sets back to back in, output sets out'))
    .requiredOption('--model <file>', '.tflite, .onnx or net configuration')
    .requiredOption('--input <in.bin>', 'every model input in order, raw little-endian, N sets')
    .requiredOption('--output <out.bin>', 'every model output in order, N sets')
    .addOption(
      new Option('--engine <engine>', 'host: the generated C on this machine')
        .choices(['host'])
        .default('host'),
    )
    .option('--target <name>', 'board that the C is generated for', 'stm32f746')
    .addOption(objectiveOption().default('auto'))
    .addOption(toolchainOption().default('auto'))
    .action((options: CommonOptions & Toolchained & RunWords) =>
      accept(options, (context) => run(options, context)),
    );
}

type RunWords = {
  readonly model: string;
  readonly input: string;
  readonly output: string;
  readonly target: string;
  readonly objective: PlanObjective;
};

function addSimulate(program: Command, accept: Accept): void {
  common(program.command('simulate').description('execute a firmware image, any image for the chip'))
    .requiredOption('--elf <file>', 'ELF file, or the raw content of flash')
    .option('--chip <name>', 'which chip', 'stm32f746')
    .addOption(
      new Option('--uart <where>', 'who talks to the firmware: stdio, pty, or tcp:PORT of this machine')
        .default({ kind: 'stdio' }, 'stdio')
        .argParser(parseUart),
    )
    .option('--profile', 'print functions by cycles at the end')
    .addOption(new Option('--trace', 'print every instruction to standard error').conflicts('gdb'))
    .addOption(
      new Option('--break <symbol>', 'stop before this function or 0xADDRESS, print registers').conflicts(
        'gdb',
      ),
    )
    .option('--max-cycles <count>', 'stop with an error after so many cycles', parseCount)
    .option('--gdb <port>', 'wait for a debugger on this TCP port', parsePort)
    .action((options: CommonOptions & SimulateWords) =>
      accept(options, (context) =>
        simulate(
          {
            elf: options.elf,
            chip: options.chip,
            uart: options.uart,
            profile: options.profile === true,
            trace: options.trace === true,
            breakAt: options.break,
            maxCycles: options.maxCycles ?? Number.POSITIVE_INFINITY,
            gdbPort: options.gdb,
          },
          context,
        ),
      ),
    );
}

type SimulateWords = {
  readonly elf: string;
  readonly chip: string;
  readonly uart: UartChoice;
  readonly profile?: true;
  readonly trace?: true;
  readonly break?: string;
  readonly maxCycles?: number;
  readonly gdb?: number;
};

function parseUart(text: string): UartChoice {
  if (text === 'stdio' || text === 'pty') return { kind: text };
  if (text.startsWith('tcp:')) return { kind: 'tcp', port: parsePort(text.slice('tcp:'.length)) };
  throw new InvalidArgumentError('use stdio, pty or tcp:PORT.');
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) throw new InvalidArgumentError('a port is 0 to 65535.');
  return port;
}

function parseCount(text: string): number {
  const count = Number(text);
  if (!Number.isSafeInteger(count) || count < 1) throw new InvalidArgumentError('a whole number is needed.');
  return count;
}

function addReport(program: Command, accept: Accept): void {
  common(program.command('report').description('render a report again'))
    .requiredOption('--report <report.json>', 'report of an earlier run')
    .addOption(new Option('--format <format>', 'what to print').choices(formats).default('markdown'))
    .action((options: CommonOptions & { readonly report: string; readonly format: Format }) =>
      accept(options, (context) => renderReport(options.report, options.format, context)),
    );
}

function addOperators(program: Command, accept: Accept): void {
  common(
    program.command('operators').description('what networks may be made of: operators, types, limits'),
  ).action((options: CommonOptions) => accept(options, operators));
}

function objectiveOption(): Option {
  return new Option(
    '--objective <objective>',
    'the fastest plan that fits, the smallest arena for a tenth more time, or the fastest plan',
  ).choices(['auto', 'memory', 'speed']);
}
