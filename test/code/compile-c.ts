/** Runs compilers on generated trees in temporary folders, for tests. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** What generated code must be clean under, on every compiler. */
export const strictFlags: readonly string[] = [
  '-std=c11',
  '-pedantic',
  '-Wall',
  '-Wextra',
  '-Wconversion',
  '-Werror',
];

/** Calls `body` with a folder that holds these files, and removes it afterwards. */
export function withFolder<T>(files: ReadonlyMap<string, string>, body: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'mcunet-code-'));
  try {
    fillFolder(folder, files);
    return body(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The same for a body that takes its time. */
export async function withFolderAsync<T>(
  files: ReadonlyMap<string, string>,
  body: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'mcunet-code-'));
  try {
    fillFolder(folder, files);
    return await body(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function fillFolder(folder: string, files: ReadonlyMap<string, string>): void {
  for (const [path, text] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

/** Standard output of a program; its complaints are the error where it fails. */
export function runIn(
  folder: string,
  argv: readonly [string, ...string[]],
  input: Uint8Array = new Uint8Array(),
): Uint8Array {
  const [program, ...rest] = argv;
  const { status, stdout, stderr, error } = spawnSync(program, rest, {
    cwd: folder,
    input,
    maxBuffer: 1 << 26,
    timeout: 120_000,
  });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${argv.join(' ')} ended with ${status}:\n${stderr.toString()}`);
  return new Uint8Array(stdout);
}

export function isInstalled(program: string): boolean {
  return spawnSync(program, ['--version']).status === 0;
}
