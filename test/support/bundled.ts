/**
 * The command line and the action, bundled from the sources as they are now, so that no test passes on yesterday's
 * `dist`. The first test file that asks makes the bundle, for all of the run: from source, each start of the command
 * line would take more than a second of processor time.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const maker = join(import.meta.dirname, 'make-bundle.ts');
const mostSeconds = 300;

export function bundled(name: 'cli' | 'action'): string {
  const folder = process.env.MCUNET_TEST_BUNDLE;
  if (folder === undefined) throw new Error('vitest.config.ts names bundle-folder.ts in globalSetup');
  const outcome = join(folder, 'outcome');
  if (!existsSync(outcome)) makeOrWait(folder, outcome);
  const complaint = readFileSync(outcome, 'utf8');
  if (complaint !== '') throw new Error(`the sources could not be bundled:\n${complaint}`);
  return join(folder, `dist/${name}.js`);
}

function makeOrWait(folder: string, outcome: string): void {
  try {
    mkdirSync(join(folder, 'begun'));
  } catch {
    const clock = new Int32Array(new SharedArrayBuffer(4));
    for (let wait = 0; wait < mostSeconds * 20 && !existsSync(outcome); wait++) Atomics.wait(clock, 0, 0, 50);
    return;
  }
  const { status, stderr } = spawnSync(process.execPath, [maker, folder], { encoding: 'utf8' });
  writeFileSync(`${outcome}.part`, status === 0 ? '' : `${stderr}\nended with ${status}`);
  renameSync(`${outcome}.part`, outcome);
}
