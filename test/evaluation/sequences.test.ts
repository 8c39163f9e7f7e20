/** Data sets of sequences: how networks that keep state are given them, and which of their predictions are scored. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { at, type Host, type ProcessResult, type Toolchain } from '../../src/base/index.ts';
import {
  type Accuracy,
  compileForHost,
  evaluate,
  loadDataset,
  sampleInputs,
} from '../../src/evaluation/index.ts';
import { type Compiled, compileModel } from '../../src/pipeline/index.ts';
import { findTarget } from '../../src/target/index.ts';
import { memoryHost } from '../support/memory-host.ts';
import { readVectors } from '../support/operator-vectors.ts';
import { scoresModel } from '../support/small-models.ts';
import { archive } from './archive.ts';

const compiled = (model: Uint8Array): Compiled =>
  compileModel(model, 'network.tflite', 'network', findTarget('stm32f746'));
const folder = join(import.meta.dirname, '../fixtures/networks');
/** Four int8 values a step, three scores, and frames kept in variables. */
const streaming = compiled(at(readVectors(folder, 'streaming'), 0).model);

type Source = Parameters<typeof loadDataset>[0];
type Run = {
  readonly accuracy: Accuracy;
  readonly argv: readonly string[];
  readonly received: readonly number[];
};

/** Scores that the compiled network answers with, one set for each input; what it was called with is kept. */
async function measure(
  source: Source,
  host: Host,
  scores: readonly (readonly number[])[],
  { graph, tree }: Compiled = streaming,
): Promise<Run> {
  const run = { argv: [''] as readonly string[], received: [0] as readonly number[] };
  const ended = (stdout: Uint8Array): ProcessResult => ({ exitCode: 0, timedOut: false, stdout, stderr: '' });
  const toolchain: Toolchain = {
    identity: { kind: 'local', compiler: 'none' },
    openWorkspace: async () => ({ root: '/workspace' }),
    async exec(_workspace, [command]) {
      if (command?.argv[0] !== './host_model') return ended(new Uint8Array());
      run.argv = command.argv;
      run.received = [...new Int8Array(command.stdin ?? [])];
      return ended(new Uint8Array(Int8Array.from(scores.flat()).buffer));
    },
    readOutput: () => Promise.reject(new Error('nothing is read')),
    closeWorkspace: async () => undefined,
  };
  const dataset = await loadDataset(source, 'top1', graph, host);
  const model = await compileForHost('network', tree, graph, toolchain);
  return { accuracy: await evaluate(model, graph, dataset, 'top1'), ...run };
}

/** Two sequences of three steps. */
const steps = Int8Array.from({ length: 24 }, (_, index) => index);
const [zero, one, two] = [
  [9, 0, 0],
  [0, 9, 0],
  [0, 0, 9],
] as const;
const npz = {
  format: 'npz',
  path: 'data.npz',
  inputs: 'x',
  labels: 'y',
  normalisation: undefined,
} as const;
const archived = (labels: readonly number[], shape: number[], inputShape = [2, 3, 4]): Host =>
  memoryHost({
    'data.npz': archive({
      x: { values: steps, shape: inputShape },
      y: { values: Int32Array.from(labels), shape },
    }),
  });

describe('a data set of sequences', () => {
  test('gives a network the steps of each in order, and scores what it says at the last', async () => {
    const scores = [one, one, two, zero, zero, one];
    const { accuracy, argv, received } = await measure(
      { ...npz, sequence: 'last' },
      archived([2, 0], [2]),
      scores,
    );
    expect(accuracy).toEqual({ metric: 'top1', value: 0.5, samples: 2 });
    // The program resets what the network keeps before every third input.
    expect(argv.slice(1)).toEqual(['3']);
    expect(received).toEqual([...steps]);
  });

  test('scores every step, by its own label or by that of its sequence', async () => {
    const each = { ...npz, sequence: 'each' } as const;
    const scores = [one, one, two, zero, zero, one];
    const own = await measure(each, archived([1, 1, 2, 0, 0, 0], [2, 3]), scores);
    expect(own.accuracy).toEqual({ metric: 'top1', value: 5 / 6, samples: 6 });
    const shared = await measure(each, archived([1, 0], [2]), scores);
    expect(shared.accuracy).toEqual({ metric: 'top1', value: 4 / 6, samples: 6 });
  });

  test('may be a table or a folder, whose samples are steps one after another', async () => {
    const scores = [one, one, two, zero, zero, one];
    const rows = [0, 12].map((start) => [...steps.subarray(start, start + 12), start === 0 ? 2 : 1]);
    const names = [...Array.from({ length: 12 }, (_, column) => `v${column}`), 'class'];
    const table = [names, ...rows].map((cells) => cells.join(',')).join('\n');
    const csv = await measure(
      { format: 'csv', path: 'd.csv', labels: 'class', normalisation: undefined, sequence: 'last' },
      memoryHost({ 'd.csv': table }),
      scores,
    );
    expect(csv).toMatchObject({ accuracy: { value: 1, samples: 2 }, argv: ['./host_model', '3'] });
    const files = {
      'd/y_labels.csv': 'a.bin,3,2\nb.bin,3,0\n',
      'd/a.bin': new Uint8Array(steps.subarray(0, 12)),
      'd/b.bin': new Uint8Array(steps.subarray(12)),
    };
    const source = { format: 'mlperf-tiny', path: 'd', sequence: 'last' } as const;
    const raw = await measure(source, memoryHost(files), scores);
    expect(raw).toMatchObject({ accuracy: { value: 0.5, samples: 2 }, received: [...steps] });
    const uneven = memoryHost({ ...files, 'd/b.bin': new Uint8Array(8) });
    await expect(measure(source, uneven, scores)).rejects.toMatchObject({
      code: 'DATASET_MISMATCH',
      where: 'd/b.bin',
      message: expect.stringContaining(
        "the sample has 8 bytes, the network's input 4, 3 of which are a sequence",
      ),
    });
  });

  test('begins what is measured on the chip', async () => {
    const dataset = await loadDataset(
      { ...npz, sequence: 'last' },
      'top1',
      streaming.graph,
      archived([2, 0], [2]),
    );
    const { quantised } = sampleInputs(streaming.graph, dataset, 2);
    expect(quantised.map((set) => [...set])).toEqual([
      [0, 1, 2, 3],
      [4, 5, 6, 7],
    ]);
  });

  test.each<[string, Host, string]>([
    [
      'steps of another size',
      archived([1, 0], [2], [2, 4, 3]),
      'sequences of 4 x 3, the network takes 1 x 1 x 1 x 4 at',
    ],
    ['labels that are neither of sequences nor of steps', archived([1, 0, 1], [3]), '2 inputs but 3 labels'],
    ['samples that are no sequences', archived([1, 0], [2], [2, 12]), 'sequences of 12, the network takes'],
  ])('with %s is refused', async (_, host, message) => {
    await expect(measure({ ...npz, sequence: 'each' }, host, [])).rejects.toMatchObject({
      code: 'DATASET_MISMATCH',
      message: expect.stringContaining(message),
    });
  });

  test('is refused for a network that keeps nothing', async () => {
    const source = { ...npz, sequence: 'last' } as const;
    await expect(measure(source, archived([1, 0], [2]), [], compiled(scoresModel()))).rejects.toMatchObject({
      code: 'DATASET_MISMATCH',
      message: expect.stringContaining('keeps nothing from one inference to the next'),
    });
  });
});
