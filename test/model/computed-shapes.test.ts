/** Shapes that files compute from shapes, as converters leave them where the batch was open. */
import { describe, expect, test } from 'vitest';
import { at } from '../../src/base/index.ts';
import { readModel } from '../../src/model/index.ts';
import { refusalOf } from '../support/refusal.ts';
import { buildTflite, int8Value, int32Constant, type NetworkSpec } from '../support/tflite-builder.ts';

const SHAPE = { code: 77 };

/** [1, 4, 3] flattened to [1, 12], whose batch and size are computed. */
function flattened(changes: Partial<NetworkSpec> = {}): NetworkSpec {
  const scalar = { shape: [], type: 'int32' } as const;
  return {
    tensors: [
      { ...int8Value([1, 4, 3]), raw: { shapeSignature: [-1, 4, 3] } },
      { ...int8Value([1, 12]), raw: { shapeSignature: [-1, 12] } },
      { shape: [3], type: 'int32' },
      int32Constant([1], [0]),
      int32Constant([1], [1]),
      int32Constant([1], [1]),
      scalar,
      int32Constant([1], [3]),
      { shape: [2], type: 'int32' },
      scalar,
      { shape: [2], type: 'int32' },
      { ...int8Value([1, 12]), raw: { shapeSignature: [-1, 12] } },
    ],
    operators: [
      { inputs: [0], outputs: [2], options: SHAPE },
      { inputs: [2, 3, 4, 5], outputs: [6], options: { op: 'STRIDED_SLICE', shrinkMask: 1 } },
      { inputs: [2, 4, 7, 5], outputs: [8], options: { op: 'STRIDED_SLICE' } },
      { inputs: [8, 3], outputs: [9], options: { code: 81 } },
      { inputs: [6, 9], outputs: [10], options: { op: 'PACK', axis: 0 } },
      { inputs: [0, 10], outputs: [1], options: { op: 'RESHAPE' } },
      { inputs: [1], outputs: [11], options: { op: 'RELU' } },
    ],
    inputs: [0],
    outputs: [11],
    ...changes,
  };
}

describe('a shape that is computed from shapes', () => {
  test('is a constant', () => {
    const { operators, tensors } = readModel(buildTflite(flattened()));
    expect(operators.map(({ options }) => options.op)).toEqual(['RESHAPE', 'RELU']);
    const [, shape = -1] = at(operators, 0).inputs;
    const { data } = at(tensors, shape);
    expect(Array.from(new Int32Array(data?.slice().buffer ?? new ArrayBuffer(0)))).toEqual([1, 12]);
  });

  test('is refused where it is given out', () => {
    const network = flattened({ outputs: [11, 10] });
    expect(refusalOf(() => readModel(buildTflite(network))).message).toMatch(/PACK at operator 4/);
  });

  test('is refused where another operator stands between', () => {
    const { operators } = flattened();
    const network = flattened({
      operators: operators.with(3, { ...at(operators, 3), options: { code: 73 } }),
    });
    const { message } = refusalOf(() => readModel(buildTflite(network)));
    expect(message).toMatch(/^3 operators .*LOG at operator 3.*PACK at operator 4.*RESHAPE at operator 5/);
  });

  test('is none where the shape is open', () => {
    const { tensors } = flattened();
    const open = { ...int8Value([1, 4, 3]), raw: { shapeSignature: [1, -1, 3] } };
    const network = flattened({ tensors: tensors.with(0, open) });
    expect(refusalOf(() => readModel(buildTflite(network))).message).toMatch(/SHAPE at operator 0/);
  });
});
