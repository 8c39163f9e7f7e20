/** Carries packets between a debugger and a simulated machine, and UART bytes beside them. */
import type { ByteLink } from '../../host/index.ts';
import type { DebugSession } from '../../simulator/index.ts';
import type { Ending } from './simulate-run.ts';

export type DebuggedRun = {
  readonly session: DebugSession;
  readonly debugger: ByteLink;
  readonly uart: ByteLink;
  readonly maxCycles: number;
  readonly isInterrupted: () => boolean;
  readonly onOutput: (bytes: Uint8Array) => void;
};

const sliceCycles = 500_000;
const restMilliseconds = 20;

/** Runs as the debugger says, until it leaves: `detached` lets the firmware go on alone. */
export async function runWithDebugger(run: DebuggedRun): Promise<Ending | 'detached'> {
  const { session, debugger: link, uart } = run;
  while (true) {
    if (run.isInterrupted()) return 'interrupted';
    const reply = session.receive(latin1Decoder.decode(link.take()));
    link.write(latin1(reply));
    if (session.state() === 'detached') return 'detached';
    if (session.state() === 'killed' || link.state() !== 'open') return 'killed';
    if (session.state() === 'stopped') {
      await link.wait(1000);
      continue;
    }
    const machine = session.machine();
    const input = uart.take();
    if (input.length > 0) machine.send(input);
    const remaining = run.maxCycles - machine.cycles();
    if (remaining <= 0) return 'cycles';
    const { reply: stop, isAsleep } = session.advance(Math.min(sliceCycles, remaining));
    run.onOutput(machine.uart.take());
    link.write(latin1(stop));
    await link.wait(isAsleep ? restMilliseconds : 0);
  }
}

const latin1Decoder = { decode: (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1') };
const latin1 = (text: string): Uint8Array => Buffer.from(text, 'latin1');
