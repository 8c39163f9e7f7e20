/** Networks that were never quantised to int8, and networks whose parts do not fit together. */
import { describe, expect, test } from 'vitest';
import { sampleNetworks } from '../support/sample-networks.ts';
import {
  int8Value,
  int8Weights,
  int32Constant,
  type NetworkSpec,
  type TensorSpec,
} from '../support/tflite-builder.ts';
import { conv, image, lineFor, refuses, withOperator } from './refusal-cases.ts';

describe('networks that were not quantised to int8', () => {
  const dense = (
    input: TensorSpec,
    weights: TensorSpec,
    bias: TensorSpec,
    output: TensorSpec,
  ): NetworkSpec => ({
    tensors: [input, output, weights, bias],
    operators: [{ inputs: [0, 2, 3], outputs: [1], options: { op: 'FULLY_CONNECTED' } }],
    inputs: [0],
    outputs: [1],
  });
  const float = (shape: readonly number[], data?: readonly number[]): TensorSpec => ({
    shape,
    type: 'float32',
    ...(data && { data }),
  });
  const uint8 = (shape: readonly number[]): TensorSpec => ({
    shape,
    type: 'uint8',
    quantization: { scales: [0.5], zeroPoints: [0] },
  });
  const floatNetwork = dense(float([1, 2]), float([1, 2], [1, 2]), float([1], [0]), float([1, 1]));
  const bias = int32Constant([1], [0]);
  const weights = int8Weights([1, 2]);
  refuses([
    [
      'dynamic range',
      dense(float([1, 2]), weights, float([1], [0]), float([1, 1])),
      'MODEL_NOT_INT8',
      /only the weights .*representative dataset/,
    ],
    [
      'dynamic range, behind a variable that has no operator among those that compute',
      {
        tensors: [float([1, 2]), weights, float([1, 1]), { shape: [], type: 13 }],
        operators: [
          { inputs: [], outputs: [3], options: { code: 142 } },
          {
            inputs: [0, 1, -1],
            outputs: [2],
            options: { op: 'FULLY_CONNECTED', activation: 'none', keepDims: false },
          },
        ],
        inputs: [0],
        outputs: [2],
      },
      'MODEL_NOT_INT8',
      /only the weights .*representative dataset/,
    ],
    [
      'uint8',
      dense(uint8([1, 2]), { ...weights, type: 'uint8' }, bias, uint8([1, 1])),
      'MODEL_NOT_INT8',
      /computes in uint8, the quantisation of TensorFlow 1/,
    ],
    [
      'float16 weights',
      {
        tensors: [
          ...floatNetwork.tensors.with(2, float([1, 2])),
          { shape: [1, 2], type: 'float16', data: Uint8Array.of(0, 60, 0, 64) },
        ],
        operators: [{ inputs: [4], outputs: [2], options: { op: 'DEQUANTIZE' } }, ...floatNetwork.operators],
        inputs: [0],
        outputs: [1],
      },
      'MODEL_NOT_INT8',
      /weights of the network are float16/,
    ],
    [
      'float32 with an operator that would fail even in int8',
      {
        ...floatNetwork,
        operators: [...floatNetwork.operators, { inputs: [0], outputs: [1], options: { code: 16 } }],
      },
      'MODEL_OP_UNSUPPORTED',
      /LSTM at operator 1 "[^"]*" \(no kernel for it\)/,
    ],
    [
      'float32 with one conversion to int8 that nothing reads',
      {
        ...floatNetwork,
        tensors: [...floatNetwork.tensors, int8Value([1, 1])],
        operators: [...floatNetwork.operators, { inputs: [1], outputs: [4], options: { op: 'QUANTIZE' } }],
      },
      'MODEL_NOT_INT8',
      /not quantised: it computes in float32; .*representative_dataset.*TFLITE_BUILTINS_INT8/,
    ],
    [
      'float32 with weights that diverged',
      dense(float([1, 2]), float([1, 2], [1, Number.NaN]), float([1], [0]), float([1, 1])),
      'MODEL_OP_UNSUPPORTED',
      /FULLY_CONNECTED at operator 0 "[^"]*" \(weights of which some are infinite or no numbers\)/,
    ],
    [
      'float32 with an infinite bias',
      dense(float([1, 2]), float([1, 2], [1, 2]), float([1], [Number.NEGATIVE_INFINITY]), float([1, 1])),
      'MODEL_OP_UNSUPPORTED',
      /bias of which some are infinite or no numbers/,
    ],
  ]);

  test('one float32 operator among int8 ones is reported as such', () => {
    const { tensors, operators } = sampleNetworks.RELU;
    const network: NetworkSpec = {
      tensors: [...tensors, float(image), float(image)],
      operators: [
        ...operators,
        { inputs: [1], outputs: [2], options: { op: 'DEQUANTIZE' } },
        { inputs: [2], outputs: [3], options: { op: 'RELU' } },
      ],
      inputs: [0],
      outputs: [3],
    };
    expect(lineFor(network)).toMatch(
      /1 operator is not supported: RELU at operator 2 "[^"]*" \(float32 values\)/,
    );
  });
});

describe('structure', () => {
  const malformed = 'MODEL_MALFORMED';
  const unread = { ...conv, tensors: [...conv.tensors, int8Value(image)] };
  refuses([
    [
      'two subgraphs',
      { ...conv, raw: { subgraphs: 2 } },
      'MODEL_STRUCTURE_UNSUPPORTED',
      /2 subgraphs, only one is supported/,
    ],
    ['no subgraph', { ...conv, raw: { subgraphs: 0 } }, malformed, /has no network in it/],
    ['an old schema', { ...conv, raw: { version: 1 } }, 'MODEL_STRUCTURE_UNSUPPORTED', /schema version 1/],
    ['no operators', { ...conv, operators: [] }, malformed, /no operators/],
    ['no inputs', { ...conv, inputs: [] }, malformed, /no inputs/],
    ['no outputs', { ...conv, outputs: [] }, malformed, /no outputs/],
    ['an input that is not there', { ...conv, inputs: [4] }, malformed, /network: it refers to tensor 4/],
    ['an input twice', { ...conv, inputs: [0, 0] }, malformed, /twice as network input/],
    ['an output twice', { ...conv, outputs: [1, 1] }, malformed, /twice as network output/],
    ['a constant as input', { ...conv, inputs: [0, 2] }, malformed, /tensor 2 "tensor2" is a constant/],
    [
      'an output that nothing computes',
      { ...conv, outputs: [0] },
      malformed,
      /no operator computes network output tensor 0/,
    ],
    [
      'an input that nothing gives',
      withOperator({ inputs: [4, 2, 3] }, unread),
      malformed,
      /operator 0 CONV_2D reads tensor 4 "tensor4", which nothing computes/,
    ],
    [
      'an operator that writes the input',
      withOperator({ outputs: [0] }),
      malformed,
      /operator 0 CONV_2D writes network input 0/,
    ],
    [
      'a tensor written twice',
      { ...conv, operators: [...conv.operators, ...conv.operators] },
      malformed,
      /operator 1 CONV_2D and operator 0 CONV_2D both write tensor 1/,
    ],
  ]);
});
