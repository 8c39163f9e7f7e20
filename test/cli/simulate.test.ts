/** `mcunet simulate`: firmware on standard streams, TCP and a pseudo-terminal; what it prints; wrong images of every kind. */
import { once } from 'node:events';
import { closeSync, constants, existsSync, openSync, readSync, writeFileSync, writeSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, describe, expect, test } from 'vitest';
import { elfFile } from '../simulator/elf-file.ts';
import { flashImage, flashStart, type ImageOptions, programStart, programs } from '../simulator/programs.ts';
import { runCommandLine, temporaryFolder } from '../support/command-line.ts';
import { startSimulation } from '../support/simulation.ts';

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

function file(name: string, content: Uint8Array | string): string {
  const path = join(folder.path, name);
  writeFileSync(path, content);
  return path;
}

/** An ELF file of one program in the function `main`. */
function elf(program: string, name = 'main', options: ImageOptions = {}): Uint8Array {
  return elfFile({
    segments: [{ address: flashStart, bytes: flashImage(program, options) }],
    functions: [{ name, address: programStart, bytes: program.length / 2 }],
  });
}

const echo = file('echo.bin', flashImage(programs.echoPlusOne));
const echoElf = file('echo.elf', elf(programs.echoPlusOne));
const loop = file('loop.elf', elf(programs.loop, 'wait_for_ever'));

/** As `echoPlusOne`, but between the UART's start and the first look at it, `r2 = 100000; 1: subs r2, #1; bne 1b`. */
const lateEcho = '07488b21c1600d210160064a013afdd1c1698906fcd5416a01318162f8e7000000100140a0860100';

async function simulateWith(input: string, words: readonly string[]) {
  using simulation = startSimulation(words);
  simulation.process.stdin?.end(input);
  return await simulation.ended;
}

describe('standard streams', () => {
  test('firmware answers, and the end of the input ends the run once it waits', async () => {
    const { exitCode, stdout, stderr } = await simulateWith('HAL9000', ['--elf', echo]);
    expect(stdout).toBe('IBM:111');
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(/input of the UART has ended and the firmware waits, in 0x0800040[0-9a-f]\n/);
    expect(stderr).toMatch(/cycles, .* ms of device time, .* instructions, now at 16 MHz/);
  });

  test('--quiet leaves nothing but what the firmware sends', async () => {
    const { stdout, stderr } = await simulateWith('A', ['--elf', echo, '--quiet']);
    expect([stdout, stderr]).toEqual(['B', '']);
  });

  test('--json is all that is on standard output, with the UART in it', async () => {
    const { stdout, exitCode } = await simulateWith('HAL', ['--elf', echoElf, '--json', '--profile']);
    expect(exitCode).toBe(0);
    const outcome = JSON.parse(stdout);
    expect(outcome).toMatchObject({ ending: 'input-ended', uart: 'IBM', coreHz: 16e6 });
    expect(outcome.deviceSeconds).toBeCloseTo(outcome.cycles / 16e6, 9);
    const [entry] = outcome.profile;
    expect(outcome.profile).toHaveLength(1);
    expect(entry).toMatchObject({ symbol: 'main', address: programStart, cycles: expect.any(Number) });
    expect(entry.stalls).toEqual(outcome.stalls);
    expect(outcome.profile[0].cycles).toBeLessThanOrEqual(outcome.cycles);
  });

  test('input waits for firmware that has not begun to listen', async () => {
    const { stdout, exitCode } = await simulateWith('HAL', ['--elf', file('late.bin', flashImage(lateEcho))]);
    expect([stdout, exitCode]).toEqual(['IBM', 0]);
  });

  test('a core that sleeps for ever ends at once with its input', async () => {
    const asleep = file('asleep.bin', flashImage('30bffde7'));
    const { exitCode, stderr } = await simulateWith('', ['--elf', asleep]);
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(/the firmware waits/);
  });
});

