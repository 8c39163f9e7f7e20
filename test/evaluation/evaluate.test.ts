/** Data sets on their way into a network: what is encoded, what is refused, what is scored. */
import { describe, expect, test } from 'vitest';
import type { Host, ProcessResult, Toolchain } from '../../src/base/index.ts';
import { type Accuracy, compileForHost, evaluate, loadDataset } from '../../src/evaluation/index.ts';
import { compileModel } from '../../src/pipeline/index.ts';
import { findTarget } from '../../src/target/index.ts';
import { memoryHost } from '../support/memory-host.ts';
import { scoresModel } from '../support/small-models.ts';
import { buildTflite, int8Value, int32Constant } from '../support/tflite-builder.ts';
import { archive } from './archive.ts';

/** Four int8 inputs of scale 0.5 and zero point 0, three scores. */
const { graph, tree } = compileModel(scoresModel(), 'scores.tflite', 'scores', findTarget('stm32f746'));

type Run = { readonly toolchain: Toolchain; readonly received: () => Int8Array };

/** A toolchain whose compiled network answers with the given bytes, and which keeps what it was given. */
function answering(outputs: readonly number[]): Run {
  let received = new Int8Array();
  const ended = (stdout: Uint8Array): ProcessResult => ({ exitCode: 0, timedOut: false, stdout, stderr: '' });
  const toolchain: Toolchain = {
    identity: { kind: 'local', compiler: 'none' },
    openWorkspace: async () => ({ root: '/workspace' }),
    async exec(_workspace, [command]) {
      if (command?.argv[0] !== './host_model') return ended(new Uint8Array());
      received = Int8Array.from(new Int8Array(command.stdin ?? []));
      return ended(new Uint8Array(Int8Array.from(outputs).buffer));
    },
    readOutput: () => Promise.reject(new Error('nothing is read')),
    closeWorkspace: async () => undefined,
  };
  return { toolchain, received: () => received };
}

type Source = Parameters<typeof loadDataset>[0];

async function measure(
  from: Source,
  metric: Accuracy['metric'],
  host: Host,
  toolchain: Toolchain,
): Promise<Accuracy> {
  const dataset = await loadDataset(from, metric, graph, host);
  return evaluate(await compileForHost('scores', tree, graph, toolchain), graph, dataset, metric);
}

const twoSamples = {
  x: { values: Uint8Array.of(0, 1, 2, 3, 10, 20, 30, 255), shape: [2, 4] },
  y: { values: Int32Array.of(1, 2), shape: [2] },
};
const source = {
  format: 'npz',
  path: 'data.npz',
  inputs: 'x',
  labels: 'y',
  normalisation: undefined,
} as const;

