/** Float operators compute what LiteRT's reference kernels compute, over several samples at once. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { at } from '../../src/base/index.ts';
import { readModel } from '../../src/model/index.ts';
import { runFloat } from '../../src/quantisation/index.ts';

type Case = {
  readonly name: string;
  readonly model: string;
  readonly samples: number;
  readonly inputs: readonly string[];
  readonly output: string;
};

const file = join(import.meta.dirname, '../fixtures/float-operators.json');
const cases = JSON.parse(readFileSync(file, 'utf8')) as readonly Case[];

const floats = (text: string): Float32Array =>
  new Float32Array(new Uint8Array(Buffer.from(text, 'base64')).buffer);

describe('float operators, as LiteRT within 2e-6 of the largest output', () => {
  test('are all compared', () => {
    expect(cases.length).toBeGreaterThan(80);
  });

  test.each(cases)('$name', ({ model: bytes, samples, inputs, output }) => {
    const model = readModel(Buffer.from(bytes, 'base64'));
    const computed = at(runFloat(model, inputs.map(floats), samples), 0);
    const right = floats(output);
    expect(computed.length).toBe(right.length);
    const largest = Math.max(...right.map(Math.abs));
    computed.forEach((value, i) => {
      expect(Math.abs(value - at(right, i)), `element ${i}`).toBeLessThanOrEqual(2e-6 * largest);
    });
  });
});
