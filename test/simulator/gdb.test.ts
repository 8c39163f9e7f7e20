/** A debugger's session: packets as GDB sends them, and what GDB is to be told. */
import { describe, expect, test } from 'vitest';
import { createDebugSession, createMachine, type DebugSession } from '../../src/simulator/index.ts';
import { elfFile } from './elf-file.ts';
import { flashImage, flashStart, programStart, programs } from './programs.ts';

function sessionWith(program: string): DebugSession {
  const image = elfFile({
    segments: [{ address: flashStart, bytes: flashImage(program) }],
    functions: [{ name: 'main', address: programStart, bytes: program.length / 2 }],
  });
  const session = createDebugSession(() => createMachine(image, 'stm32f746'));
  session.receive(packet('QStartNoAckMode'));
  return session;
}

function packet(payload: string): string {
  const sum = [...payload].reduce((total, character) => total + character.charCodeAt(0), 0) & 0xff;
  return `$${payload}#${sum.toString(16).padStart(2, '0')}`;
}

/** The payloads in an answer, which has to be whole packets. */
function payloads(answer: string): readonly string[] {
  const found = [...answer.matchAll(/\$([^#]*)#([0-9a-f]{2})/g)];
  expect(found.map(([whole]) => whole).join('')).toBe(answer);
  for (const [whole, payload = ''] of found) expect(packet(payload)).toBe(whole);
  return found.map(([, payload = '']) => payload);
}

const ask = (session: DebugSession, payload: string): string | undefined =>
  payloads(session.receive(packet(payload)))[0];

/** Resumes, and gives what the debugger is told when it stops. */
function until(session: DebugSession, payload: string, cycles = 100_000): readonly string[] {
  expect(session.receive(packet(payload))).toBe('');
  expect(session.state()).toBe('running');
  return payloads(session.advance(cycles).reply);
}

const little = (value: number): string =>
  (value.toString(16).padStart(8, '0').match(/../g) ?? []).reverse().join('');

describe('packets', () => {
  test('are acknowledged until the debugger wants no more of it, refused where they are damaged', () => {
    const session = createDebugSession(() => createMachine(flashImage(programs.loop), 'stm32f746'));
    expect(session.receive('$?#3f')).toBe('+$T05thread:1;#d7');
    expect(session.receive('$?#40')).toBe('-');
    expect(session.receive('-')).toBe('$T05thread:1;#d7');
    expect(session.receive('+')).toBe('');
    expect(session.receive(packet('QStartNoAckMode'))).toBe('+$OK#9a');
    expect(session.receive('$?#3f')).toBe('$T05thread:1;#d7');
    expect(session.receive('$?#40')).toBe('');
  });

  test('may come in pieces, or several at once', () => {
    const session = sessionWith(programs.loop);
    expect(session.receive('$')).toBe('');
    expect(session.receive('?#3')).toBe('');
    expect(payloads(session.receive('f$qC#b4$m0'))).toEqual(['T05thread:1;', 'QC1']);
  });

  test('that are not known are answered as such', () => {
    const session = sessionWith(programs.loop);
    for (const unknown of ['vMustReplyEmpty', 'qTStatus', 'Z4,20000000,4', 'vCont;t', 'b']) {
      expect(ask(session, unknown)).toBe('');
    }
  });
});

describe('what GDB asks first', () => {
  test('the description says what core it is, and comes in parts', () => {
    const session = sessionWith(programs.loop);
    expect(ask(session, 'qSupported:swbreak+')).toMatch(/PacketSize=[0-9a-f]+;.*qXfer:features:read\+/);
    const first = ask(session, 'qXfer:features:read:target.xml:0,40') ?? '';
    expect(first).toMatch(/^m<\?xml/);
    expect(first).toHaveLength(1 + 0x40);
    const rest = ask(session, 'qXfer:features:read:target.xml:40,4000') ?? '';
    const xml = first.slice(1) + rest.slice(1);
    expect(rest[0]).toBe('l');
    expect(xml).toMatch(/org\.gnu\.gdb\.arm\.m-profile.*name="xpsr".*org\.gnu\.gdb\.arm\.vfp.*name="fpscr"/s);
    expect(ask(session, 'qXfer:features:read:other.xml:0,40')).toBe('E00');
  });

  test('there is one thread', () => {
    const session = sessionWith(programs.loop);
    expect(
      ['qC', 'qfThreadInfo', 'qsThreadInfo', 'qAttached', 'Hg0', 'T1'].map((text) => ask(session, text)),
    ).toEqual(['QC1', 'm1', 'l', '1', 'OK', 'OK']);
  });
});

describe('registers and memory', () => {
  test('one register and all of them', () => {
    const session = sessionWith(programs.loop);
    expect(ask(session, 'pd')).toBe(little(0x2000_1000));
    expect(ask(session, 'pf')).toBe(little(programStart));
    expect(ask(session, `P3=${little(0x1234_5678)}`)).toBe('OK');
    // d1 is s2 and s3.
    expect(ask(session, 'P12=0102030405060708')).toBe('OK');
    expect(session.machine().readFloatRegister(3)).toBe(0x0807_0605);
    const all = ask(session, 'g') ?? '';
    expect(all).toHaveLength(2 * (17 * 4 + 16 * 8 + 4));
    expect(all.slice(24, 32)).toBe(little(0x1234_5678));
    expect(all.slice(2 * (17 * 4 + 8), 2 * (17 * 4 + 16))).toBe('0102030405060708');
    expect(ask(session, `G${all.replace(little(0x1234_5678), little(0x9abc_def0))}`)).toBe('OK');
    expect(session.machine().readRegister(3)).toBe(0x9abc_def0);
    expect(ask(session, 'p40')).toBe('E16');
    expect(ask(session, 'P3=12')).toBe('E16');
  });

  test('memory in digits and in bytes, flash too; what is none is said', () => {
    const session = sessionWith(programs.loop);
    expect(ask(session, 'm8000400,2')).toBe('fee7');
    expect(ask(session, 'M20000010,4:0a0b0c0d')).toBe('OK');
    expect(ask(session, 'X20000014,3:\x01}\x03\x7d\x5d')).toBe('OK');
    expect(ask(session, 'm20000010,7')).toBe('0a0b0c0d01237d');
    expect(ask(session, 'M8000400,2:00be')).toBe('OK');
    expect(ask(session, 'm8000400,2')).toBe('00be');
    expect(ask(session, 'm60000000,4')).toBe('E0e');
    expect(ask(session, 'm20000010,x')).toBe('E16');
    // CPUID, half of it, and two registers of the RCC: CR and PLLCFGR after reset.
    expect(ask(session, 'me000ed00,4')).toBe('71c20f41');
    expect(ask(session, 'me000ed02,2')).toBe('0f41');
    expect(ask(session, 'm40023800,8')).toBe('8300000010300024');
    expect(ask(session, 'M20000010,4:0a0b')).toBe('E16');
  });
});

describe('running', () => {
  test('step, range of steps, breakpoint, interrupt', () => {
    const session = sessionWith(programs.echoPlusOne);
    const pc = (): number => session.machine().readRegister(15) - programStart;
    expect(until(session, 's')).toEqual(['T05thread:1;']);
    expect(pc()).toBe(2);
    expect(until(session, 'vCont;r8000402,8000408:1')).toEqual(['T05thread:1;']);
    expect(pc()).toBe(8);
    expect(ask(session, 'Z0,8000410,2')).toBe('OK');
    expect(until(session, 'vCont;c')).toEqual([]);
    session.machine().send('A');
    expect(payloads(session.advance(100_000).reply)).toEqual(['T05thread:1;']);
    expect(pc()).toBe(0x10);
    expect(ask(session, 'z0,8000410,2')).toBe('OK');
    expect(until(session, 'c')).toEqual([]);
    expect(session.machine().uart.text()).toBe('B');
    expect(payloads(session.receive('\x03'))).toEqual(['T02thread:1;']);
    expect(session.state()).toBe('stopped');
  });

  test('a breakpoint that a slice of running ends on is not passed over', () => {
    const session = sessionWith('00bf00bf00bf00bffee7');
    expect(ask(session, 'Z1,8000404,2')).toBe('OK');
    session.receive(packet('c'));
    let reply = '';
    while (reply === '' && session.machine().cycles() < 1000) reply = session.advance(1).reply;
    expect(payloads(reply)).toEqual(['T05thread:1;']);
    expect(session.machine().readRegister(15)).toBe(0x0800_0404);
  });

  test('watched bytes stop it behind the instruction that changes them', () => {
    // r0 = 0x20000000; 1: r1 += 1; [r0] = r1; b 1b
    const session = sessionWith('4ff0005001310160fce7');
    session.machine().writeMemory(0x2000_0000, Uint8Array.of(0, 0, 0, 0));
    session.machine().writeRegister(1, 0);
    expect(ask(session, 'Z2,20000000,4')).toBe('OK');
    expect(until(session, 'c')).toEqual(['T05watch:20000000;thread:1;']);
    expect(session.machine().readRegister(15)).toBe(programStart + 8);
    expect(ask(session, 'm20000000,4')).toBe('01000000');
    expect(ask(session, 'z2,20000000,4')).toBe('OK');
    expect(until(session, 'c')).toEqual([]);
    expect(ask(session, 'Z2,60000000,4')).toBe('E0e');
  });

  test.each([
    ['a fault', programs.load, { patches: { 8: 0x6000_0000 } }, 'T0bthread:1;', /PRECISERR/, 2],
    ['an undefined instruction', programs.undefined, {}, 'T04thread:1;', /UNDEFINSTR/, 2],
    ['BKPT', programs.breakpoint, {}, 'T05thread:1;', /BKPT 3/, 0],
  ])(
    '%s stops it where it happened, and the debugger says why',
    (_, program, options, stop, says, offset) => {
      const session = createDebugSession(() => createMachine(flashImage(program, options), 'stm32f746'));
      session.receive(packet('QStartNoAckMode'));
      const [message = '', reply] = until(session, 'c');
      expect(reply).toBe(stop);
      expect(message[0]).toBe('O');
      expect(Buffer.from(message.slice(1), 'hex').toString()).toMatch(says);
      expect(session.machine().readRegister(15)).toBe(programStart + offset);
    },
  );

  test('a core that sleeps says so', () => {
    const session = sessionWith('30bffde7');
    session.receive(packet('c'));
    expect(session.advance(1000)).toEqual({ reply: '', isAsleep: true });
    expect(session.state()).toBe('running');
  });
});

describe('monitor', () => {
  const monitor = (session: DebugSession, words: string): string =>
    Buffer.from(ask(session, `qRcmd,${Buffer.from(words).toString('hex')}`) ?? '', 'hex').toString();

  test('reset: as after power-on, with the breakpoints that were set', () => {
    const session = sessionWith('00bf00bf00bffee7');
    ask(session, 'Z1,8000404,2');
    until(session, 'c');
    session.machine().writeMemory(0x2000_0000, Uint8Array.of(1, 2, 3, 4));
    expect(monitor(session, 'reset')).toMatch(/reset/);
    expect(session.machine().readRegister(15)).toBe(programStart);
    expect(session.machine().cycles()).toBe(0);
    expect(ask(session, 'm20000000,4')).not.toBe('01020304');
    expect(until(session, 'c')).toEqual(['T05thread:1;']);
    expect(session.machine().readRegister(15)).toBe(programStart + 4);
  });

  test('cycles, help, and what it does not know', () => {
    const session = sessionWith(programs.loop);
    expect(monitor(session, 'cycles')).toBe('0 cycles, 0 instructions\n');
    expect(monitor(session, 'help')).toMatch(/reset .*\ncycles/);
    expect(monitor(session, 'halt')).toMatch(/no command 'halt'/);
  });
});

describe('leaving', () => {
  test.each([
    ['D', 'detached', ['OK']],
    ['k', 'killed', []],
    ['vKill;1', 'killed', ['OK']],
  ])('%s', (payload, state, answers) => {
    const session = sessionWith(programs.loop);
    expect(payloads(session.receive(packet(payload)))).toEqual(answers);
    expect(session.state()).toBe(state);
  });
});
