/** The board's protocol against the simulator on a pseudo-terminal, and what is said where something is missing. */
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { at, type Command, Failure, type Host, type ProcessResult } from '../../src/base/index.ts';
import { type BoardOptions, type BoardRequest, measureOnBoard } from '../../src/board/index.ts';
import { buildFirmware } from '../../src/firmware/index.ts';
import { nodeHost } from '../../src/host/index.ts';
import { simulateInferences } from '../../src/measurement/index.ts';
import { compileModel } from '../../src/pipeline/index.ts';
import { interpret } from '../../src/reference/index.ts';
import { findTarget } from '../../src/target/index.ts';
import { describeWithArmCompiler } from '../firmware/toolchains.ts';
import { memoryHost } from '../support/memory-host.ts';
import { type Simulation, startSimulation } from '../support/simulation.ts';
import { scoresModel } from '../support/small-models.ts';

const target = findTarget('stm32f746');
const options: BoardOptions = { port: '/dev/board', programmer: 'auto', probe: undefined };

type Said = { readonly exitCode?: number; readonly text: string };

function reply({ exitCode = 0, text }: Said): ProcessResult {
  return { exitCode, timedOut: false, stdout: new Uint8Array(), stderr: text };
}

function absent(command: Command): never {
  throw new Failure({
    code: 'PROGRAM_NOT_FOUND',
    kind: 'toolchain',
    message: 'absent',
    where: command.argv[0],
  });
}

const idcode = (id: string) => `Info : STLINK V2J40\n0xe0042000: 1001${id.padStart(4, '6')} \n`;
const request = { elf: new Uint8Array(4), target: 'stm32f746', inputs: [], expected: [], options };

/** What OpenOCD or ST's programmer says to each question, by a word of its command line. */
function bench(
  program: string,
  answers: Readonly<Record<string, Said>>,
): { host: Host; commands: Command[] } {
  const commands: Command[] = [];
  const host = memoryHost({}, async (command) => {
    if (command.argv[0] !== program) return absent(command);
    commands.push(command);
    const words = command.argv.join(' ');
    const found = Object.entries(answers).find(([word]) => words.includes(word));
    return reply(found?.[1] ?? { text: '' });
  });
  return { host, commands };
}

const failureOf = (work: Promise<unknown>): Promise<Failure> =>
  work.then(
    () => Promise.reject(new Error('it worked')),
    (error: unknown) => (error instanceof Failure ? error : Promise.reject(error)),
  );

describe('a board that cannot be measured', () => {
  test.each<[string, string, Readonly<Record<string, Said>>, string, RegExp]>([
    ['no programmer', 'none', {}, 'BOARD_PROGRAMMER_MISSING', /apt-get install openocd/],
    [
      'no board on OpenOCD',
      'openocd',
      { mdw: { exitCode: 1, text: 'Open On-Chip Debugger 0.12.0\nError: open failed\n' } },
      'BOARD_NOT_FOUND',
      /openocd finds no board: Error: open failed/,
    ],
    [
      "no board on ST's programmer",
      'STM32_Programmer_CLI',
      { 'port=SWD': { exitCode: 1, text: 'Error: No debug probe detected.\n' } },
      'BOARD_NOT_FOUND',
      /No debug probe detected/,
    ],
    [
      'another chip',
      'openocd',
      { mdw: { text: idcode('6451') } },
      'BOARD_WRONG_CHIP',
      /STM32F76x\/77x.*nothing was flashed/,
    ],
    [
      'a flash that fails',
      'openocd',
      {
        mdw: { text: idcode('6449') },
        program: { exitCode: 1, text: '** Verify Failed **\nError: checksum mismatch\n' },
      },
      'BOARD_FLASH_FAILED',
      /checksum mismatch/,
    ],
  ])('%s', async (_, program, answers, code, words) => {
    const failure = await failureOf(measureOnBoard(request, bench(program, answers).host));
    expect(failure).toMatchObject({ code, kind: 'toolchain' });
    expect(failure.toLine()).toMatch(words);
  });

  test('another chip is not flashed', async () => {
    const { host, commands } = bench('openocd', { mdw: { text: idcode('6419') } });
    await failureOf(measureOnBoard(request, host));
    expect(commands.some(({ argv }) => argv.join(' ').includes('program {'))).toBe(false);
  });

  test('no serial port of a probe', async () => {
    const { host } = bench('openocd', { mdw: { text: idcode('6449') } });
    const failure = await failureOf(
      measureOnBoard({ ...request, options: { ...options, port: undefined } }, host),
    );
    expect(failure.code).toBe('BOARD_PORT_MISSING');
  });

  test('one that says nothing', { timeout: 60_000 }, async () => {
    const { host } = bench('STM32_Programmer_CLI', { 'port=SWD': { text: 'Device ID   : 0x449\n' } });
    const silent = {
      take: () => new Uint8Array(),
      write: () => undefined,
      wait: async () => undefined,
      close: () => undefined,
    };
    const failure = await failureOf(
      measureOnBoard(
        {
          ...request,
          inputs: [new Int8Array(1), new Int8Array(1)],
          expected: [new Int8Array(1), new Int8Array(1)],
        },
        { ...host, openSerialPort: async () => silent },
      ),
    );
    expect(failure).toMatchObject({ code: 'BOARD_SILENT' });
  });

  test('no such serial port', async () => {
    const failure = await failureOf(nodeHost().openSerialPort('/dev/mcunet-none'));
    expect(failure).toMatchObject({ code: 'SERIAL_PORT_NOT_OPENED', where: '/dev/mcunet-none' });
  });
});

