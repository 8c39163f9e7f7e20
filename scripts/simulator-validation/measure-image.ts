/** Runs one image: its cycles an inference, its answers against the published log, and how fast it was simulated. */
import { existsSync, readFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { createMachine, type Machine } from '../../src/simulator/index.ts';
import type { StallCause } from '../../src/simulator/timing/statistics.ts';
import { readStatistics } from '../../src/simulator/timing/statistics.ts';
import type { ChipTiming } from '../../src/simulator/timing/types.ts';
import type { MeasuredImage } from './figures.ts';
import { readPublishedResults } from './published-log.ts';
import { type Device, openSession, type UartSession } from './uart-session.ts';

export type ImageRun = {
  readonly name: string;
  readonly measuredCycles: number;
  readonly simulatedCycles: number;
  /** Relative to the measured figure. */
  readonly error: number;
  readonly instructions: number;
  /** Of one inference, by cause. */
  readonly stalls: Readonly<Record<StallCause, number>>;
  readonly checkedAnswers: number;
  readonly wrongAnswers: readonly string[];
  /** Simulated instructions a second of processor time of the thread that simulates, in the timed inferences. */
  readonly millionInstructionsPerSecond: number;
};

const maximumCycles = 20_000_000_000;

/** Inferences before the timed ones: what came over the UART has left the caches then. */
const warmUps = 2;

function machineOf(folder: string, image: MeasuredImage, timing: ChipTiming | undefined): Machine {
  const bytes = readFileSync(join(folder, image.image));
  const options = timing === undefined ? {} : { timing };
  return createMachine(bytes, image.chip, { console: image.uart, ...options });
}

function deviceOf(machine: Machine): Device {
  return {
    write: (text) => machine.send(text),
    run: (until, cycles) => {
      machine.uart.take();
      machine.runUntilOutput(until, cycles);
      return Buffer.from(machine.uart.take()).toString('latin1');
    },
  };
}

function statisticsOf({ timing }: Machine): Readonly<Record<StallCause, number>> {
  if (timing === undefined) throw new Error('internal error: a machine without timing');
  return readStatistics(timing.statistics);
}

/** Pseudo-random bytes: which they are changes a run by less than 0.03 %. */
function anyInput(bytes: number): Uint8Array {
  let state = 1;
  return Uint8Array.from({ length: bytes }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) | 0;
    return (state >>> 16) & 0xff;
  });
}

function checkAnswers(folder: string, image: MeasuredImage, session: UartSession) {
  const wrong: string[] = [];
  let checked = 0;
  const { accuracyLog, inputs } = image;
  if (accuracyLog === undefined || inputs === undefined) return { checked, wrong };
  const inputFolder = isAbsolute(inputs) ? inputs : join(folder, inputs);
  for (const { input, results } of readPublishedResults(join(folder, accuracyLog))) {
    if (checked === image.checkedInputs) break;
    const path = join(inputFolder, input);
    if (!existsSync(path)) continue;
    session.load(readFileSync(path));
    const answer = session.infer(1, 0).results;
    checked += 1;
    if (answer !== results) wrong.push(`${input}: ${answer}, hardware ${results}`);
  }
  return { checked, wrong };
}

export function measureImage(folder: string, image: MeasuredImage, timing?: ChipTiming): ImageRun {
  const machine = machineOf(folder, image, timing);
  const session = openSession(deviceOf(machine), maximumCycles);
  session.start();
  const { checked, wrong } = checkAnswers(folder, image, session);
  session.load(anyInput(image.inputBytes));
  const short = session.infer(1, warmUps);
  const stallsBefore = statisticsOf(machine);
  const instructionsBefore = machine.instructions();
  const start = process.threadCpuUsage();
  const timed = image.iterations + 1;
  const long = session.infer(timed, warmUps);
  const used = process.threadCpuUsage(start);
  const seconds = (used.user + used.system) / 1e6;
  const instructions = machine.instructions() - instructionsBefore;
  const simulatedCycles =
    ((long.lapMicroseconds - short.lapMicroseconds) / image.iterations) * (image.clockHz / 1e6);
  const measuredCycles = image.clockHz / image.measuredInferencesPerSecond;
  const stalls = Object.entries(statisticsOf(machine)).map(([cause, amount]) => [
    cause,
    (amount - stallsBefore[cause as StallCause]) / (timed + warmUps),
  ]);
  return {
    name: image.name,
    measuredCycles,
    simulatedCycles,
    error: simulatedCycles / measuredCycles - 1,
    instructions: instructions / (timed + warmUps),
    stalls: Object.fromEntries(stalls) as Record<StallCause, number>,
    checkedAnswers: checked,
    wrongAnswers: wrong,
    millionInstructionsPerSecond: instructions / seconds / 1e6,
  };
}
