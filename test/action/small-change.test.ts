/** What a pull request costs that touches one small model, tools and base at hand. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readModel } from '../../src/model/index.ts';
import { parseReport } from '../../src/report/index.ts';
import { withWorkflow } from './workflow.ts';

const example = (name: string) =>
  new Uint8Array(readFileSync(join(import.meta.dirname, '../../examples/quality-inspection', name)));
const before = example('quality-inspection.tflite');
const configuration = `
toolchain: local
models:
  - name: quality-inspection
    path: net.tflite
    dataset:
      format: npz
      path: evaluation.npz
      inputs: images
      labels: labels
      metric: top1
      normalisation: { mean: 0, std: 255 }
`;
/**
 * The aim is 30 s on two processors. Processor time says more than a clock on a machine that others use: 6 s, and a run
 * of 15 s that did nothing side by side would still take half of what is allowed.
 */
const mostProcessorSeconds = 15;

/** The same network with one other weight. */
function retrained(): Uint8Array {
  const bytes = before.slice();
  const weights = readModel(bytes)
    .tensors.map(({ data }) => data)
    .filter((data) => data !== undefined)
    .reduce((one, other) => (other.length > one.length ? other : one));
  weights[0] = (weights[0] ?? 0) ^ 1;
  expect(bytes).not.toEqual(before);
  return bytes;
}

test('a report within 15 s of processor time: two compilers, 400 samples, simulation, base from the cache', () => {
  const evaluation = example('evaluation.npz');
  const files = { 'mcunet.yml': configuration, 'net.tflite': before, 'evaluation.npz': evaluation };
  const commits = { ['ba5e'.padEnd(40, '0')]: { 'mcunet.yml': configuration, 'net.tflite': before } };
  const state = { files: [{ filename: 'net.tflite' }], commits };
  return withWorkflow({ files, state }, async ({ run, workspace }) => {
    await run();
    writeFileSync(join(workspace, 'net.tflite'), retrained());
    const ended = await run({ runId: 101 });
    expect(ended.exitCode).toBe(0);
    const report = parseReport(readFileSync(join(workspace, 'mcunet-out/report.json'), 'utf8'));
    expect(report.models).toMatchObject([
      { status: 'pass', comparison: { source: 'cache' }, accuracy: { samples: 400 } },
    ]);
    expect(ended.childrenSeconds).toBeGreaterThan(0);
    expect(ended.processorSeconds + ended.childrenSeconds).toBeLessThan(mostProcessorSeconds);
  });
}, 240_000);
