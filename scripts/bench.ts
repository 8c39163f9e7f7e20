/**
 * What the engine makes of real networks: memory, flash, estimated cycles, and how long planning takes.
 *
 * `npm run bench [-- FOLDER]` takes every .tflite in FOLDER, or the shared networks and the example. Figures are
 * deterministic but for the planning times, which are of this machine.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { buildFirmware, openToolchain } from '../src/firmware/index.ts';
import { nodeHost } from '../src/host/index.ts';
import { chooseKernel } from '../src/kernels/index.ts';
import { type Compiled, compileModel } from '../src/pipeline/index.ts';
import { findTarget, type Target } from '../src/target/index.ts';

const root = join(import.meta.dirname, '..');
const target = findTarget('stm32f746');

function networkFiles(): readonly string[] {
  const folders = process.argv.slice(2);
  if (folders.length === 0) {
    folders.push(
      process.env.MCUNET_FIXTURES ?? join(root, '../shared/data'),
      join(root, 'examples/quality-inspection'),
    );
  }
  return folders
    .flatMap((folder) => [folder, join(folder, 'models')])
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder).map((file) => join(folder, file)))
    .filter((file) => file.endsWith('.tflite'));
}

function estimateCycles({ graph }: Compiled, board: Target): number {
  const codeOps = graph.ops.filter((op) => op.kind !== 'reshape');
  return codeOps.reduce(
    (sum, op) => sum + chooseKernel(op, graph, board).estimateCycles(op, graph, board),
    0,
  );
}

const number = (value: number): string => Math.round(value).toLocaleString('en-GB');
const toolchain = await openToolchain('auto', nodeHost());
const rows = [];
for (const file of networkFiles()) {
  const name = basename(file, '.tflite');
  const bytes = readFileSync(file);
  const start = performance.now();
  const compiled = compileModel(bytes, file, name, target);
  const compileMs = performance.now() - start;
  const { flash, sram } = await buildFirmware(compiled.tree, target, toolchain, { name });
  const { arenaBytes, arenaLowerBoundBytes } = compiled.schedule;
  const milliseconds = (estimateCycles(compiled, target) / target.clockHz) * 1000;
  const figures = [arenaBytes, arenaLowerBoundBytes, sram.totalBytes, flash.totalBytes].map(number);
  rows.push(
    `| ${[name, ...figures, `${milliseconds.toPrecision(3)} ms`, `${compileMs.toFixed(0)} ms`].join(' | ')} |`,
  );
}
console.log(`${target.name}, ${toolchain.identity.compiler}\n`);
console.log(
  '| Network | Arena, B | Lower bound, B | SRAM, B | Flash, B | Latency, estimated | Read, plan, generate |',
);
console.log('|---|--:|--:|--:|--:|--:|--:|');
console.log(rows.join('\n'));
