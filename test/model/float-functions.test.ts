/** ELU in float32 between conversions, as TensorFlow's converter leaves it, is an operator of int8. */
import { expect, test } from 'vitest';
import { readModel, writeTflite } from '../../src/model/index.ts';
import { refusalOf } from '../support/refusal.ts';
import { buildTflite, int8Value, type NetworkSpec } from '../support/tflite-builder.ts';

const real = { shape: [1, 4], type: 'float32' } as const;

/** Two of them behind one DEQUANTIZE. */
const network: NetworkSpec = {
  tensors: [int8Value([1, 4]), real, real, real, int8Value([1, 4]), int8Value([1, 4], 0.25)],
  operators: [
    { inputs: [0], outputs: [1], options: { op: 'DEQUANTIZE' } },
    { inputs: [1], outputs: [2], options: { op: 'ELU' } },
    { inputs: [1], outputs: [3], options: { op: 'ELU' } },
    { inputs: [2], outputs: [4], options: { op: 'QUANTIZE' } },
    { inputs: [3], outputs: [5], options: { op: 'QUANTIZE' } },
  ],
  inputs: [0],
  outputs: [4, 5],
};

test('several that read the same values', () => {
  const { operators } = readModel(buildTflite(network));
  expect(operators.map(({ options, inputs, outputs }) => [options.op, inputs, outputs])).toEqual([
    ['ELU', [0], [4]],
    ['ELU', [0], [5]],
  ]);
});

test('they are written as they were', () => {
  const written = writeTflite(readModel(buildTflite(network)));
  const { operators } = readModel(written);
  expect(operators).toEqual(
    readModel(buildTflite(network)).operators.map((one, index) => ({ ...one, index: 1 + 3 * index })),
  );
});

test('one whose real numbers are given out as well', () => {
  const { message } = refusalOf(() => readModel(buildTflite({ ...network, outputs: [4, 5, 3] })));
  expect(message).toMatch(/ELU at operator 2/);
  expect(message).not.toMatch(/ELU at operators? 1\b/);
});

test('one of which more is read than QUANTIZE', () => {
  const operators = [...network.operators, { inputs: [3], outputs: [6], options: { op: 'RELU' } } as const];
  const read = { ...network, tensors: [...network.tensors, real], operators, outputs: [4, 5, 6] };
  expect(refusalOf(() => readModel(buildTflite(read))).message).toMatch(/ELU at operator 2/);
});
