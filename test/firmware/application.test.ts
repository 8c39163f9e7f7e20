/** The application's protocol, spoken with the very C of the firmware on a UART that is this process's pipes. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Toolchain, Workspace } from '../../src/base/index.ts';
import { firmwareFiles } from '../../src/firmware/index.ts';
import { findTarget } from '../../src/target/index.ts';
import { smallNetwork } from './small-network.ts';
import { describeWithArmCompiler } from './toolchains.ts';

/** Ends with its input; a cycle counter that moves by 1000 a look, a clock by 10 µs. */
const hostUart = `#include <stdio.h>
#include <stdlib.h>
#include "system.h"
#include "uart.h"
void uart_start(void) {}
void uart_listen(void) {}
void uart_drain(void) {}
uint8_t uart_read(void) {
  const int byte = getchar();
  if (byte == EOF) exit(0);
  return (uint8_t)byte;
}
bool uart_lost_bytes(void) { return false; }
void uart_write_byte(uint8_t byte) { putchar(byte); }
void uart_write(const char *text) { fputs(text, stdout); }
uint32_t cycle_count(void) { static uint32_t now; return now += 1000; }
uint32_t microseconds(void) { static uint32_t now; return now += 10; }
`;

const floats = (...values: number[]): string => Buffer.from(new Float32Array(values).buffer).toString('hex');

describeWithArmCompiler('the application', (toolchain: Toolchain) => {
  let workspace: Workspace;

  beforeAll(async () => {
    const tree = smallNetwork({ weightBytes: 8 });
    const files = new Map([
      ...firmwareFiles(tree, findTarget('stm32f746')),
      ['firmware/host_uart.c', hostUart],
    ]);
    workspace = await toolchain.openWorkspace('application', files);
    const sources = ['firmware/application.c', 'firmware/text.c', 'firmware/host_uart.c', 'model/model.c'];
    const flags = [
      '-std=c11',
      '-Wall',
      '-Wextra',
      '-fsanitize=address,undefined',
      '-I../src/model',
      '-I../src/firmware',
    ];
    const result = await toolchain.exec(workspace, [
      { argv: ['cc', ...flags, ...sources.map((source) => `../src/${source}`), '-o', 'application'] },
    ]);
    expect(result.stderr).toBe('');
  });
  afterAll(() => toolchain.closeWorkspace(workspace));

  /** Lines that answer `commands`, after those of the start. */
  async function answers(commands: string): Promise<readonly string[]> {
    const stdin = new TextEncoder().encode(commands);
    const result = await toolchain.exec(workspace, [{ argv: ['./application'], stdin }]);
    expect(result).toMatchObject({ exitCode: 0, stderr: '' });
    const lines = new TextDecoder().decode(result.stdout).split('\r\n');
    expect(lines.slice(0, 2)).toEqual(['m-init-done', 'm-ready']);
    expect(lines.at(-1)).toBe('');
    return lines.slice(2, -1);
  }

  test('introduces itself as the runner expects', async () => {
    expect(await answers('name%profile%\r\ntimestamp%')).toEqual([
      'm-name-dut-[mcunet]',
      'm-ready',
      'm-profile-[ULPMark for tinyML Firmware V0.0.1]',
      'm-model-[small network]',
      'm-ready',
      'm-lap-us-10',
      'm-ready',
    ]);
  });

  // Input 0, plus input 1, plus the weights' sum of -3 - 2 - 1 + 0 + 1 + 2 + 3 - 3 = -3.
  test('runs the network on int8 bytes, in several commands', async () => {
    expect(await answers('db load 8%db 0a0b%db 0C0D01020304%infer 1 0%output%cycles%')).toEqual([
      'm-[Expecting 8 bytes]',
      'm-ready',
      'm-ready',
      'm-load-done',
      'm-ready',
      'm-warmup-start-0',
      'm-warmup-done',
      'm-infer-start-1',
      'm-lap-us-10',
      'm-lap-us-40',
      'm-infer-done',
      'm-results-[4.000000,5.000000,6.000000,7.000000]',
      'm-ready',
      'm-output-080a0c0e',
      'm-ready',
      'm-cycles-[1000,1000,1000]',
      'm-ready',
    ]);
  });

  test('takes float32 where the model file does', async () => {
    const commands = `db load 20%db 00000000${floats(2, -1.5, 0.5, 10)}%infer 2 3%output%`;
    const lines = await answers(commands);
    expect(lines).toContain('m-[Expecting 20 bytes]');
    expect(lines).toContain('m-load-done');
    expect(lines).toContain('m-output-01fafe11');
    expect(lines).toContain('m-results-[0.5000000,-3.000000,-1.000000,8.500000]');
  });

  test('bytes beyond those announced are ignored', async () => {
    expect(await answers('db load 8%db 0102030405060708ffff%infer 1 0%output%')).toContain(
      'm-output-03050709',
    );
  });

  test.each([
    ['db load 7%', 'e-[this network takes 8 bytes as int8, 20 in the types of the model file]'],
    ['db load%', "e-[Command 'db load' requires the # of bytes]"],
    ['db 00%', 'e-[no bytes expected: begin with db load]'],
    ['db load 8%db 012%', 'e-[not pairs of hexadecimal digits: begin again with db load]'],
    ['db load 8%db 01zz%', 'e-[not pairs of hexadecimal digits: begin again with db load]'],
    ['infer 0%', 'e-[Inference iterations must be >0]'],
    ['infer 1 -1%', 'e-[Inference warmup must be >=0]'],
    ['infer 99999999999999999999%', 'e-[Inference iterations must be >0]'],
    ['cycles%', 'e-[no inference was timed yet]'],
    ['inferior%', 'e-[Unknown command: inferior]'],
    ['%', 'e-[Unknown command: ]'],
    [`${'x'.repeat(1000)}%`, `e-[Unknown command: ${'x'.repeat(48)}]`],
  ])('%s', async (commands, complaint) => {
    expect((await answers(commands)).slice(-2)).toEqual([complaint, 'm-ready']);
  });

  test('goes on after a mistake', async () => {
    expect(await answers('db load 8%db 0z%db load 8%db 0000000000000000%infer 1 0%output%')).toContain(
      'm-output-fdfdfdfd',
    );
  });
});

