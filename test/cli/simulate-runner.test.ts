/** The dialogue of MLPerf Tiny's runner with firmware on a pseudo-terminal: its commands, and what it looks for in answers. */
import { execFileSync } from 'node:child_process';
import { closeSync, constants, existsSync, openSync, readSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCommandLine, temporaryFolder } from '../support/command-line.ts';
import { startSimulation } from '../support/simulation.ts';
import { scoresModel } from '../support/small-models.ts';

const compiler = 'arm-none-eabi-gcc';
const missing = existsSync('/usr/bin/script') ? missingCompiler() : 'script, of util-linux';

function missingCompiler(): string | undefined {
  try {
    execFileSync(compiler, ['--version'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return compiler;
  }
}

if (missing !== undefined) {
  test(`needs ${missing}`, ({ skip }) => {
    if (process.env.CI === 'true') throw new Error(`${missing} is missing, and CI must run this tier`);
    skip();
  });
}

describe.runIf(missing === undefined)('MLPerf Tiny’s runner', () => {
  const folder = temporaryFolder();
  afterAll(() => folder[Symbol.dispose]());

  beforeAll(() => {
    writeFileSync(join(folder.path, 'kws01.tflite'), scoresModel());
    const words = ['build', '--model', 'kws01.tflite', '--toolchain', 'local', '--out', 'out'];
    expect(runCommandLine(words, { cwd: folder.path }).exitCode).toBe(0);
  });

  test('identifies, loads, infers and times, in two sessions', async () => {
    using simulation = startSimulation(['--elf', join(folder.path, 'out/firmware.elf'), '--uart', 'pty']);
    const [, path = ''] = await simulation.says(/UART: (\/dev\/\S+)/);
    {
      using session = openSession(path);
      expect(await session.answer()).toContain('m-init-done');
      expect(await session.command('name')).toContainEqual(expect.stringMatching(/^m-name-dut-\[[^\]]+\]$/));
      const profile = await session.command('profile');
      expect(profile).toContainEqual(expect.stringMatching(/^m-profile-\[[^\]]+\]$/));
      // It chooses what to do by this name.
      expect(profile).toContain('m-model-[kws01]');
    }
    // It closes the port and opens it again.
    using session = openSession(path);
    const runs = [];
    for (const iterations of [1, 70]) {
      await session.command('db load 4');
      expect(await session.command('db 01fe0380')).toContain('m-load-done');
      runs.push(timesAndResults(await session.command(`infer ${iterations} 10`)));
    }
    const [one, seventy] = runs;
    expect(one?.results).toHaveLength(3);
    expect(seventy?.results).toHaveLength(3);
    const perInference = (seventy?.microseconds ?? 0) / 70;
    expect(perInference).toBeGreaterThan(0.5);
    expect(perInference).toBeLessThan(20);
    simulation.process.kill('SIGTERM');
    expect((await simulation.ended).exitCode).toBe(143);
  });
});

/** The runner's own patterns; it takes the first time for the start and the second for the end. */
function timesAndResults(lines: readonly string[]) {
  const times = lines.flatMap((line) => /^m-lap-us-([0-9]+)$/.exec(line)?.[1] ?? []).map(Number);
  const [results = ''] = lines.flatMap((line) => /^m-results-\[([^\]]+)\]$/.exec(line)?.[1] ?? []);
  expect(times).toHaveLength(2);
  return { microseconds: (times[1] ?? 0) - (times[0] ?? 0), results: results.split(',').map(Number) };
}

type Session = Disposable & {
  readonly answer: () => Promise<readonly string[]>;
  readonly command: (words: string) => Promise<readonly string[]>;
};

/** A command ends with a per cent sign, its answer with the line that has `m-ready` in it. */
function openSession(path: string): Session {
  const terminal = openSync(path, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
  const read = (): string => {
    const bytes = Buffer.alloc(4096);
    try {
      return bytes.toString('latin1', 0, readSync(terminal, bytes));
    } catch {
      return '';
    }
  };
  const answer = async (): Promise<readonly string[]> => {
    let text = '';
    for (let tries = 0; !/m-ready\r\n/.test(text); tries += 1) {
      if (tries > 2000) throw new Error(`no m-ready in '${text}'`);
      text += read();
      await delay(10);
    }
    return text.split('\r\n').filter((line) => line !== '');
  };
  return {
    answer,
    command: (words) => {
      writeSync(terminal, `${words}%`);
      return answer();
    },
    [Symbol.dispose]: () => closeSync(terminal),
  };
}
