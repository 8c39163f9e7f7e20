/** `mcunet simulate`: executes a firmware image, its UART joined to someone outside. */
import { distance } from 'fastest-levenshtein';
import { exitCodes, Failure } from '../../base/index.ts';
import { type ByteLink, takeInterruption } from '../../host/index.ts';
import { createDebugSession, createMachine, type Machine } from '../../simulator/index.ts';
import type { Context } from '../context.ts';
import { stillRunning, symbolUnknown } from '../failures.ts';
import { runWithDebugger } from './simulate-debugger.ts';
import { openUart, type UartChoice, waitForClient } from './simulate-links.ts';
import {
  type Counts,
  describeEnding,
  describeProfile,
  describeRegisters,
  outcomeJson,
  placeOf,
  readCounts,
} from './simulate-outcome.ts';
import { type Ending, runWithUart, toNextLine } from './simulate-run.ts';
import { sourceLine } from './simulate-source.ts';
import { createTracer } from './simulate-trace.ts';

export type SimulateOptions = {
  readonly elf: string;
  readonly chip: string;
  readonly uart: UartChoice;
  readonly profile: boolean;
  readonly trace: boolean;
  /** A symbol, or an address: hexadecimal with 0x before it. */
  readonly breakAt: string | undefined;
  /** Infinite where there is no limit. */
  readonly maxCycles: number;
  readonly gdbPort: number | undefined;
};

type Run = {
  readonly options: SimulateOptions;
  readonly context: Context;
  /** A machine as after power-on. */
  readonly restart: () => Machine;
  /** The one that runs: a debugger's reset replaces it. */
  machine: Machine;
  /** As they were when the firmware last began to wait. */
  countsBeforeWait: Counts | undefined;
  /** By Ctrl-C or a termination. */
  readonly isInterrupted: () => boolean;
  readonly whenInterrupted: Promise<void>;
};

export async function simulate(options: SimulateOptions, context: Context): Promise<number> {
  const image = await context.host.readFile(options.elf);
  const restart = (): Machine =>
    createMachine(image, options.chip, { profile: options.profile, resets: 'restart' });
  const { promise: whenInterrupted, resolve: interrupt } = Promise.withResolvers<void>();
  let interruption: number | undefined;
  const release = takeInterruption((exitCode) => {
    interruption = exitCode;
    interrupt();
  });
  try {
    const run: Run = {
      options,
      context,
      restart,
      machine: inFile(options.elf, restart),
      countsBeforeWait: undefined,
      isInterrupted: () => interruption !== undefined,
      whenInterrupted,
    };
    const exitCode = await runAndReport(run);
    return interruption ?? exitCode;
  } finally {
    release();
  }
}

function inFile<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw error instanceof Failure ? error.at(path) : error;
  }
}

async function runAndReport(run: Run): Promise<number> {
  const { options, context } = run;
  const breakpoint = inFile(options.elf, () => findBreakpoint(options.breakAt, run.machine));
  if (breakpoint !== undefined) run.machine.setBreakpoints([breakpoint]);
  const surroundings = { remark: context.remark, whenInterrupted: run.whenInterrupted };
  const uart = await openUart(options.uart, surroundings);
  if (uart === undefined) return exitCodes.pass;
  try {
    const port = options.gdbPort;
    const gdb = port === undefined ? undefined : await waitForClient(port, 'GDB', surroundings);
    if (port !== undefined && gdb === undefined) return exitCodes.pass;
    try {
      return await reportEnd(run, () => runLinked(run, { uart, gdb, breakpoint }));
    } finally {
      gdb?.close();
    }
  } finally {
    uart.close();
  }
}

async function reportEnd(run: Run, toEnd: () => Promise<Ending>): Promise<number> {
  const { options } = run;
  let ending: Ending;
  try {
    ending = await toEnd();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    report(run, 'failed');
    throw (await withSourceLine(error, run)).at(options.elf);
  }
  report(run, ending);
  if (ending === 'cycles') throw stillRunning(options.maxCycles, placeOf(run.machine)).at(options.elf);
  return exitCodes.pass;
}

type Links = {
  readonly uart: ByteLink;
  readonly gdb: ByteLink | undefined;
  readonly breakpoint: number | undefined;
};

async function runLinked(run: Run, { uart, gdb, breakpoint }: Links): Promise<Ending> {
  const { options, context, isInterrupted } = run;
  const { maxCycles } = options;
  // In JSON the UART's text is part of the result.
  const isShown = !(context.json && options.uart.kind === 'stdio');
  const onOutput = (bytes: Uint8Array): void => {
    if (isShown) uart.write(bytes);
  };
  if (gdb !== undefined) {
    const session = createDebugSession(() => {
      run.machine = run.restart();
      return run.machine;
    });
    const ending = await runWithDebugger({
      session,
      debugger: gdb,
      uart,
      maxCycles,
      isInterrupted,
      onOutput,
    });
    if (ending !== 'detached') return ending;
    run.machine.setBreakpoints([]);
  }
  const { machine } = run;
  const advance = options.trace
    ? createTracer(machine, breakpoint, context.remark)
    : toNextLine(machine, breakpoint);
  const onQuiet = (): void => {
    run.countsBeforeWait = readCounts(machine);
  };
  // A trace is of what was asked for, from the first instruction on.
  const holdsFirstInput = options.uart.kind === 'stdio' && !options.trace;
  const settings = { machine, uart, maxCycles, holdsFirstInput, isInterrupted, advance, onOutput, onQuiet };
  return runWithUart(settings);
}

function report({ options, context, machine, countsBeforeWait }: Run, ending: Ending | 'failed'): void {
  // How long we waited before we believed that nothing more would come is not the firmware's doing.
  const counts = (ending === 'input-ended' ? countsBeforeWait : undefined) ?? readCounts(machine);
  if (context.json) {
    context.print(outcomeJson({ machine, ending, counts: options.profile ? counts : undefined }));
    return;
  }
  if (options.profile) context.print(`\n${describeProfile(counts)}`);
  if (ending === 'breakpoint') context.print(`\n${describeRegisters(machine)}`);
  context.remark(describeEnding(ending, machine));
}

function findBreakpoint(wanted: string | undefined, { symbols }: Machine): number | undefined {
  if (wanted === undefined) return undefined;
  if (/^0x[0-9a-f]{1,8}$/i.test(wanted)) return (Number.parseInt(wanted, 16) & ~1) >>> 0;
  const symbol = symbols.functions.find(({ name }) => name === wanted) ?? symbols.find(wanted);
  if (symbol !== undefined) return symbol.address;
  const nearest = symbols.functions
    .map(({ name }) => name)
    .toSorted((a, b) => distance(a, wanted) - distance(b, wanted));
  throw symbolUnknown(wanted, nearest.slice(0, 3));
}

/** Only what the firmware did has a line of source. */
async function withSourceLine(error: Failure, { options, context, machine }: Run): Promise<Failure> {
  if (!error.code.startsWith('FIRMWARE_')) return error;
  const line = await sourceLine(options.elf, machine.readRegister(15), context.host);
  return line === undefined ? error : error.at(line);
}
