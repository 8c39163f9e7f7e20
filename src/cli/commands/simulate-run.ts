/** Lets firmware run while its UART talks to someone: in slices, so that bytes come and go between them. */
import type { ByteLink } from '../../host/index.ts';
import type { Machine, StopReason } from '../../simulator/index.ts';
import { createQuietWatch } from './simulate-quiet.ts';

export type Ending =
  | 'breakpoint'
  | 'cycles'
  /** Whoever spoke to the UART will say nothing more, and the firmware waits. */
  | 'input-ended'
  | 'client-left'
  | 'interrupted'
  /** The debugger ended the firmware. */
  | 'killed';

export type RunSettings = {
  readonly machine: Machine;
  readonly uart: ByteLink;
  readonly maxCycles: number;
  /** Keeps input until the firmware waits for some: nobody in a pipe can see that it has started. */
  readonly holdsFirstInput: boolean;
  readonly isInterrupted: () => boolean;
  /** Runs for at most so many cycles. */
  readonly advance: (cycles: number) => StopReason;
  /** Takes the bytes that the firmware sent. */
  readonly onOutput: (bytes: Uint8Array) => void;
  /** The firmware has begun to wait. */
  readonly onQuiet: () => void;
};

/** Short enough for an answer within a millisecond or two. */
const sliceCycles = 200_000;
const restMilliseconds = 20;
/** Device time that firmware must have waited for before the end of its input ends the run. */
const quietSecondsAtEnd = 0.5;
/** Firmware that never waits as far as we can see gets its input after this much of device time. */
const longestStartSeconds = 0.2;

/** A line that the firmware sent goes out at once: whoever waits for it may have the next command ready. */
export function toNextLine(machine: Machine, breakpoint: number | undefined): RunSettings['advance'] {
  const isThere = (): boolean => machine.readRegister(15) === breakpoint;
  return (cycles) => {
    // The machine would pass over a breakpoint that a run begins on.
    if (isThere()) return 'breakpoint';
    return machine.run({ cycles, untilOutput: '\n' });
  };
}

/** Runs to an end that is not the firmware's own fault: those are thrown. */
export async function runWithUart(settings: RunSettings): Promise<Ending> {
  const { machine, uart, maxCycles } = settings;
  let isReady = !settings.holdsFirstInput;
  const quiet = createQuietWatch(machine, () => {
    isReady = true;
    settings.onQuiet();
  });
  while (true) {
    if (settings.isInterrupted()) return 'interrupted';
    isReady ||= machine.seconds() >= longestStartSeconds;
    const takesInput = isReady;
    const input = takesInput ? uart.take() : nothing;
    if (input.length > 0) machine.send(input);
    const remaining = maxCycles - machine.cycles();
    if (remaining <= 0) return 'cycles';
    const reason = settings.advance(Math.min(sliceCycles, remaining));
    const output = machine.uart.take();
    settings.onOutput(output);
    if (reason === 'breakpoint') return 'breakpoint';
    quiet.note(input.length + output.length > 0, reason === 'asleep');
    await uart.flush();
    const state = takesInput || uart.state() === 'closed' ? uart.state() : 'open';
    const ending = endingOf(state, machine, quiet.seconds());
    if (ending !== undefined) return ending;
    if (quiet.mayRest() && uart.state() === 'open') await uart.wait(restMilliseconds);
    else await nextTurn();
  }
}

function endingOf(state: ReturnType<ByteLink['state']>, machine: Machine, quietSeconds: number) {
  if (state === 'closed') return 'client-left';
  const hasAllInput = state === 'input-ended' && machine.unreadBytes() === 0;
  return hasAllInput && quietSeconds >= quietSecondsAtEnd ? 'input-ended' : undefined;
}

const nothing = new Uint8Array();

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
