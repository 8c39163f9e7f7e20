/** The machines that kernels are tested on: the host with sanitizers, and a Cortex-M7 with and without its DSP path. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { kernelHeaders } from '../../src/kernels/index.ts';
import { buildForQemu, runOnQemu } from '../support/qemu.ts';
import type { Batch } from './batch.ts';

const run = promisify(execFile);

const warnings = ['-Wall', '-Wextra', '-Wconversion', '-Werror'] as const;
const runLimitMs = 60_000;

/** Runs a program that it builds in a folder, where `batch.c`, the headers and `input.bin` are. */
type Tier = (folder: string) => Promise<void>;

export const onHost: Tier = async (folder) => {
  const sanitizers = ['-fsanitize=address,undefined', '-fno-sanitize-recover=all'];
  const program = join(folder, 'program');
  await run('gcc', ['-std=c11', '-O1', ...warnings, ...sanitizers, join(folder, 'batch.c'), '-o', program]);
  await run(program, [], { cwd: folder, timeout: runLimitMs });
};

function onArm(flags: readonly string[]): Tier {
  return async (folder) => {
    const units = [join(folder, 'batch.c')];
    const elf = await buildForQemu(folder, {
      units,
      includeFolders: [],
      flags: ['-O2', ...warnings, ...flags],
    });
    await runOnQemu(elf, folder, runLimitMs);
  };
}

export const onArmDsp: Tier = onArm([]);
export const onArmPortable: Tier = onArm(['-DMCUNET_PORTABLE']);

/** The outputs of all runs of a batch, back to back. */
export async function outputsOf(batch: Batch, tier: Tier): Promise<Int8Array> {
  const folder = mkdtempSync(join(tmpdir(), 'mcunet-kernels-'));
  try {
    for (const [path, text] of kernelHeaders) writeFileSync(join(folder, path), text);
    writeFileSync(join(folder, 'batch.c'), batch.source);
    writeFileSync(join(folder, 'input.bin'), batch.input);
    await tier(folder);
    return new Int8Array(readFileSync(join(folder, 'output.bin')));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
