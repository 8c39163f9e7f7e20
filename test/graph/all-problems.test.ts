/** What a user is told of a model with several faults: all of them at once, and of each what to change. */
import { describe, expect, test } from 'vitest';
import { Failure } from '../../src/base/index.ts';
import { findProblems } from '../../src/graph/index.ts';
import { readModel } from '../../src/model/index.ts';
import { refusalOf } from '../support/refusal.ts';
import { buildTflite, int8Value, type NetworkSpec } from '../support/tflite-builder.ts';

const image = [1, 4, 4, 2];
const builtin = (code: number): NetworkSpec['operators'][number]['options'] => ({ code });
const [gelu, rsqrt] = [builtin(150), builtin(76)];

/** GELU and two RSQRT that cannot be read, and a concatenation that can be, but whose scales differ. */
const network: NetworkSpec = {
  tensors: [
    int8Value(image),
    int8Value(image),
    int8Value(image),
    int8Value(image),
    { ...int8Value([1, 8, 4, 2]), quantization: { scales: [0.1], zeroPoints: [0] } },
  ],
  operators: [
    { inputs: [0], outputs: [1], options: gelu },
    { inputs: [1], outputs: [2], options: rsqrt },
    { inputs: [2, 1], outputs: [4], options: { op: 'CONCATENATION', axis: 1, activation: 'none' } },
    { inputs: [2], outputs: [3], options: rsqrt },
  ],
  inputs: [0],
  outputs: [3, 4],
};

const failure = refusalOf(() => readModel(buildTflite(network), 'net.tflite', findProblems));

describe('a model with several faults', () => {
  test('is told all of them, those of reading and those of building, in the order of the file', () => {
    expect(failure.code).toBe('MODEL_OP_UNSUPPORTED');
    expect(failure.problems.map(({ operator, kind }) => `${operator} ${kind}`)).toEqual([
      '0 GELU',
      '1 RSQRT',
      '2 CONCATENATION',
      '3 RSQRT',
    ]);
  });

  test('on a terminal: operators of one kind together, each with its name, the reason and what to change', () => {
    expect(failure.toText().split('\n')).toEqual([
      'net.tflite: 4 operators are not supported [MODEL_OP_UNSUPPORTED]',
      '  GELU at operator 0 "tensor1": no kernel for it',
      expect.stringMatching(/^ {4}-> use tf\.nn\.relu6 or tf\.keras\.activations\.hard_silu/),
      '  RSQRT at operators 1 "tensor2", 3 "tensor3": no kernel for it',
      expect.stringMatching(/^ {4}-> .*BatchNormalization/),
      expect.stringMatching(/^ {2}CONCATENATION at operator 2 "tensor4": input 0 is quantised differently/),
      expect.stringMatching(/^ {4}-> .*mcunet quantize/),
    ]);
  });

  test('in one line where there is only one, a log or an annotation', () => {
    expect(failure.toLine()).toMatch(
      /^net\.tflite: 4 operators are not supported: GELU at operator 0 "tensor1" \(no kernel for it\); RSQRT at .*\]$/,
    );
  });
});

test('conversions around an operator that the converter left in float32 point to it', () => {
  const real = { shape: image, type: 'float32' } as const;
  const left: NetworkSpec = {
    tensors: [int8Value(image), int8Value(image), real, real, int8Value(image)],
    operators: [
      { inputs: [0], outputs: [1], options: { op: 'RELU' } },
      { inputs: [1], outputs: [2], options: { op: 'DEQUANTIZE' } },
      { inputs: [2], outputs: [3], options: builtin(59) },
      { inputs: [3], outputs: [4], options: { op: 'QUANTIZE' } },
    ],
    inputs: [0],
    outputs: [4],
  };
  const { problems } = refusalOf(() => readModel(buildTflite(left), 'net.tflite', findProblems));
  const pointing = expect.stringMatching(/no int8 form of operator 2 NEG .*: replace it, and this one goes/);
  expect(problems.map(({ kind, hint }) => [kind, hint])).toEqual([
    ['DEQUANTIZE', pointing],
    ['NEG', expect.stringMatching(/x \* -1\.0/)],
    ['QUANTIZE', pointing],
  ]);
});

describe('advice on what cannot be read', () => {
  const adviceOn = (options: NetworkSpec['operators'][number]['options']): string => {
    const tensors = [int8Value(image), int8Value(image)];
    const single = {
      tensors,
      operators: [{ inputs: [0], outputs: [1], options }],
      inputs: [0],
      outputs: [1],
    };
    return refusalOf(() => readModel(buildTflite(single))).hint ?? '';
  };

  test('there is some for every operator of TensorFlow Lite that is not known', () => {
    const refused = Array.from({ length: 207 }, (_, code) => code).flatMap((code) => {
      const tensors = [int8Value(image), int8Value(image)];
      const operators = [{ inputs: [0], outputs: [1], options: { code } }];
      try {
        readModel(buildTflite({ tensors, operators, inputs: [0], outputs: [1] }));
      } catch (thrown) {
        if (!(thrown instanceof Failure)) throw thrown;
        return thrown.problems.filter(({ reason }) => reason === 'no kernel for it');
      }
      return [];
    });
    expect(refused.length).toBeGreaterThan(100);
    for (const { kind, hint } of refused) expect(hint.length, kind).toBeGreaterThan(20);
  });

  test.each([
    ['select-TF-ops', { custom: 'FlexErf' }, /kept TensorFlow's own Erf.*TFLITE_BUILTINS_INT8\] alone/],
    ['detection', { custom: 'TFLite_Detection_PostProcess' }, /without post-processing/],
    ['a custom operator', { custom: 'MyThing' }, /standard layers/],
    ['StableHLO', { code: 184 }, /StableHLO/],
    ['control flow', { code: 119 }, /unroll/],
    ['a square', { code: 92 }, /x \* x\), which becomes MUL/],
    ['a negation', { code: 59 }, /x \* -1\.0\), which becomes MUL/],
    ['shapes at run time', { code: 77 }, /batch_size=1/],
    ['an operator without advice of its own', { code: 113 }, /mcunet operators/],
  ])('%s', (_, options, words) => {
    expect(adviceOn(options)).toMatch(words);
  });
});

test('hundreds of operators of one kind are counted, not listed', () => {
  const problems = Array.from({ length: 500 }, (_, operator) => ({
    operator,
    kind: 'DIV',
    name: `block_${operator}/${'very_long_name/'.repeat(20)}div`,
    reason: 'no kernel for it',
    hint: 'multiply instead',
  }));
  const text = new Failure({ code: 'X', kind: 'model', message: '500 operators', problems }).toText();
  expect(text.split('\n')).toHaveLength(3);
  expect(text).toMatch(/and 494 more: no kernel for it/);
  expect(text.length).toBeLessThan(800);
});
