/** Runs one image: its cycles an inference, its answers against the published log, and how fast it was simulated. */
import { existsSync, readFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { assembleMachine } from '../../src/simulator/machine.ts';
import { runUntilOutput } from '../../src/simulator/run/run-machine.ts';
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
  /** Simulated instructions a second of host time, in the timed inferences. */
  readonly millionInstructionsPerSecond: number;
};

const maximumCycles = 20_000_000_000;

function machineOf(folder: string, image: MeasuredImage, timing: ChipTiming | undefined) {
  const bytes = readFileSync(join(folder, image.image));
  const parts = assembleMachine(bytes, image.chip, {
    console: image.uart,
    ...(timing === undefined ? {} : { timing }),
  });
  const usart = parts.peripherals.usarts.find(({ name }) => name === image.uart);
  if (usart === undefined) throw new Error(`${image.chip} has no ${image.uart}`);
  const device: Device = {
    write: (text) => usart.receive(new TextEncoder().encode(text)),
    run: (until, cycles) => {
      const before = parts.uart.text().length;
      runUntilOutput(parts, until, cycles);
      return parts.uart.text().slice(before);
    },
  };
  return { parts, session: openSession(device, maximumCycles) };
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
  const { parts, session } = machineOf(folder, image, timing);
  session.start();
  const { checked, wrong } = checkAnswers(folder, image, session);
  session.load(anyInput(image.inputBytes));
  const short = session.infer(1, 2);
  const stallsBefore = parts.timing === undefined ? undefined : readStatistics(parts.timing.statistics);
  const instructionsBefore = parts.state.instructions;
  const start = process.hrtime.bigint();
  const long = session.infer(image.iterations + 1, 0);
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  const instructions = parts.state.instructions - instructionsBefore;
  const lap = (long.lapMicroseconds - short.lapMicroseconds) / image.iterations;
  const simulatedCycles = (lap * image.clockHz) / 1e6;
  const measuredCycles = image.clockHz / image.measuredInferencesPerSecond;
  const stallsAfter = parts.timing === undefined ? undefined : readStatistics(parts.timing.statistics);
  const stalls = Object.fromEntries(
    Object.entries(stallsAfter ?? {}).map(([cause, amount]) => [
      cause,
      (amount - (stallsBefore?.[cause as StallCause] ?? 0)) / (image.iterations + 1),
    ]),
  ) as Record<StallCause, number>;
  return {
    name: image.name,
    measuredCycles,
    simulatedCycles,
    error: simulatedCycles / measuredCycles - 1,
    instructions: instructions / (image.iterations + 1),
    stalls,
    checkedAnswers: checked,
    wrongAnswers: wrong,
    millionInstructionsPerSecond: instructions / seconds / 1e6,
  };
}
