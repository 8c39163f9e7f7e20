/** Random configurations of ONNX's operators, against what ONNX Runtime computes with them (scripts/make-onnx-vectors.py). */
import { describe, expect, test } from 'vitest';
import { at, Failure } from '../../src/base/index.ts';
import { buildGraph } from '../../src/graph/index.ts';
import { isFloatModel, type Model, readModel } from '../../src/model/index.ts';
import { runFloat } from '../../src/quantisation/index.ts';
import { stepsApart } from './onnx-distance.ts';
import { type OnnxFixture, onnxVectors } from './onnx-fixtures.ts';

const sets = 2;

/** Kernels with steps of their own, which are coarser than half of those that some configurations ask for. */
const coarse = /(LOG_SOFTMAX|L2_NORMALIZATION|SOFTMAX) makes steps of|its output reaches down to/;

/** The others equal ONNX Runtime: only these have steps of their own first, or slopes that become int8. */
const rounded = new Set(['LogSoftmax', 'LpNormalization', 'PRelu', 'Softmax']);

const operatorOf = ({ name }: OnnxFixture): string => name.slice(0, name.lastIndexOf('-'));
const operators = [...new Set(onnxVectors.map(operatorOf))];

/** Nothing where a kernel's steps are too coarse. */
function read({ bytes }: OnnxFixture): Model | undefined {
  try {
    return readModel(bytes);
  } catch (error) {
    if (error instanceof Failure && coarse.test(error.message)) return undefined;
    throw error;
  }
}

describe.each(operators)('%s', (operator) => {
  const fixtures = onnxVectors.filter((fixture) => operatorOf(fixture) === operator);

  test('of integers is within a step', () => {
    const networks = fixtures.filter(({ name }) => name.endsWith('.qdq'));
    const models = networks.map(read);
    expect(models.length === 0 || models.some((model) => model !== undefined)).toBe(true);
    for (const [index, model] of models.entries()) {
      if (model === undefined) continue;
      const { name, inputs, plain } = at(networks, index);
      const furthest = Math.max(...stepsApart(buildGraph(model), inputs, plain, sets));
      expect([name, furthest]).toEqual([name, Math.min(furthest, rounded.has(operator) ? 1 : 0)]);
    }
  });

  test('of float32 is the same but for the order of sums', () => {
    const networks = fixtures.filter(({ name }) => name.endsWith('.float'));
    expect(networks.length).toBeGreaterThan(0);
    for (const { bytes, inputs, plain } of networks) {
      const model = readModel(bytes);
      expect(isFloatModel(model)).toBe(true);
      const outputs = at(runFloat(model, [inputs], sets), 0);
      const largest = plain.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
      expect(outputs.length).toBe(plain.length);
      outputs.forEach((value, index) => {
        expect(Math.abs(value - at(plain, index)) / largest).toBeLessThan(1e-5);
      });
    }
  });
});
