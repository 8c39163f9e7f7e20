/** Every operator of LiteRT's float cases, made int8: the graph that it becomes computes nearly what it did in float. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { at } from '../../src/base/index.ts';
import { isFloatModel, type Model, readModel, writeTflite } from '../../src/model/index.ts';
import { calibrate, quantisableOperators, quantise } from '../../src/quantisation/index.ts';
import { floatModel, randomSamples } from './float-model.ts';
import { runInt8, scaleOf, signalToNoise } from './int8-networks.ts';

type Case = {
  readonly name: string;
  readonly model: string;
  readonly samples: number;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
};

const file = join(import.meta.dirname, '../fixtures/float-operators.json');
const cases = JSON.parse(readFileSync(file, 'utf8')) as readonly Case[];
const floats = (text: string): Float32Array =>
  new Float32Array(new Uint8Array(Buffer.from(text, 'base64')).buffer);

/** Values of one sample of many that lie back to back. */
function sampleOf(values: Float32Array, sample: number, samples: number): Float32Array {
  const size = values.length / samples;
  return values.subarray(sample * size, (sample + 1) * size);
}

/**
 * In steps of the output: an input is rounded to half a step, and what only moves or compares adds nothing. Others round
 * once more; sums of many products gather what inputs and weights are off by.
 */
function tolerance({ operators }: Model): number {
  const [operator] = operators;
  if (operator === undefined) throw new Error('a case has an operator');
  if (exact.has(operator.options.op)) return 0.501;
  return /CONV|FULLY/.test(operator.options.op) ? 24 : 12;
}

const exact = new Set(
  'SLICE STRIDED_SLICE SPLIT SPLIT_V PACK UNPACK GATHER MIRROR_PAD TILE BROADCAST_TO REVERSE_V2 SPACE_TO_DEPTH DEPTH_TO_SPACE SQUEEZE EXPAND_DIMS \
RESHAPE TRANSPOSE PAD REDUCE_MAX REDUCE_MIN ARG_MAX ARG_MIN MAX_POOL_2D'.split(/\s+/),
);

describe('float cases of LiteRT, calibrated on their own inputs', () => {
  const read = cases.map((one) => ({ ...one, network: readModel(Buffer.from(one.model, 'base64')) }));

  test('cover every operator that is quantised', () => {
    const covered = new Set<string>();
    for (const { network } of read) for (const { options } of network.operators) covered.add(options.op);
    expect([...quantisableOperators].filter((op) => !covered.has(op))).toEqual([]);
  });

  test.each(read.map((one) => [one.name, one] as const))('%s', (_, { network, samples, inputs, outputs }) => {
    const given = inputs.map(floats);
    const int8 = quantise(network, calibrate(network, given));
    expect(isFloatModel(int8)).toBe(false);
    // As TensorFlow Lite would be given it.
    const written = readModel(writeTflite(int8));
    for (let sample = 0; sample < samples; sample += 1) {
      const results = runInt8(
        written,
        given.map((values) => sampleOf(values, sample, samples)),
      );
      outputs.map(floats).forEach((all, output) => {
        const { scale } = scaleOf(int8, at(int8.outputs, output));
        const right = sampleOf(all, sample, samples);
        const worst = right.reduce(
          (most, value, i) => Math.max(most, Math.abs(at(at(results, output), i) - value)),
          0,
        );
        expect(worst, `output ${output}`).toBeLessThanOrEqual(tolerance(network) * scale);
      });
    }
  });
});

describe('what splits and packs hand on', () => {
  /** Split into halves, one of them through a layer, packed again. */
  function branches(): Model {
    const net = floatModel(3);
    const input = net.input([1, 8]);
    const halves = net.applyAll(
      { op: 'SPLIT' },
      [net.scalar(1), input],
      [
        [1, 4],
        [1, 4],
      ],
    );
    const [left, right] = [at(halves, 0), at(halves, 1)];
    const dense = net.apply(
      { op: 'FULLY_CONNECTED', activation: 'none', keepDims: false },
      [left, net.weights([4, 4], 3)],
      [1, 4],
    );
    net.output(net.apply({ op: 'PACK', axis: 1 }, [dense, right], [1, 2, 4]));
    return net.model;
  }

  test('has one scale from the input of the split to the output of the pack', () => {
    const model = branches();
    const int8 = quantise(model, calibrate(model, [randomSamples([8], 16)]));
    const scales = int8.operators
      .filter(({ options }) => options.op !== 'FULLY_CONNECTED')
      .flatMap(({ outputs }) => outputs.map((tensor) => scaleOf(int8, tensor)));
    expect(int8.operators.map(({ options }) => options.op)).toEqual(['SPLIT', 'FULLY_CONNECTED', 'PACK']);
    expect(new Set(scales.map(({ scale }) => scale)).size).toBe(1);
    expect(signalToNoise(model, int8, randomSamples([8], 16), 16)).toBeGreaterThan(28);
  });
});
