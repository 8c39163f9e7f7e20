/** The example is whole: its files belong together, and the generated C scores what TensorFlow Lite Micro scores. */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { parse } from 'npyjs';
import { describe, expect, test } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { at, invariant } from '../../src/base/index.ts';
import { parseConfig } from '../../src/config/index.ts';
import {
  closeHostModel,
  compileForHost,
  evaluate,
  loadDataset,
  runOnHost,
} from '../../src/evaluation/index.ts';
import { openToolchain } from '../../src/firmware/index.ts';
import { buildGraph } from '../../src/graph/index.ts';
import { nodeHost } from '../../src/host/index.ts';
import { readModel } from '../../src/model/index.ts';
import { compileModel } from '../../src/pipeline/index.ts';
import { interpret } from '../../src/reference/index.ts';
import { findTarget } from '../../src/target/index.ts';

const folder = join(import.meta.dirname, '../../examples/quality-inspection');
const read = (name: string): Buffer => readFileSync(join(folder, name));
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const metrics = JSON.parse(read('metrics.json').toString());
const network = read('quality-inspection.tflite');
const arrays = unzipSync(read('evaluation.npz'));

/** Bytes of one array of `evaluation.npz`, all of which have elements of one byte. */
function bytesOf(name: string): Uint8Array {
  const { data } = parse(Uint8Array.from(arrays[`${name}.npy`] ?? []).buffer);
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** One int8 step is one grey level. */
const images = Int8Array.from(bytesOf('images'), (grey) => grey - 128);
const labels = bytesOf('labels');
const expectedOutputs = Buffer.from(metrics.int8.outputs, 'hex');
const inspection = at(parseConfig(read('mcunet.yml').toString(), 'mcunet.yml').models, 0);
const host = nodeHost();
const compile = (): ReturnType<typeof compileModel> =>
  compileModel(network, 'quality-inspection.tflite', 'quality_inspection', findTarget('stm32f746'));

describe('files of the example', () => {
  test('network and pictures are those that metrics.json is about', () => {
    expect(sha256(network)).toBe(metrics.network.sha256);
    expect(sha256(bytesOf('images'))).toBe(metrics.evaluation.imagesSha256);
    expect(sha256(labels)).toBe(metrics.evaluation.labelsSha256);
    expect(metrics.network.input).toEqual({ scale: Math.fround(1 / 255), zeroPoint: -128 });
  });

  test('the network is small and good enough to be an example', () => {
    expect(network.length).toBeLessThan(200_000);
    expect(metrics.int8.top1).toBeGreaterThanOrEqual(0.9);
    const right = [...labels].filter(
      (label, sample) => label === Number(at(outputs(sample), 1) > at(outputs(sample), 0)),
    );
    expect(right.length).toBe(metrics.int8.right);
  });

  test('the budgets of mcunet.yml ask for no more accuracy than there is', () => {
    expect(inspection.path).toBe('quality-inspection.tflite');
    expect(inspection.budgets.accuracy).toBeLessThanOrEqual(metrics.int8.top1);
  });

  test('the workflow grants nothing by default and pins what is not ours', () => {
    const workflow = parseYaml(read('workflows/mcunet.yml').toString());
    expect(workflow.permissions).toEqual({});
    expect(workflow.jobs.verify.permissions).toEqual({
      contents: 'read',
      actions: 'read',
      'pull-requests': 'write',
      checks: 'write',
    });
    const uses = workflow.jobs.verify.steps.map((step: { readonly uses: string }) => step.uses);
    expect(uses).toContain('org/mcunet-action@v1');
    const others = uses.filter((name: string) => name !== 'org/mcunet-action@v1');
    for (const name of others) expect(name).toMatch(/^actions\/[a-z/-]+@[0-9a-f]{40}$/);
  });
});

describe('int8 outputs of the example', () => {
  test('the reference gives the bytes of TensorFlow Lite Micro on the first 16 pictures', () => {
    const graph = buildGraph(readModel(network));
    const size = images.length / labels.length;
    for (let sample = 0; sample < 16; sample++) {
      const [output] = interpret(graph, [images.subarray(sample * size, (sample + 1) * size)]).outputs;
      expect(output).toEqual(outputs(sample));
    }
  });

  test('the generated C gives them on all', async () => {
    const { tree, graph } = compile();
    const model = await compileForHost('quality_inspection', tree, graph, await openToolchain('local', host));
    try {
      const actual = await runOnHost(model, new Uint8Array(images.buffer), 'evaluation.npz');
      expect(expectedOutputs.equals(actual)).toBe(true);
    } finally {
      await closeHostModel(model);
    }
  });

  test.each(['top1', 'auc'] as const)('its %s is that of metrics.json', async (metric) => {
    const { tree, graph } = compile();
    const dataset = inspection.dataset;
    invariant(dataset?.format === 'npz', 'the example has a NumPy archive');
    const source = { ...dataset, path: join(folder, dataset.path) };
    const model = await compileForHost('quality_inspection', tree, graph, await openToolchain('local', host));
    const samples = await loadDataset(source, metric, graph, host);
    const accuracy = await evaluate(model, graph, samples, metric);
    await closeHostModel(model);
    expect(accuracy).toEqual({ metric, value: metrics.int8[metric], samples: 400 });
  });
});

describe('pictures of the example', () => {
  const python = process.env.MCUNET_PYTHON ?? 'python3';
  const hasNumpy = spawnSync(python, ['-c', 'import numpy']).status === 0;

  test.skipIf(!hasNumpy)(
    `are drawn again bit for bit (needs ${python} with NumPy; MCUNET_PYTHON names another)`,
    () => {
      const program =
        'import sys, surfaces; sys.stdout.buffer.write(surfaces.draw_many(7, 2, 400)[0].tobytes())';
      const drawn = execFileSync(python, ['-B', '-c', program], { cwd: folder, maxBuffer: 1 << 24 });
      expect(sha256(drawn)).toBe(metrics.evaluation.imagesSha256);
    },
  );
});

function outputs(sample: number): Int8Array {
  return Int8Array.from(expectedOutputs.subarray(2 * sample, 2 * sample + 2), (byte) => (byte << 24) >> 24);
}
