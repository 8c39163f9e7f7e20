/** A debugger's session with a machine: packets in, packets out; who carries them, and when it runs, is the caller's. */
import type { Machine } from '../run/machine-door.ts';
import { answerPacket, type DebugContext, type SessionState, stopReply } from './answer.ts';
import { type Progress, resume, type Stopped } from './execution.ts';
import { createPacketReader, encodePacket, type PacketEvent, textToHex } from './packets.ts';

export type DebugSession = {
  readonly state: () => SessionState;
  /** Of now: `monitor reset` makes another. */
  readonly machine: () => Machine;
  /** Takes Latin-1 text of the debugger; gives what to send back. */
  receive(text: string): string;
  /** Goes on for about `cycles` while `running`; gives what to send, and whether only new input can wake the core. */
  advance(cycles: number): { readonly reply: string; readonly isAsleep: boolean };
};

/** `restart` gives a machine as after power-on, with the same image. */
export function createDebugSession(restart: () => Machine): DebugSession {
  const context: DebugContext = {
    machine: restart(),
    restart,
    state: 'stopped',
    resumption: { kind: 'continue' },
    breakpoints: new Set(),
    watchpoints: [],
    lastStop: { signal: 5 },
    acknowledges: true,
  };
  const read = createPacketReader();
  let lastSent = '';
  const send = (payload: string): string => {
    lastSent = encodePacket(payload);
    return lastSent;
  };
  const answerEvent = (event: PacketEvent): string => {
    if (event.kind === 'again') return lastSent;
    if (event.kind === 'corrupt') return context.acknowledges ? '-' : '';
    if (event.kind === 'interrupt') {
      return context.state === 'running' ? stop(context, { signal: 2 }).map(send).join('') : '';
    }
    const acknowledgement = context.acknowledges ? '+' : '';
    const answer = answerPacket(context, event.payload);
    return acknowledgement + (answer === undefined ? '' : send(answer));
  };
  return {
    state: () => context.state,
    machine: () => context.machine,
    receive: (text) => read(text).map(answerEvent).join(''),
    advance: (cycles) => {
      const { machine, resumption } = context;
      const progress: Progress = resume(machine, resumption, context, cycles);
      if (progress === 'running' || progress === 'asleep') {
        return { reply: '', isAsleep: progress === 'asleep' };
      }
      return { reply: stop(context, progress).map(send).join(''), isAsleep: false };
    },
  };
}

/** What the firmware did wrong goes to the user's console, before the stop itself. */
function stop(context: DebugContext, stopped: Stopped): readonly string[] {
  context.state = 'stopped';
  context.lastStop = stopped;
  const { message } = stopped;
  return [...(message === undefined ? [] : [`O${textToHex(`${message}\n`)}`]), stopReply(stopped)];
}
