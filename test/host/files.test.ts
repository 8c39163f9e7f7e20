/** Files of the real machine: clear failures, all or nothing, nothing left behind. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Failure } from '../../src/base/index.ts';
import { nodeHost } from '../../src/host/index.ts';

const host = nodeHost();
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mcunet-test-'));
});
afterEach(() => {
  chmodSync(folder, 0o700);
  rmSync(folder, { recursive: true, force: true });
});

describe('reading', () => {
  test('a missing file is named', async () => {
    const failure = await host.readFile(join(folder, 'absent')).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Failure);
    expect(failure).toMatchObject({ code: 'FILE_NOT_FOUND', kind: 'usage', where: join(folder, 'absent') });
  });

  test('a folder is not a file', async () => {
    await expect(host.readFile(folder)).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
  });

  test('globs give sorted paths below the root', async () => {
    mkdirSync(join(folder, 'models'));
    for (const name of ['b.tflite', 'a.tflite', 'c.txt']) writeFileSync(join(folder, 'models', name), '');
    expect(await host.glob('models/*.tflite', folder)).toEqual(['models/a.tflite', 'models/b.tflite']);
  });
});

describe('writing', () => {
  test('replaces files and makes folders, leaving others alone', async () => {
    writeFileSync(join(folder, 'mine.txt'), 'mine');
    writeFileSync(join(folder, 'old.txt'), 'old');
    const files = new Map<string, string | Uint8Array>([
      ['old.txt', 'new'],
      ['deep/er/file.bin', Uint8Array.of(1, 2)],
    ]);
    await host.writeFiles(folder, files);
    expect(readFileSync(join(folder, 'mine.txt'), 'utf8')).toBe('mine');
    expect(readFileSync(join(folder, 'old.txt'), 'utf8')).toBe('new');
    expect([...readFileSync(join(folder, 'deep/er/file.bin'))]).toEqual([1, 2]);
    expect(readdirSync(folder).sort()).toEqual(['deep', 'mine.txt', 'old.txt']);
  });

  test('where one file cannot be written none appears', async () => {
    // A file where a folder must be: staging succeeds for the first and fails for the second.
    const files = new Map<string, string>([
      ['first', 'whole'],
      ['first/second', 'impossible'],
    ]);
    await expect(host.writeFiles(folder, files)).rejects.toMatchObject({ code: 'OUTPUT_NOT_WRITABLE' });
    expect(readdirSync(folder)).toEqual([]);
  });

  test('a path that is a file is not a folder to write to', async () => {
    writeFileSync(join(folder, 'file'), '');
    await expect(host.writeFiles(join(folder, 'file'), new Map([['a', 'b']]))).rejects.toMatchObject({
      code: 'OUTPUT_NOT_WRITABLE',
      where: join(folder, 'file'),
    });
  });

  test('a full disk is said to be full, and nothing is left on it', async ({ skip }) => {
    const disk = join(folder, 'disk');
    mkdirSync(disk);
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk]).status === 0;
    if (!mounted) skip('only root may mount the small disk that this test fills');
    try {
      const files = new Map<string, Uint8Array>([
        ['small', new Uint8Array(10)],
        ['large', new Uint8Array(200_000)],
      ]);
      await expect(host.writeFiles(disk, files)).rejects.toMatchObject({ code: 'DISK_FULL', where: disk });
      expect(readdirSync(disk)).toEqual([]);
    } finally {
      spawnSync('umount', [disk]);
    }
  });
});

describe('temporary folders', () => {
  test('exist until they are removed', async () => {
    const temporary = await host.makeTemporaryFolder('a b/c');
    expect(existsSync(temporary)).toBe(true);
    await host.removeFolder(temporary);
    expect(existsSync(temporary)).toBe(false);
  });
});
