/** Most memory that `mcunet verify` holds for a repository of many models: its processes and those that they start. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const root = join(import.meta.dirname, '..');
const network = join(root, 'test/fixtures/operators/network-residual/model.tflite');
const millisecondsBetween = 50;

/** Proportional set size, sampled: pages that several processes share count once. Linux only. */
export async function monorepoPeakBytes(models: number): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'mcunet-monorepo-'));
  try {
    copyFileSync(network, join(folder, 'net.tflite'));
    const lines = Array.from(
      { length: models },
      (_, index) => `  - { name: net${index}, path: net.tflite }\n`,
    );
    writeFileSync(join(folder, 'mcunet.yml'), `models:\n${lines.join('')}`);
    const words = [join(root, 'src/cli/main.ts'), 'verify', '--quiet', '--out', join(folder, 'out')];
    const child = spawn(process.execPath, words, { cwd: folder, stdio: 'ignore' });
    const ended = once(child, 'exit');
    let most = 0;
    while (child.exitCode === null && child.signalCode === null) {
      most = Math.max(most, residentBytes(child.pid ?? 0));
      await Promise.race([ended, delay(millisecondsBetween)]);
    }
    if (child.exitCode !== 0) throw new Error(`mcunet verify ended with ${child.exitCode}`);
    return most;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Of a process and its descendants; those that end meanwhile count as nothing. */
function residentBytes(pid: number): number {
  try {
    const [, kibibytes = '0'] =
      /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')) ?? [];
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
    const below = children.filter((child) => child !== '').map((child) => residentBytes(Number(child)));
    return below.reduce((sum, bytes) => sum + bytes, Number(kibibytes) * 1024);
  } catch {
    return 0;
  }
}