describe('what it prints', () => {
  test('--profile: functions by cycles, and where cycles went', async () => {
    const { stdout } = await simulateWith('A', ['--elf', echoElf, '--profile']);
    expect(stdout).toMatch(/^B\n/);
    expect(stdout).toMatch(
      / share +cycles +instructions +cycles\/instr +D-cache stalls +mispredicted +dual-issued +function\n100\.0 % .* main\n/,
    );
    expect(stdout).toMatch(/D-cache stalls .*\nI-cache stalls .*\nmispredicted branches /);
  });

  test('--break: before the function, with the registers', async () => {
    const { exitCode, stdout, stderr } = await simulateWith('', ['--elf', echoElf, '--break', 'main']);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/sp 20001000 .*pc 08000400/);
    expect(stderr).toMatch(/^breakpoint, in main \(0x08000400\)\n0 cycles/);
  });

  test('--break takes addresses', async () => {
    const { stdout } = await simulateWith('A', ['--elf', echo, '--break', '0x08000416', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      ending: 'breakpoint',
      registers: { pc: 0x0800_0416, r1: 0x42 },
    });
  });

  test('--trace: address, encoding, assembly and what changed', async () => {
    const { stderr } = await simulateWith('A', ['--elf', echoElf, '--trace', '--max-cycles', '2000']);
    expect(stderr).toMatch(/^main:\n/);
    expect(stderr).toMatch(/\n? +0 {2}08000400 {2}4805 +ldr +r0, 0x8000418 {2}; r0=40011000\n/);
    expect(stderr).toMatch(/ {2}08000412 {2}3101 +adds +r1, r1, #1 {2}; r1=00000042/);
    expect(stderr).toMatch(/ {2}08000414 {2}6281 +str +r1, \[r0, #40\]\n/);
  });
});

describe('TCP', () => {
  async function connected(): Promise<{ simulation: ReturnType<typeof startSimulation>; socket: Socket }> {
    const simulation = startSimulation(['--elf', echo, '--uart', 'tcp:0']);
    const [, port] = await simulation.says(/UART: 127\.0\.0\.1:(\d+), waiting for a client/);
    const socket = connect({ port: Number(port), host: '127.0.0.1', allowHalfOpen: true });
    await once(socket, 'connect');
    return { simulation, socket };
  }

  test('a client talks to the firmware; when it leaves, the run ends well', async () => {
    const { simulation, socket } = await connected();
    using _ = simulation;
    socket.write('HAL');
    let text = '';
    while (text.length < 3) text += String((await once(socket, 'data'))[0]);
    expect(text).toBe('IBM');
    socket.resetAndDestroy();
    const { exitCode, stdout, stderr } = await simulation.ended;
    expect(exitCode).toBe(0);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/whoever was at the UART has left, in 0x0800/);
  });

  test('a client that has said all still gets its answers', async () => {
    const { simulation, socket } = await connected();
    using _ = simulation;
    let text = '';
    socket.on('data', (chunk) => {
      text += String(chunk);
    });
    const closed = once(socket, 'close');
    socket.end('HAL9000');
    expect((await simulation.ended).exitCode).toBe(0);
    await closed;
    expect(text).toBe('IBM:111');
  });

  test('a port that is taken is a clear line', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const { exitCode, stderr } = runCommandLine(['simulate', '--elf', echo, '--uart', `tcp:${port}`]);
    server.close();
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(
      new RegExp(`^error: TCP port ${port} cannot be opened \\(EADDRINUSE\\); .* \\[PORT_NOT_OPENED\\]\n$`),
    );
  });

  test('Ctrl-C while nobody has come ends it', async () => {
    using simulation = startSimulation(['--elf', echo, '--uart', 'tcp:0']);
    await simulation.says(/waiting for a client/);
    simulation.process.kill('SIGINT');
    expect((await simulation.ended).exitCode).toBe(130);
  });
});

const hasScript = existsSync('/usr/bin/script');

if (!hasScript) {
  test('needs the program script, of util-linux', ({ skip }) => {
    if (process.env.CI === 'true') throw new Error('script is missing, and CI must run this tier');
    skip();
  });
}

describe.runIf(hasScript)('pseudo-terminal', () => {
  test('clients come and go; bytes pass as they are; Ctrl-C ends it with its results', async () => {
    using simulation = startSimulation(['--elf', echo, '--uart', 'pty', '--profile']);
    const [, path = ''] = await simulation.says(/UART: (\/dev\/\S+)/);
    for (const [sent, answer] of [
      ['HAL', 'IBM'],
      // A terminal that is not raw would take these for line ends, an end of file and an interrupt.
      ['\x0c\x0d\x03\x02\x12', '\x0d\x0e\x04\x03\x13'],
    ]) {
      expect(await talk(path, sent ?? '', answer?.length ?? 0)).toBe(answer);
    }
    simulation.process.kill('SIGINT');
    const { exitCode, stdout, stderr } = await simulation.ended;
    expect(exitCode).toBe(130);
    expect(stdout).toMatch(/share +cycles/);
    expect(stderr).toMatch(/\ninterrupted, in 0x0800/);
    // The kernel takes it away with the last process that holds it.
    await expect.poll(() => existsSync(path)).toBe(false);
  });
});