/** A board with a probe: what is flashed is simulated, and its serial port is a pseudo-terminal. */
async function withSimulatedBoard<T>(body: (host: Host) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'mcunet-bench-'));
  let simulation: Simulation | undefined;
  let port = '';
  const host: Host = {
    ...nodeHost(),
    async run(command) {
      if (command.argv[0] !== 'openocd') return nodeHost().run(command);
      const words = command.argv.join(' ');
      if (words.includes('mdw')) return reply({ text: idcode('6449') });
      const elf = /program \{(.*)\} verify reset exit/.exec(words)?.[1];
      if (elf !== undefined) {
        copyFileSync(elf, join(folder, 'flashed.elf'));
        simulation = startSimulation(['--elf', join(folder, 'flashed.elf'), '--uart', 'pty']);
        [, port = ''] = await simulation.says(/UART: (\/dev\/\S+)/);
      }
      return reply({ text: '** Verified OK **' });
    },
    openSerialPort: () => nodeHost().openSerialPort(port),
  };
  try {
    return await body(host);
  } finally {
    simulation?.process.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  }
}

describeWithArmCompiler('the protocol, against the simulator on a pseudo-terminal', (toolchain) => {
  const { schedule, tree, graph } = compileModel(scoresModel(), 'small.tflite', 'small', target);
  const inputs = [Int8Array.of(1, -2, 3, -4), Int8Array.of(100, -128, 127, 0)];
  const expected = inputs.map((input) => Int8Array.from(at(interpret(graph, [input]).outputs, 0)));
  const flashed = async (changes: Partial<BoardRequest> = {}) => {
    const image = await buildFirmware(tree, target, toolchain, { name: 'board' });
    const request = { elf: image.elf, target: target.name, inputs, expected, options, ...changes };
    return { image, measure: () => withSimulatedBoard((host) => measureOnBoard(request, host)) };
  };

  test('counts what the simulator counts, and compares what the chip computes', {
    timeout: 120_000,
  }, async () => {
    const { image, measure } = await flashed();
    const measured = await measure();
    const simulated = simulateInferences({ image, target, schedule, inputs, expected });
    expect(measured.programmer).toBe('openocd');
    // The firmware's own counter includes reading it and the call.
    expect(Math.abs(measured.cycles - simulated.cycles)).toBeLessThan(200);
  });

  test('says what the firmware refuses', { timeout: 120_000 }, async () => {
    const tooLong = [Int8Array.of(1, -2, 3, -4, 5), new Int8Array(5)];
    const { measure } = await flashed({ inputs: tooLong });
    const failure = await failureOf(measure());
    expect(failure).toMatchObject({ code: 'BOARD_REFUSED', kind: 'toolchain' });
    expect(failure.toLine()).toContain("the board answered 'db load 5' with 'this network takes 4");
  });

  test('says which output differs from that of this machine', { timeout: 120_000 }, async () => {
    const wrong = expected.map((outputs) => Int8Array.from(outputs));
    const last = at(wrong, 1);
    const value = at([...last], 1);
    last[1] = value === 7 ? 8 : 7;
    const { measure } = await flashed({ expected: wrong });
    const failure = await failureOf(measure());
    expect(failure).toMatchObject({ code: 'BOARD_OUTPUT_DIFFERS', kind: 'toolchain' });
    expect(failure.toLine()).toContain(
      `output 1 of input set 1 is ${value} on the board and ${last[1]} on this machine`,
    );
  });
});
