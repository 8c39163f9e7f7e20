/** What a debugger's packets ask, and the answers (GDB manual, appendix E). */
import type { Machine } from '../run/machine-door.ts';
import type { Resumption, Stopped, Watchpoint } from './execution.ts';
import { changeStop, readMemory, writeMemory } from './memory.ts';
import { fromHex, textToHex } from './packets.ts';
import {
  readAllRegisters,
  readRegister,
  targetDescription,
  writeAllRegisters,
  writeRegister,
} from './registers.ts';

export type SessionState = 'stopped' | 'running' | 'detached' | 'killed';

/** What the answers to packets work on. */
export type DebugContext = {
  machine: Machine;
  readonly restart: () => Machine;
  state: SessionState;
  resumption: Resumption;
  readonly breakpoints: Set<number>;
  watchpoints: readonly Watchpoint[];
  lastStop: Stopped;
  acknowledges: boolean;
};

const ok = 'OK';
const notSupported = '';
const badArgument = 'E16';

/** The answer to a packet; `undefined` for those that are answered by the next stop, or never. */
export function answerPacket(context: DebugContext, packet: string): string | undefined {
  const rest = packet.slice(1);
  const { machine } = context;
  switch (packet[0]) {
    case '?':
      return stopReply(context.lastStop);
    case 'g':
      return readAllRegisters(machine);
    case 'G':
      return writeAllRegisters(machine, rest) ? ok : badArgument;
    case 'p':
      return readRegister(machine, Number.parseInt(rest, 16)) ?? badArgument;
    case 'P': {
      const [number = '', value = ''] = rest.split('=');
      return writeRegister(machine, Number.parseInt(number, 16), value) ? ok : badArgument;
    }
    case 'm':
      return readMemory(machine, packet);
    case 'M':
    case 'X':
      return writeMemory(machine, packet);
    case 'Z':
    case 'z':
      return changeStop(context, packet);
    case 'c':
      return go(context, { kind: 'continue' });
    case 's':
      return go(context, { kind: 'step' });
    case 'D':
      context.state = 'detached';
      return ok;
    case 'k':
      context.state = 'killed';
      return undefined;
    case 'H':
    case 'T':
      return ok;
    case 'v':
      return answerVerb(context, packet);
    case 'q':
    case 'Q':
      return answerQuery(context, packet);
    default:
      return notSupported;
  }
}

function go(context: DebugContext, resumption: Resumption): undefined {
  context.resumption = resumption;
  context.state = 'running';
}

function answerVerb(context: DebugContext, packet: string): string | undefined {
  if (packet === 'vCont?') return 'vCont;c;C;s;S;r';
  if (packet.startsWith('vKill')) {
    context.state = 'killed';
    return ok;
  }
  const [, action = '', range = ''] = /^vCont;([cCsSr])([^;:]*)/.exec(packet) ?? [];
  if (action === '') return notSupported;
  if (action === 'c' || action === 'C') return go(context, { kind: 'continue' });
  if (action === 's' || action === 'S') return go(context, { kind: 'step' });
  const [start = Number.NaN, end = Number.NaN] = range.split(',').map((text) => Number.parseInt(text, 16));
  return go(context, { kind: 'range', start, end });
}

function answerQuery(context: DebugContext, packet: string): string {
  const [name = '', ...parameters] = packet.split(/[:,]/);
  switch (name) {
    case 'qSupported':
      return 'PacketSize=4000;qXfer:features:read+;QStartNoAckMode+;vContSupported+';
    case 'QStartNoAckMode':
      context.acknowledges = false;
      return ok;
    case 'qXfer':
      return transferDescription(packet);
    case 'qAttached':
      return '1';
    case 'qC':
      return 'QC1';
    case 'qfThreadInfo':
      return 'm1';
    case 'qsThreadInfo':
      return 'l';
    case 'qRcmd':
      return textToHex(monitor(context, new TextDecoder().decode(fromHex(parameters[0] ?? ''))));
    default:
      return notSupported;
  }
}

const monitorHelp = `reset   as after power-on; breakpoints stay
cycles  cycles and instructions since reset
help    this text
`;

/** What `monitor WORDS` in GDB prints. */
function monitor(context: DebugContext, words: string): string {
  const [command] = words.trim().split(/\s+/);
  if (command === 'reset') {
    context.machine = context.restart();
    context.machine.setBreakpoints(context.breakpoints);
    context.lastStop = { signal: 5 };
    return 'reset; let GDB read the registers again with `maintenance flush register-cache`\n';
  }
  if (command === 'cycles') {
    return `${context.machine.cycles()} cycles, ${context.machine.instructions()} instructions\n`;
  }
  return command === 'help' ? monitorHelp : `no command '${command}'\n${monitorHelp}`;
}

function transferDescription(packet: string): string {
  const found = /^qXfer:features:read:target\.xml:([0-9a-f]+),([0-9a-f]+)$/i.exec(packet);
  if (found === null) return packet.startsWith('qXfer:features:read:') ? 'E00' : notSupported;
  const offset = Number.parseInt(found[1] ?? '', 16);
  const part = targetDescription.slice(offset, offset + Number.parseInt(found[2] ?? '', 16));
  return (offset + part.length < targetDescription.length ? 'm' : 'l') + part;
}

export function stopReply({ signal, watch }: Stopped): string {
  const place = watch === undefined ? '' : `watch:${watch.toString(16)};`;
  return `T${signal.toString(16).padStart(2, '0')}${place}thread:1;`;
}
