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

/** Builds `batch.c`, which lies in a folder beside the headers, and gives what runs it there, where `input.bin` is. */
export type Tier = (folder: string) => Promise<(limitMs: number) => Promise<unknown>>;

export const onHost: Tier = async (folder) => {
  const sanitizers = ['-fsanitize=address,undefined', '-fno-sanitize-recover=all'];
  const program = join(folder, 'program');
  await run('gcc', ['-std=c11', '-O1', ...warnings, ...sanitizers, join(folder, 'batch.c'), '-o', program]);
  return (timeout) => run(program, [], { cwd: folder, timeout });
};

function onArm(flags: readonly string[]): Tier {
  return async (folder) => {
    const units = [join(folder, 'batch.c')];
    const elf = await buildForQemu(folder, {
      units,
      includeFolders: [],
      flags: ['-O2', ...warnings, ...flags],
    });
    return (limitMs) => runOnQemu(elf, folder, limitMs);
  };
}

export const onArmDsp: Tier = onArm([]);
export const onArmPortable: Tier = onArm(['-DMCUNET_PORTABLE']);

export type Program = {
  /** What it makes of an input. */
  readonly run: (input: Uint8Array, limitMs?: number) => Promise<Int8Array>;
  readonly remove: () => void;
};

/** A program that includes kernels and `further` headers, built for one of the machines. */
export async function buildProgram(
  source: string,
  tier: Tier,
  further: ReadonlyMap<string, string> = new Map(),
): Promise<Program> {
  const folder = mkdtempSync(join(tmpdir(), 'mcunet-kernels-'));
  const remove = (): void => rmSync(folder, { recursive: true });
  try {
    for (const [path, text] of [...kernelHeaders, ...further]) writeFileSync(join(folder, path), text);
    writeFileSync(join(folder, 'batch.c'), source);
    const runIt = await tier(folder);
    return {
      remove,
      async run(input, limitMs = runLimitMs) {
        writeFileSync(join(folder, 'input.bin'), input);
        await runIt(limitMs);
        return new Int8Array(readFileSync(join(folder, 'output.bin')));
      },
    };
  } catch (thrown) {
    remove();
    throw thrown;
  }
}

/** The outputs of all runs of a batch, back to back. */
export async function outputsOf(batch: Batch, tier: Tier): Promise<Int8Array> {
  const program = await buildProgram(batch.source, tier);
  try {
    return await program.run(batch.input);
  } finally {
    program.remove();
  }
}
