/** Whole networks against vectors recorded from TensorFlow Lite Micro's reference kernels: every byte, every operator. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { at } from '../../src/base/index.ts';
import { buildGraph, countMacs, elementCount, type Graph } from '../../src/graph/index.ts';
import { type Interpretation, interpret } from '../../src/reference/index.ts';
import { describeWithFixtures } from '../support/fixtures.ts';
import { bytesOf, joinBytes, loadModel, readBytes, splitInputs } from './recorded-vectors.ts';

/** Vectors that are run, of 12: this interpreter needs most of a second for one of the largest network. */
const networks = [
  { name: 'ad01_int8', vectors: 12, operators: 10 },
  { name: 'kws_ref_model', vectors: 12, operators: 13 },
  { name: 'pretrainedResnet_quant', vectors: 12, operators: 16 },
  { name: 'vww_96_int8', vectors: 6, operators: 31 },
  { name: 'tinyengine_vww', vectors: 4, operators: 56 },
  { name: 'mcunet-320kb-1mb_imagenet', vectors: 2, operators: 68 },
];

type RecordedOperator = {
  readonly index: number;
  readonly outputs: readonly { readonly name: string; readonly shape: readonly number[] }[];
  readonly intermediate_files: readonly string[];
};

type Recorded = { readonly total_macs: number; readonly operators: readonly RecordedOperator[] };

/** Outputs of operators that differ from the recorded ones of vector 0, and how many were compared. */
function compareIntermediates(
  graph: Graph,
  { tensors }: Interpretation,
  recorded: Recorded,
  folder: string,
): { compared: number; differing: string[] } {
  const differing: string[] = [];
  let compared = 0;
  for (const op of graph.ops) {
    const source = at(recorded.operators, op.index);
    const output = at(source.outputs, 0);
    const { shape } = at(graph.tensors, op.output);
    // A mean below which a transpose was moved holds the same values in another order.
    if (output.shape.slice(0, -1).join() !== shape.slice(0, -1).join()) continue;
    expect(op.name).toBe(output.name);
    compared += 1;
    const expected = readBytes(folder, at(source.intermediate_files, 0));
    const planes = channelPlanes(bytesOf(at(tensors, op.output)), at(shape, shape.length - 1));
    if (!isSubsequence(planes, channelPlanes(expected, at(output.shape, shape.length - 1)))) {
      differing.push(op.name);
    }
  }
  return { compared, differing };
}

/** A tensor's values channel by channel, as text that can be compared. */
function channelPlanes(bytes: Uint8Array, channels: number): string[] {
  const positions = bytes.length / channels;
  return Array.from({ length: channels }, (_, channel) => {
    const plane = Buffer.alloc(positions);
    for (let i = 0; i < positions; i += 1) plane[i] = at(bytes, i * channels + channel);
    return plane.toString('base64');
  });
}

/** Whether all of `some` are among `all`, in this order: the channels that a pass has left; equal where it left all. */
function isSubsequence(some: readonly string[], all: readonly string[]): boolean {
  let matched = 0;
  for (const plane of all) if (matched < some.length && plane === some[matched]) matched += 1;
  return matched === some.length;
}

describeWithFixtures('networks', (root) => {
  describe.each(networks)('$name', ({ name, vectors, operators }) => {
    const folder = join(root, 'golden', name);
    const model = loadModel(root, 'models', `${name}.tflite`);
    const recorded: Recorded = JSON.parse(readFileSync(join(folder, 'ops.json'), 'utf8'));
    const graph = buildGraph(model);
    const inputs = splitInputs(graph, readBytes(folder, 'input0.bin')).slice(0, vectors);

    test('every operator of the file as it stands', () => {
      const plain = buildGraph(model, []);
      const { compared, differing } = compareIntermediates(
        plain,
        interpret(plain, at(inputs, 0)),
        recorded,
        folder,
      );
      const conversions = [...model.operators].filter(({ options }) =>
        ['QUANTIZE', 'DEQUANTIZE'].includes(options.op),
      );
      expect(differing).toEqual([]);
      expect(compared).toBe(recorded.operators.length - conversions.length);
    });

    test('every operator that is left after the passes', () => {
      const { compared, differing } = compareIntermediates(
        graph,
        interpret(graph, at(inputs, 0)),
        recorded,
        folder,
      );
      expect(differing).toEqual([]);
      expect(graph.ops).toHaveLength(operators);
      expect(compared).toBe(name === 'tinyengine_vww' ? operators - 1 : operators);
    });

    test(`outputs of ${vectors} vectors`, () => {
      const expected = readBytes(folder, 'output0.bin');
      const results = inputs.map((set) => interpret(graph, set));
      const made = joinBytes(results.flatMap(({ outputs }) => outputs.map(bytesOf)));
      expect(Buffer.compare(made, expected.subarray(0, made.length))).toBe(0);
      const softmax = graph.ops.find((op) => op.kind === 'softmax');
      if (softmax === undefined) return;
      // Noise saturates a softmax, so that its input says more.
      const logits = joinBytes(results.map(({ tensors }) => bytesOf(at(tensors, at(softmax.inputs, 0)))));
      const recordedLogits = readBytes(folder, 'presoftmax.bin');
      expect(Buffer.compare(logits, recordedLogits.subarray(0, logits.length))).toBe(0);
    });

    test('multiply-accumulates of the file as it stands', () => {
      const plain = buildGraph(model, []);
      expect(plain.ops.reduce((sum, op) => sum + countMacs(op, plain), 0)).toBe(recorded.total_macs);
    });
  });

  test('a float32 input becomes the recorded int8', () => {
    const folder = join(root, 'golden', 'tinyengine_vww');
    const graph = buildGraph(loadModel(root, 'models', 'tinyengine_vww.tflite'));
    const edge = at(graph.inputs, 0);
    const input = at(splitInputs(graph, readBytes(folder, 'input0.bin')), 3);
    const recorded = readBytes(folder, 'input0_i8.bin');
    const bytes = elementCount(edge.shape);
    const made = bytesOf(at(interpret(graph, input).tensors, edge.tensor));
    expect(Buffer.compare(made, recorded.subarray(3 * bytes, 4 * bytes))).toBe(0);
  });

  test('25 real keyword samples', () => {
    const graph = buildGraph(loadModel(root, 'models', 'kws_ref_model.tflite'));
    const rows = readFileSync(join(root, 'kws01', 'y_labels.csv'), 'utf8')
      .trim()
      .split('\n')
      .slice(0, 25);
    const made = rows.flatMap((row) => {
      const sample = new Int8Array(readBytes(root, 'kws01', at(row.split(','), 0)));
      return interpret(graph, [sample]).outputs.map(bytesOf);
    });
    const expected = readBytes(root, 'golden', 'kws_ref_model', 'kws01', 'output0.bin');
    const bytes = joinBytes(made);
    expect(bytes).toHaveLength(25 * 12);
    expect(Buffer.compare(bytes, expected.subarray(0, bytes.length))).toBe(0);
  });
});
