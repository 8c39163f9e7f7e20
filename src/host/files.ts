/** Files: read with clear failures, written whole or not at all. */
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { access, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { glob } from 'tinyglobby';
import type { Failure, Host } from '../base/index.ts';
import { diskFull, errorCodeOf, fileNotFound, fileUnreadable, outputNotWritable } from './failures.ts';
import { plainBytes } from './plain-bytes.ts';

type FileMethods = Pick<
  Host,
  'readFile' | 'fileExists' | 'listFolder' | 'glob' | 'writeFiles' | 'makeTemporaryFolder' | 'removeFolder'
>;

export const nodeFiles: FileMethods = {
  async readFile(path) {
    try {
      return plainBytes(await readFile(path));
    } catch (error) {
      throw errorCodeOf(error) === 'ENOENT' ? fileNotFound(path) : fileUnreadable(path, error);
    }
  },

  async fileExists(path) {
    try {
      await access(path);
      return true;
    } catch {
      return false;
    }
  },

  async listFolder(path) {
    try {
      return (await readdir(path)).sort();
    } catch (error) {
      throw errorCodeOf(error) === 'ENOENT' ? fileNotFound(path) : fileUnreadable(path, error);
    }
  },

  async glob(pattern, root) {
    return (await glob(pattern, { cwd: root, onlyFiles: true, dot: true })).sort();
  },

  async writeFiles(folder, files) {
    const staging = join(folder, `.mcunet-${randomUUID()}`);
    try {
      await mkdir(staging, { recursive: true });
    } catch (error) {
      throw writeFailure(folder, error);
    }
    try {
      await stage(staging, files);
      for (const path of files.keys()) {
        await mkdir(dirname(join(folder, path)), { recursive: true });
        await rename(join(staging, path), join(folder, path));
      }
    } catch (error) {
      throw writeFailure(folder, error);
    } finally {
      await rm(staging, { recursive: true, force: true });
    }
  },

  async makeTemporaryFolder(label) {
    const parent = tmpdir();
    try {
      const folder = await mkdtemp(join(parent, `mcunet-${label.replaceAll(/[^A-Za-z0-9]+/g, '-')}-`));
      temporaryFolders.add(folder);
      return folder;
    } catch (error) {
      throw writeFailure(parent, error);
    }
  },

  async removeFolder(path) {
    temporaryFolders.delete(path);
    await rm(path, { recursive: true, force: true });
  },
};

const temporaryFolders = new Set<string>();

/** Removes what is left of our temporary folders; for the end of the process, so it does not wait. */
export function removeTemporaryFolders(): void {
  for (const folder of temporaryFolders) rmSync(folder, { recursive: true, force: true });
  temporaryFolders.clear();
}

async function stage(staging: string, files: ReadonlyMap<string, Uint8Array | string>): Promise<void> {
  for (const [path, contents] of files) {
    const place = resolve(staging, path);
    await mkdir(dirname(place), { recursive: true });
    await writeFile(place, contents);
  }
}

function writeFailure(folder: string, error: unknown): Failure {
  const code = errorCodeOf(error);
  return code === 'ENOSPC' || code === 'EDQUOT' ? diskFull(folder, error) : outputNotWritable(folder, error);
}