describe('NumPy archives', () => {
  test('real values are quantised with the input’s own scale, rounded half away from zero, saturated', async () => {
    const { toolchain, received } = answering([0, 5, 1, 0, 1, 5]);
    const host = memoryHost({ 'data.npz': archive(twoSamples) });
    const accuracy = await measure(source, 'top1', host, toolchain);
    expect([...received()]).toEqual([0, 2, 4, 6, 20, 40, 60, 127]);
    expect(accuracy).toEqual({ metric: 'top1', value: 1, samples: 2 });
  });

  test('normalisation comes before quantisation', async () => {
    const { toolchain, received } = answering([0, 0, 9, 0, 0, 9]);
    const host = memoryHost({ 'data.npz': archive(twoSamples) });
    const normalised = { ...source, normalisation: { mean: [1], std: [2, 1, 4, 8] } };
    const accuracy = await measure(normalised, 'top1', host, toolchain);
    // (0 - 1) / 2 = -0.5 -> -1; (1 - 1) / 1 = 0; (2 - 1) / 4 = 0.25 -> 0.5 -> 1; (3 - 1) / 8 = 0.25 -> 1
    expect([...received().slice(0, 4)]).toEqual([-1, 0, 1, 1]);
    expect(accuracy.value).toBe(0.5);
  });

  test('int8 arrays without normalisation are quantised already', async () => {
    const { toolchain, received } = answering([0, 5, 1, 0, 1, 5]);
    const values = Int8Array.of(-128, -1, 0, 127, 1, 2, 3, 4);
    const host = memoryHost({ 'data.npz': archive({ ...twoSamples, x: { values, shape: [2, 4] } }) });
    await measure(source, 'top1', host, toolchain);
    expect([...received()]).toEqual([...values]);
  });

  test.each([
    ['no such array', { y: twoSamples.y }, /no array 'x'/],
    ['another shape', { ...twoSamples, x: { ...twoSamples.x, shape: [4, 2] } }, /4 inputs but 2 labels/],
    [
      'samples of another size',
      { ...twoSamples, x: { values: new Uint8Array(6), shape: [2, 3] } },
      /samples of 3/,
    ],
    [
      'a label that is no class',
      { ...twoSamples, y: { values: Int32Array.of(0, 3), shape: [2] } },
      /label 3/,
    ],
  ])('%s is refused', async (_title, arrays, message) => {
    const { toolchain } = answering([]);
    const host = memoryHost({ 'data.npz': archive(arrays) });
    await expect(measure(source, 'top1', host, toolchain)).rejects.toMatchObject({
      code: 'DATASET_MISMATCH',
      message: expect.stringMatching(message),
    });
  });

  test('what is no archive is said to be none', async () => {
    const { toolchain } = answering([]);
    const host = memoryHost({ 'data.npz': 'not a zip' });
    await expect(measure(source, 'top1', host, toolchain)).rejects.toMatchObject({
      code: 'DATASET_UNREADABLE',
      where: 'data.npz',
    });
  });
});

describe('scores', () => {
  test('top-5 of three classes is always right', async () => {
    const { toolchain } = answering([0, 5, 1, 0, 1, 5]);
    const host = memoryHost({ 'data.npz': archive(twoSamples) });
    const accuracy = await measure(source, 'top5', host, toolchain);
    expect(accuracy).toEqual({ metric: 'top5', value: 1, samples: 2 });
  });

  test('AUC of three classes is refused', async () => {
    const { toolchain } = answering([0, 5, 1, 0, 1, 5]);
    const labels = { values: Int32Array.of(0, 1), shape: [2] };
    const host = memoryHost({ 'data.npz': archive({ ...twoSamples, y: labels }) });
    await expect(measure(source, 'auc', host, toolchain)).rejects.toMatchObject({
      code: 'DATASET_MISMATCH',
      message: expect.stringMatching(/3 scores/),
    });
  });
});

describe('a network that ends in ARG_MAX', () => {
  const network = buildTflite({
    tensors: [int8Value([1, 4]), { shape: [1], type: 'int32' }, int32Constant([1], [1])],
    operators: [{ inputs: [0, 2], outputs: [1], options: { op: 'ARG_MAX' } }],
    inputs: [0],
    outputs: [1],
  });
  const compiled = compileModel(network, 'class.tflite', 'class', findTarget('stm32f746'));
  const classOf = async (metric: Accuracy['metric']): Promise<Accuracy> => {
    const { toolchain } = answering([1, 0, 0, 0, 0, 0, 0, 0]);
    const host = memoryHost({ 'data.npz': archive(twoSamples) });
    const dataset = await loadDataset(source, metric, compiled.graph, host);
    const model = await compileForHost('class', compiled.tree, compiled.graph, toolchain);
    return evaluate(model, compiled.graph, dataset, metric);
  };

  test('is right where its class is the label', async () => {
    expect((await classOf('top1')).value).toBe(0.5);
  });

  test('has no five best classes', async () => {
    await expect(classOf('top5')).rejects.toMatchObject({ code: 'DATASET_MISMATCH' });
  });
});
