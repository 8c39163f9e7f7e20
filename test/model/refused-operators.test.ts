/** Operators that contradict themselves or are not supported; the latter are named all at once. */
import { describe } from 'vitest';
import { int8Value, int8Weights } from '../support/tflite-builder.ts';
import { image, refuses, withTensor } from './refusal-cases.ts';

describe('tensors that operators use are reported with the operators', () => {
  const unsupported = 'MODEL_OP_UNSUPPORTED';
  const weights = int8Weights([3, 3, 3, 2]);
  refuses([
    [
      'a dynamic dimension in the shape',
      withTensor(0, int8Value([1, -1, 4, 2])),
      unsupported,
      /CONV_2D at operator 0 \(a dynamic shape\); give the network fixed input shapes/,
    ],
    [
      'a dynamic dimension in the signature',
      withTensor(0, { ...int8Value(image), raw: { shapeSignature: [1, -1, -1, 2] } }),
      unsupported,
      /a dynamic shape/,
    ],
    [
      'a dynamic batch of more than one',
      withTensor(0, { ...int8Value([2, 4, 4, 2]), raw: { shapeSignature: [-1, 4, 4, 2] } }),
      unsupported,
      /a dynamic shape/,
    ],
    ['an empty tensor', withTensor(0, int8Value([1, 0, 4, 2])), unsupported, /an empty shape \[1, 0, 4, 2\]/],
    [
      'a variable tensor',
      withTensor(0, { ...int8Value(image), raw: { isVariable: true } }),
      unsupported,
      /a variable tensor, which keeps state/,
    ],
    [
      'sparse weights',
      withTensor(2, { ...weights, raw: { isSparse: true } }),
      unsupported,
      /a sparse tensor/,
    ],
    [
      'weights in another file',
      withTensor(2, { ...weights, raw: { externalBuffer: 7 } }),
      unsupported,
      /weights in another file/,
    ],
    [
      'block-wise quantisation',
      withTensor(2, { ...weights, raw: { quantizationDetailsType: 2 } }),
      unsupported,
      /block-wise or custom/,
    ],
    ['a type of tomorrow', withTensor(2, { ...weights, type: 99 }), unsupported, /a type code 99 tensor/],
    [
      'a value without a scale',
      withTensor(0, { shape: image }),
      unsupported,
      /\(int8 values without a scale\)/,
    ],
    [
      'a value with many scales',
      withTensor(0, quantized([1, 2], [0, 0], 3)),
      unsupported,
      /values with a scale for each channel/,
    ],
    [
      'weights quantised along the wrong dimension',
      withTensor(2, int8Weights([3, 3, 3, 2], [1, 2], 3)),
      unsupported,
      /weights quantised along dimension 3/,
    ],
    [
      'asymmetric weights',
      withTensor(2, { ...weights, quantization: { scales: [1], zeroPoints: [3] } }),
      unsupported,
      /weights with a zero point/,
    ],
    [
      'int4 weights',
      withTensor(2, { ...weights, type: 'int4', data: [...Array(27)].map(() => 0) }),
      unsupported,
      /int4 weights/,
    ],
    ['computed weights', withTensor(2, int8Value([3, 3, 3, 2])), unsupported, /weights computed at run time/],
  ]);
});