async function talk(path: string, text: string, expectedBytes: number): Promise<string> {
  const terminal = openSync(path, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
  writeSync(terminal, Buffer.from(text, 'latin1'));
  let answer = '';
  for (let tries = 0; answer.length < expectedBytes && tries < 500; tries += 1) {
    const bytes = Buffer.alloc(64);
    try {
      answer += bytes.toString('latin1', 0, readSync(terminal, bytes));
    } catch {
      await delay(10);
    }
  }
  closeSync(terminal);
  return answer;
}

describe('wrong input', () => {
  const flash = flashImage(programs.echoPlusOne);
  const whole = elf(programs.echoPlusOne);
  const segment = { address: flashStart, bytes: flash };
  const overlapping = elfFile({ segments: [segment, { address: flashStart + 16, bytes: flash }] });

  test.each<[string, Uint8Array | string, readonly string[], number, RegExp]>([
    [
      'an ELF file for another architecture',
      elfFile({ segments: [segment], machine: 62 }),
      [],
      2,
      /x86-64 code/,
    ],
    ['a truncated ELF file', whole.subarray(0, whole.length - 100), [], 2, /ELF_MALFORMED/],
    ['overlapping segments', overlapping, [], 2, /segments overlap: .* at 0x08000000 reach over 0x08000010/],
    ['an empty file', '', [], 2, /0 bytes are too few for a flash image/],
    ['erased flash', new Uint8Array(64).fill(0xff), [], 2, /no vector table at 0x08000000/],
    [
      'a reset vector into nowhere',
      flashImage(programs.loop, { reset: 0x6000_0001 }),
      [],
      2,
      /reset vector 0x60000001 is not in memory/,
    ],
    [
      'a stack outside RAM',
      flashImage(programs.loop, { stackPointer: 0x3000_0000 }),
      [],
      2,
      /stack at 0x30000000, which is not in RAM/,
    ],
    ['more than the chip has', new Uint8Array(2_000_000), [], 2, /2000000 bytes for 0x08000000/],
    ['an unknown chip', flash, ['--chip', 'stm32f103'], 2, /no chip named 'stm32f103'.*stm32f746/],
    ['an unknown symbol', whole, ['--break', 'mian'], 2, /no symbol 'mian'; the nearest are main/],
    ['an unknown place for the UART', flash, ['--uart', 'com1'], 2, /stdio, pty or tcp:PORT/],
    ['a port that is none', flash, ['--gdb', '70000'], 2, /0 to 65535/],
    ['two who want to run it', flash, ['--gdb', '0', '--trace'], 2, /cannot be used with/],
    ['a limit that is none', flash, ['--max-cycles', 'many'], 2, /whole number/],
    [
      'a fault',
      elf(programs.load, 'main', { patches: { 8: 0x6000_0000 } }),
      [],
      3,
      /main\+0x2 .*CFSR 0x0*8200 PRECISERR BFARVALID.*\[FIRMWARE_FAULT\]/,
    ],
    [
      'an undefined instruction',
      elf(programs.undefined),
      [],
      3,
      /main\+0x2 .*undefined instruction: encoding de07/,
    ],
    ['an assertion', elf(programs.breakpoint), [], 3, /main .*BKPT 3/],
    ['a reset', elf(programs.reset), [], 3, /asks for a reset/],
  ])('%s', async (_, content, words, exitCode, says) => {
    const path = file('image', content);
    const ended = await simulateWith('', ['--elf', path, ...words]);
    expect(ended.stderr).toMatch(says);
    expect(ended.stderr.trimEnd().split('\n').at(-1)).toMatch(/^error: /);
    expect(ended.stderr).not.toMatch(/\n\s+at /);
    expect(ended.exitCode).toBe(exitCode);
  });

  test('an infinite loop, bounded, with where it was', async () => {
    const { exitCode, stderr } = await simulateWith('', ['--elf', loop, '--max-cycles', '100000']);
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/wait_for_ever \(0x08000400\): still running after 100000 cycles; .*--max-cycles/);
  });

  test('a missing file', () => {
    const { exitCode, stderr } = runCommandLine(['simulate', '--elf', 'absent.elf']);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^error: absent\.elf: no such file/);
  });
});
