/** Small files whose sizes claim much memory: what is made of sizes alone must be refused before it is made. */
import { describe, expect, test } from 'vitest';
import { type Model, type ModelTensor, readModel, writeTflite } from '../../src/model/index.ts';
import { refusalOf } from '../support/refusal.ts';
import { buildTflite, int8Value, int8Weights, int32Constant } from '../support/tflite-builder.ts';

const mebi = 2 ** 20;

describe('values kept between inferences', () => {
  const most = 16 * mebi;
  const value = (index: number, type: 'int8' | 'int16', count: number): ModelTensor => ({
    index,
    name: `value${index}`,
    shape: [1, count],
    type,
    quantization: { scales: [0.5], zeroPoints: [0], dimension: 0 },
    data: undefined,
  });

  /** Variables that take turns: each is replaced by the smaller of itself and the network's input. */
  function keeping(type: 'int8' | 'int16', count: number, variables: number): Uint8Array {
    const numbers = Array.from({ length: variables }, (_, index) => index);
    const model: Model = {
      format: 'tflite',
      tensors: Array.from({ length: 2 * variables + 1 }, (_, index) => value(index, type, count)),
      operators: numbers.map((index) => ({
        index,
        inputs: [0, 2 * index + 1],
        outputs: [2 * index + 2],
        options: { op: 'MINIMUM' },
      })),
      inputs: [0],
      outputs: [2],
      variables: numbers.map((index) => ({
        container: '',
        name: `variable${index}`,
        read: 2 * index + 1,
        assigned: 2 * index + 2,
        operator: index,
        initial: undefined,
      })),
    };
    return writeTflite(model);
  }

  test.each([
    ['in one variable', keeping('int16', 64 * mebi, 1), 128 * mebi],
    ['in many variables', keeping('int8', mebi, 1000), 17 * mebi],
  ])('%s', (_, bytes, sum) => {
    expect(bytes.length).toBeLessThan(mebi);
    const { code, message } = refusalOf(() => readModel(bytes));
    expect(code).toBe('MODEL_TOO_LARGE');
    expect(message).toBe(`values kept between inferences, in bytes: ${sum}, the limit is ${most}`);
  });

  test('in the state of an operator', () => {
    const bytes = buildTflite({
      tensors: [
        int8Value([4 * mebi, 1]),
        int8Value([4 * mebi, 1]),
        int8Weights([1, 1]),
        int8Weights([1, 5]),
        int32Constant([1], [7]),
        { ...int8Value([4 * mebi, 5]), raw: { isVariable: true } },
      ],
      operators: [
        { inputs: [0, 2, 3, 4, 5], outputs: [1], options: { op: 'SVDF', rank: 1, activation: 'none' } },
      ],
      inputs: [0],
      outputs: [1],
    });
    expect(refusalOf(() => readModel(bytes)).message).toMatch(/kept between inferences, in bytes: 20971520/);
  });

  test('as much as there may be is read', () => {
    expect(readModel(keeping('int16', mebi, 8)).variables).toHaveLength(8);
  });
});
