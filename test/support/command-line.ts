/** Runs the command line, bundled from source, as a child process in a folder of its own. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundled } from './bundled.ts';

export type Ended = { readonly exitCode: number | null; readonly stdout: string; readonly stderr: string };

export type RunSettings = {
  readonly cwd?: string;
  /** Beside PATH and HOME, which are always there. */
  readonly environment?: Readonly<Record<string, string>>;
};

export function runCommandLine(words: readonly string[], { cwd, environment }: RunSettings = {}): Ended {
  const result = spawnSync(process.execPath, [bundled('cli'), ...words], {
    cwd,
    encoding: 'utf8',
    env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', ...environment },
    timeout: 120_000,
  });
  return { exitCode: result.status, stdout: result.stdout, stderr: result.stderr };
}

/** A folder that is gone when the test ends. */
export function temporaryFolder(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), 'mcunet-test-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}
