/** Float operators compute what LiteRT's reference kernels compute, over several samples at once. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { at } from '../../src/base/index.ts';
import { type OperatorOptions, readModel } from '../../src/model/index.ts';
import { runFloat } from '../../src/quantisation/index.ts';
import { floatModel } from './float-model.ts';

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

describe('float operators, as LiteRT within 2e-6 of the largest output', () => {
  test('are all compared', () => {
    expect(cases.length).toBeGreaterThan(110);
  });

  test.each(cases)('$name', ({ model: bytes, samples, inputs, outputs }) => {
    const model = readModel(Buffer.from(bytes, 'base64'));
    const results = runFloat(model, inputs.map(floats), samples);
    expect(results.length).toBe(outputs.length);
    outputs.map(floats).forEach((right, output) => {
      const computed = at(results, output);
      expect(computed.length).toBe(right.length);
      const largest = Math.max(...right.map(Math.abs));
      computed.forEach((value, i) => {
        const difference = Math.abs(value - at(right, i));
        expect(difference, `element ${i} of output ${output}`).toBeLessThanOrEqual(2e-6 * largest);
      });
    });
  });
});

test.each<[OperatorOptions, number]>([
  [{ op: 'SOFTMAX', beta: 1 }, 1],
  [{ op: 'LOG_SOFTMAX' }, 0],
  [{ op: 'L2_NORMALIZATION', activation: 'none' }, 1],
])('a scalar is a row of one: $op', (options, right) => {
  const network = floatModel();
  network.output(network.apply(options, [network.input([])], []));
  expect(runFloat(network.model, [Float32Array.of(3)], 1)).toEqual([Float32Array.of(right)]);
});
