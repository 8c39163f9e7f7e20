/** Tensors that contradict themselves, or that nothing here can compute with. */
import { describe } from 'vitest';
import { int8Value, int8Weights, type TensorSpec } from '../support/tflite-builder.ts';
import { conv, image, refuses, withTensor } from './refusal-cases.ts';

function quantized(scales: readonly number[], zeroPoints: readonly number[], dimension = 0): TensorSpec {
  return { shape: image, quantization: { scales, zeroPoints, dimension } };
}

describe('tensors', () => {
  refuses([
    ['an infinite scale', withTensor(0, quantized([Infinity], [0])), 'MODEL_MALFORMED', /scale of Infinity/],
    ['a scale that is no number', withTensor(0, quantized([NaN], [0])), 'MODEL_MALFORMED', /scale of NaN/],
    ['a zero scale', withTensor(0, quantized([0], [0])), 'MODEL_MALFORMED', /tensor 0: .*scale of 0/],
    ['a negative scale of a value', withTensor(0, quantized([-1], [0])), 'MODEL_MALFORMED', /scale of -1/],
    [
      'a scale beyond all sense',
      withTensor(0, quantized([2 ** 33], [0])),
      'MODEL_MALFORMED',
      /scale of 8589934592/,
    ],
    [
      'a scale next to nothing',
      withTensor(0, quantized([2 ** -61], [0])),
      'MODEL_MALFORMED',
      /scale of 4\.3/,
    ],
    [
      'a zero scale of weights',
      withTensor(2, int8Weights([3, 3, 3, 2], [0.5, 0, 1])),
      'MODEL_MALFORMED',
      /tensor 2: .*scale of 0/,
    ],
    [
      'a zero point outside the type',
      withTensor(0, quantized([1], [128])),
      'MODEL_MALFORMED',
      /zero point 128 is outside the range of int8/,
    ],
    [
      'a zero point beyond 2^53',
      withTensor(0, quantized([1], [-(2 ** 60)])),
      'MODEL_MALFORMED',
      /zero point -11529215046068/,
    ],
    [
      'fewer zero points than scales',
      withTensor(0, quantized([1, 1], [0], 3)),
      'MODEL_MALFORMED',
      /2 scales but 1 zero points/,
    ],
    [
      'scales that do not match the dimension',
      withTensor(0, quantized([1, 1, 1], [0, 0, 0], 3)),
      'MODEL_MALFORMED',
      /3 scales where its dimension 3 has 2/,
    ],
    [
      'a quantised dimension that is not there',
      withTensor(0, quantized([1], [0], 4)),
      'MODEL_MALFORMED',
      /quantised dimension 4/,
    ],
    [
      'a negative quantised dimension',
      withTensor(0, quantized([1], [0], -1)),
      'MODEL_MALFORMED',
      /quantised dimension -1/,
    ],
    [
      'a constant of the wrong size',
      withTensor(2, int8Weights([3, 3, 3, 2], [0.5], 0, [1, 2, 3])),
      'MODEL_MALFORMED',
      /has 3 B where int8 of shape \[3, 3, 3, 2\] needs 54 B/,
    ],
    [
      'a buffer that is not there',
      withTensor(2, { ...int8Weights([3, 3, 3, 2]), raw: { bufferIndex: 99 } }),
      'MODEL_MALFORMED',
      /tensor 2: index 99 is outside Model\.buffers, which has 5/,
    ],
    [
      'a negative dimension',
      withTensor(0, int8Value([1, -2, 4, 2])),
      'MODEL_MALFORMED',
      /\[1, -2, 4, 2\] is negative/,
    ],
    [
      'a name that is not text',
      withTensor(0, { ...int8Value(image), raw: { nameBytes: Uint8Array.of(0xff, 0xfe) } }),
      'MODEL_MALFORMED',
      /name is not UTF-8/,
    ],
    [
      'a name that would break out of a comment line',
      withTensor(0, { ...int8Value(image), name: 'input\n#include "/etc/passwd"' }),
      'MODEL_MALFORMED',
      /name has control characters/,
    ],
    [
      'a name with characters that turn text around',
      withTensor(0, { ...int8Value(image), name: 'in\u202eput' }),
      'MODEL_MALFORMED',
      /name has control characters/,
    ],
    [
      'a shape whose product is huge',
      withTensor(0, int8Value([65_536, 65_536, 65_536, 65_536])),
      'MODEL_TOO_LARGE',
      /too many elements in shape \[65536, 65536, 65536, 65536\]/,
    ],
    [
      'too many dimensions',
      withTensor(0, int8Value(new Array(9).fill(1))),
      'MODEL_TOO_LARGE',
      /9, the limit/,
    ],
    [
      'weights kept outside the FlatBuffer',
      withTensor(2, { ...int8Weights([3, 3, 3, 2]), raw: { bufferOffset: 4096n } }),
      'MODEL_STRUCTURE_UNSUPPORTED',
      /buffer 3 is kept outside/,
    ],
    [
      'an unused tensor of a type that cannot be represented',
      { ...conv, tensors: [...conv.tensors, { shape: [2], type: 'string' }] },
      'MODEL_TENSOR_UNSUPPORTED',
      /tensor 4: a string tensor/,
    ],
  ]);
});

describe('tensors that operators use are reported with the operators', () => {
  const unsupported = 'MODEL_OP_UNSUPPORTED';
  const weights = int8Weights([3, 3, 3, 2]);
  refuses([
    [
      'a dynamic dimension in the shape',
      withTensor(0, int8Value([1, -1, 4, 2])),
      unsupported,
      /CONV_2D at operator 0 "[^"]*" \(a dynamic shape\); give the network fixed input shapes/,
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
    [
      'an empty tensor',
      withTensor(0, int8Value([1, 0, 4, 2])),
      unsupported,
      /an empty shape, with a dimension of 0/,
    ],
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
      'uint8 weights',
      withTensor(2, { ...weights, type: 'uint8', data: [...Array(54)].map(() => 0) }),
      unsupported,
      /uint8 weights/,
    ],
    ['computed weights', withTensor(2, int8Value([3, 3, 3, 2])), unsupported, /weights computed at run time/],
  ]);
});
