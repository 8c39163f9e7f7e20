/** GDB debugs firmware that this project built, as an engineer would: stop at an operator, read its input, go on. */
import { execFile, execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCommandLine, temporaryFolder } from '../support/command-line.ts';
import { startSimulation } from '../support/simulation.ts';
import { scoresModel } from '../support/small-models.ts';

const debuggerProgram = 'gdb-multiarch';
const missing = [debuggerProgram, 'arm-none-eabi-gcc', 'arm-none-eabi-addr2line'].find((program) => {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' });
    return false;
  } catch {
    return true;
  }
});

if (missing !== undefined) {
  test(`needs ${missing}: apt-get install gdb-multiarch gcc-arm-none-eabi`, ({ skip }) => {
    if (process.env.CI === 'true') throw new Error(`${missing} is missing, and CI must run this tier`);
    skip();
  });
}

describe.runIf(missing === undefined)('GDB', () => {
  const folder = temporaryFolder();
  const elf = join(folder.path, 'out/firmware.elf');
  afterAll(() => folder[Symbol.dispose]());

  beforeAll(() => {
    writeFileSync(join(folder.path, 'scores.tflite'), scoresModel());
    const words = ['build', '--model', 'scores.tflite', '--toolchain', 'local', '--out', 'out'];
    const { exitCode, stderr } = runCommandLine(words, { cwd: folder.path });
    expect(stderr).not.toMatch(/error/);
    expect(exitCode).toBe(0);
  });

  /** What GDB printed for its commands, and how the simulation ended. */
  async function debug(input: string, commands: readonly string[]) {
    using simulation = startSimulation(['--elf', elf, '--gdb', '0']);
    simulation.process.stdin?.end(input);
    const [, port] = await simulation.says(/GDB: 127\.0\.0\.1:(\d+)/);
    const all = ['set pagination off', 'set confirm off', `target remote 127.0.0.1:${port}`, ...commands];
    const script = join(folder.path, 'session.gdb');
    writeFileSync(script, `${all.join('\n')}\n`);
    const { stdout, stderr } = await promisify(execFile)(
      debuggerProgram,
      ['-nx', '-batch', '-x', script, elf],
      {
        timeout: 50_000,
      },
    );
    return { printed: stdout, complaints: stderr, ...(await simulation.ended) };
  }

  test('breaks at an operator, reads its input tensor, continues to the end', async () => {
    const { printed, stdout, exitCode } = await debug('db load 4%db 01fe0380%infer 1 0%output%', [
      'break model_op0_fully_connected',
      'continue',
      'x/4db model_input(0)',
      'backtrace 2',
      'stepi',
      'info registers pc s0 fpscr',
      'delete',
      'break write_output',
      'continue',
      'x/3db (signed char *)((signed char *(*)(unsigned))model_output)(0)',
      'delete',
      'detach',
    ]);
    expect(printed).toMatch(/Breakpoint 1, model_op0_fully_connected \(\)/);
    expect(printed).toMatch(/<model_arena>:\t1\t-2\t3\t-128\n/);
    expect(printed).toMatch(/#0 {2}model_op0_fully_connected .*\n#1 {2}0x[0-9a-f]+ in model_invoke/);
    expect(printed).toMatch(/pc .*<model_op0_fully_connected\+[0-9]+>/);
    expect(printed).toMatch(/s0 .*\nfpscr/);
    const [, inMemory = ''] = /<model_arena[^>]*>:((?:\t-?\d+){3})\n/.exec(printed) ?? [];
    const [, sent = ''] = /m-output-([0-9a-f]{6})/.exec(stdout) ?? [];
    expect(inMemory.trim().split('\t').map(Number)).toEqual(
      [...Buffer.from(sent, 'hex')].map((byte) => (byte << 24) >> 24),
    );
    expect(stdout).toMatch(/m-infer-done/);
    expect(exitCode).toBe(0);
  });

  test('watches memory, resets, and is told of a fault', async () => {
    const { printed, complaints, exitCode, stderr } = await debug('', [
      'watch load.expected',
      'break main',
      'monitor reset',
      'maintenance flush register-cache',
      'info registers pc',
      'continue',
      'set $pc = 0x60000000',
      'stepi',
      'kill',
    ]);
    expect(printed).toMatch(/pc .*<Reset_Handler>/);
    // Memory at power-on holds anything; start-up code clears it.
    expect(printed).toMatch(/Old value = \d+\nNew value = 0\n0x[0-9a-f]+ in Reset_Handler/);
    expect(complaints).toMatch(/0x60000000.*instruction fetch where no memory is.*IBUSERR/);
    expect(printed).toMatch(/SIGSEGV/);
    expect(stderr).toMatch(/ended by the debugger/);
    expect(exitCode).toBe(0);
  });

  test('firmware that faults without a debugger is told with its line of source', () => {
    // The clock registers of an H7 lie elsewhere.
    const { exitCode, stderr } = runCommandLine(['simulate', '--elf', elf, '--chip', 'stm32h743', '--quiet']);
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(
      /firmware\.elf: .*src\/firmware\/system\.c:\d+: SystemInit\+0x[0-9a-f]+ .*FIRMWARE_FAULT/,
    );
  });
});