/** Writes each float32 of the input on a line. */
const floatWriter = `#include <stdio.h>
#include "text.h"
#include "uart.h"
void uart_write_byte(uint8_t byte) { putchar(byte); }
void uart_write(const char *text) { fputs(text, stdout); }
int main(void) {
  float value;
  while (fread(&value, sizeof value, 1, stdin) == 1) {
    write_float(value);
    putchar('\\n');
  }
  return 0;
}
`;

describeWithArmCompiler('real values as text', (toolchain) => {
  let workspace: Workspace;

  beforeAll(async () => {
    const files = new Map([
      ...firmwareFiles(smallNetwork(), findTarget('stm32f746')),
      ['firmware/writer.c', floatWriter],
    ]);
    workspace = await toolchain.openWorkspace('text', files);
    const sources = ['../src/firmware/text.c', '../src/firmware/writer.c'];
    const flags = ['-std=c11', '-fsanitize=address,undefined', '-I../src/firmware'];
    const result = await toolchain.exec(workspace, [{ argv: ['cc', ...flags, ...sources, '-o', 'writer'] }]);
    expect(result.stderr).toBe('');
  });
  afterAll(() => toolchain.closeWorkspace(workspace));

  async function written(values: readonly number[]): Promise<readonly string[]> {
    const stdin = new Uint8Array(new Float32Array(values).buffer);
    const result = await toolchain.exec(workspace, [{ argv: ['./writer'], stdin }]);
    expect(result).toMatchObject({ exitCode: 0, stderr: '' });
    return new TextDecoder().decode(result.stdout).trimEnd().split('\n');
  }

  test('have seven digits, and an exponent where they need one', async () => {
    const texts: readonly (readonly [number, string])[] = [
      [0, '0.0'],
      [1, '1.000000'],
      [-0.5, '-0.5000000'],
      [0.00390625, '0.003906250'],
      [0.001, '0.001000000'],
      [0.000123, '1.230000e-4'],
      [123456.5, '123456.5'],
      [999999, '999999.0'],
      [2500000, '2.500000e6'],
      [0.99999999, '1.000000'],
    ];
    expect(await written(texts.map(([value]) => value))).toEqual(texts.map(([, text]) => text));
  });

  test('are read back within four millionths, over the whole range', async () => {
    const values: number[] = [];
    for (let exponent = -126; exponent < 128; exponent++) {
      for (const mantissa of [1, 1.2345678, 1.5, 1.9999999])
        values.push(Math.fround(mantissa * 2 ** exponent));
    }
    const texts = await written(values);
    expect(texts).toHaveLength(values.length);
    values.forEach((value, index) => {
      expect(Math.abs(Number(texts[index]) / value - 1), `${value} as ${texts[index]}`).toBeLessThan(4e-6);
    });
  });
});
