/** Operators that contradict themselves or are not supported; the latter are named all at once. */
import { describe, expect, test } from 'vitest';
import { at } from '../../src/base/index.ts';
import { readModel } from '../../src/model/index.ts';
import { refusalOf } from '../support/refusal.ts';
import { sampleNetworks } from '../support/sample-networks.ts';
import { buildTflite, int8Value, type NetworkSpec } from '../support/tflite-builder.ts';
import { image, type RefusalCase, refuses, withOperator, withTensor } from './refusal-cases.ts';

describe('operators', () => {
  const unsupported = 'MODEL_OP_UNSUPPORTED';
  refuses([
    [
      'a tensor that is not there',
      withOperator({ inputs: [0, 99, 3] }),
      'MODEL_MALFORMED',
      /operator 0: it refers to tensor 99, the network has 4/,
    ],
    ['an output of -1', withOperator({ outputs: [-1] }), 'MODEL_MALFORMED', /refers to tensor -1/],
    [
      'a code that is not declared',
      withOperator({ raw: { codeIndex: 7 } }),
      'MODEL_MALFORMED',
      /its code 7 is not one of the 1/,
    ],
    [
      'the options of another operator',
      withOperator({ raw: { optionsType: 9 } }),
      'MODEL_MALFORMED',
      /operator 0 CONV_2D: it has the options of another operator \(type 9\)/,
    ],
    [
      'missing options that have no sensible default',
      withOperator({ raw: { optionsType: 0 } }),
      'MODEL_MALFORMED',
      /Conv2DOptions\.strideHeight is 0/,
    ],
    [
      'a stride of 0',
      withOperator({ options: { op: 'CONV_2D', strideWidth: 0 } }),
      'MODEL_MALFORMED',
      /strideWidth is 0/,
    ],
    [
      'a negative dilation',
      withOperator({ options: { op: 'CONV_2D', dilationHeight: -1 } }),
      'MODEL_MALFORMED',
      /dilationHeight is -1/,
    ],
    [
      'an unknown padding rule',
      withOperator({ raw: { optionFields: [[0, 'byte', 2]] } }),
      'MODEL_MALFORMED',
      /padding is 2, neither SAME/,
    ],
    [
      'a constant that is written',
      withOperator({ outputs: [2] }),
      'MODEL_MALFORMED',
      /writes tensor 2, which is a constant/,
    ],
    [
      'a beta of 0',
      withOperator({ options: { op: 'SOFTMAX', beta: 0 } }, sampleNetworks.SOFTMAX),
      'MODEL_MALFORMED',
      /beta is 0/,
    ],
    ['no required input', withOperator({ inputs: [0, -1, 3] }), unsupported, /\(no weights\)/],
    ['too many inputs', withOperator({ inputs: [0, 2, 3, 3] }), unsupported, /\(4 inputs\)/],
    ['too few inputs', withOperator({ inputs: [0] }), unsupported, /\(1 inputs\)/],
    [
      'no inputs at all',
      withOperator({ inputs: [] }, sampleNetworks.CONCATENATION),
      unsupported,
      /\(0 inputs\)/,
    ],
    ['two outputs', withOperator({ outputs: [1, 0] }), unsupported, /\(2 outputs\)/],
    [
      'a fused tanh',
      withOperator({ raw: { optionFields: [[3, 'byte', 4]] } }),
      unsupported,
      /fused activation TANH/,
    ],
    [
      'an unknown activation',
      withOperator({ raw: { optionFields: [[3, 'byte', 77]] } }),
      unsupported,
      /fused activation code 77/,
    ],
    [
      'accumulators of uint8',
      withOperator({ raw: { optionFields: [[6, 'byte', 3]] } }),
      unsupported,
      /uint8 accumulators/,
    ],
    [
      'int16 where TensorFlow Lite Micro has no kernel of it',
      {
        ...sampleNetworks.HARD_SWISH,
        tensors: sampleNetworks.HARD_SWISH.tensors.map((tensor) => ({ ...tensor, type: 'int16' as const })),
      },
      unsupported,
      /HARD_SWISH .*int16 values/,
    ],
    [
      'shuffled weights',
      withOperator({ raw: { optionFields: [[1, 'byte', 1]] } }, sampleNetworks.FULLY_CONNECTED),
      unsupported,
      /shuffled weights/,
    ],
    [
      'custom options',
      withOperator({ raw: { customOptions: Uint8Array.of(1) } }),
      unsupported,
      /custom options/,
    ],
    ...(['QUANTIZE', 'DEQUANTIZE', 'RELU', 'RELU6', 'LOGISTIC', 'SOFTMAX'] as const).map(
      (op): RefusalCase => [
        `another shape after ${op}`,
        withTensor(0, { ...at(sampleNetworks[op].tensors, 0), shape: [7] }, sampleNetworks[op]),
        'MODEL_MALFORMED',
        /its input has shape \[7\], its output \[1, /,
      ],
    ),
    [
      'marks for inputs that are not there',
      withOperator({ raw: { mutatesInputs: [false] } }),
      'MODEL_MALFORMED',
      /marks 1 inputs as changing or not, but has 3/,
    ],
    [
      'inputs that change',
      withOperator({ raw: { mutatesInputs: [true, false, false] } }),
      unsupported,
      /inputs that it changes/,
    ],
    [
      'uint8 behind the edge',
      withTensor(0, { ...int8Value([1, 4, 4, 2]), type: 'uint8' }, sampleNetworks.TANH),
      'MODEL_OP_UNSUPPORTED',
      /inference_input_type/,
    ],
  ]);

  test('all that are not supported are named at once, with index, name and reason', () => {
    const network: NetworkSpec = {
      tensors: [int8Value(image), int8Value(image), int8Value(image), int8Value(image), int8Value(image)],
      operators: [
        { inputs: [0], outputs: [1], options: { code: 42 } },
        { inputs: [1], outputs: [2], options: { op: 'RELU' } },
        { inputs: [2], outputs: [3], options: { custom: 'MyDetector' } },
        { inputs: [3], outputs: [4], options: { code: 42 } },
        { inputs: [3], outputs: [4], options: { code: 199 } },
      ],
      inputs: [0],
      outputs: [4],
    };
    const failure = refusalOf(() => readModel(buildTflite(network)));
    expect(failure.message).toBe(
      '4 operators are not supported: DIV at operators 0 "tensor1", 3 "tensor4" (no kernel for it); ' +
        'custom MyDetector at operator 2 "tensor3" (no kernel for it); STABLEHLO_SORT at operator 4 "tensor4" (no kernel for it)',
    );
    expect(failure.problems.map(({ operator }) => operator)).toEqual([0, 2, 3, 4]);
  });
});
