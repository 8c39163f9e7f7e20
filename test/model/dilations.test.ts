/** SPACE_TO_BATCH_ND, a convolution and BATCH_TO_SPACE_ND are read as the dilated convolution that they mean. */
import { describe, expect, test } from 'vitest';
import { at } from '../../src/base/index.ts';
import { buildGraph } from '../../src/graph/index.ts';
import { type Model, readModel } from '../../src/model/index.ts';
import { interpret } from '../../src/reference/index.ts';
import { refusalOf } from '../support/refusal.ts';
import { seededIntegers } from '../support/seeded-integers.ts';
import {
  buildTflite,
  int8Value,
  int8Weights,
  int32Constant,
  type NetworkSpec,
  type OptionsSpec,
  type TensorSpec,
} from '../support/tflite-builder.ts';

/** Codes of the schema. */
const spaceToBatch = { code: 38 };
const batchToSpace = { code: 37 };

const valid = { op: 'CONV_2D', padding: 'valid' } as const;

type Spread = {
  /** [1, height, width, 2]. */
  readonly image: readonly number[];
  readonly blocks: readonly number[];
  readonly paddings: readonly number[];
  readonly crops?: readonly number[];
  readonly options?: OptionsSpec;
  /** Blocks that the end states, where they are others. */
  readonly endBlocks?: readonly number[];
};

/** Three filters of 3 x 2 over blocks of an image; tensors between have the shapes that a batch of one leaves. */
function spreadImage({
  image,
  blocks,
  paddings,
  crops,
  options = valid,
  endBlocks = blocks,
}: Spread): NetworkSpec {
  const left = paddings.map((count, place) => count - (crops?.[place] ?? 0));
  const [, height = 1, width = 1] = image;
  const rows = height + (left[0] ?? 0) + (left[1] ?? 0) - 2 * at(blocks, 0);
  const columns = width + (left[2] ?? 0) + (left[3] ?? 0) - (blocks[1] ?? 1);
  const pairs = [blocks.length, 2];
  const tensors: TensorSpec[] = [
    int8Value(image, 0.5, 3),
    int32Constant([blocks.length], blocks),
    int32Constant(pairs, paddings),
    int8Value([1, 9, 9, 2], 0.5, 3),
    int8Weights([3, 3, 2, 2], [0.01, 0.02, 0.03]),
    int32Constant([3], [5, -6, 7]),
    int8Value([1, 8, 8, 3], 0.25, -4),
    int32Constant([endBlocks.length], endBlocks),
    int32Constant(pairs, crops ?? paddings.map(() => 0)),
    int8Value([1, rows, columns, 3], 0.25, -4),
  ];
  const operators = [
    { inputs: [0, 1, 2], outputs: [3], options: spaceToBatch },
    { inputs: [3, 4, 5], outputs: [6], options },
    { inputs: [6, 7, 8], outputs: [9], options: batchToSpace },
  ];
  return { tensors, operators, inputs: [0], outputs: [9] };
}

/** What it means, with a convolution that is dilated itself. */
function dilatedImage({ image, blocks, paddings, crops }: Spread): NetworkSpec {
  const { tensors } = spreadImage({ image, blocks, paddings, ...(crops && { crops }) });
  const [top = 0, bottom = 0, leftmost = 0, rightmost = 0] = paddings.map(
    (count, place) => count - (crops?.[place] ?? 0),
  );
  const padded = [1, at(image, 1) + top + bottom, at(image, 2) + leftmost + rightmost, 2];
  const counts = [0, 0, top, bottom, leftmost, rightmost, 0, 0];
  const options = { ...valid, dilationHeight: at(blocks, 0), dilationWidth: blocks[1] ?? 1 };
  return {
    tensors: [
      at(tensors, 0),
      int32Constant([4, 2], counts),
      int8Value(padded, 0.5, 3),
      at(tensors, 4),
      at(tensors, 5),
      at(tensors, 9),
    ],
    operators: [
      { inputs: [0, 1], outputs: [2], options: { op: 'PAD' } },
      { inputs: [2, 3, 4], outputs: [5], options },
    ],
    inputs: [0],
    outputs: [5],
  };
}

function computed(model: Model): readonly number[] {
  const graph = buildGraph(model);
  const draw = seededIntegers(1);
  const size = at(graph.inputs, 0).shape.reduce((product, count) => product * count, 1);
  return [...at(interpret(graph, [Int8Array.from({ length: size }, () => draw(-128, 127))]).outputs, 0)];
}

const cases: readonly (readonly [what: string, spread: Spread])[] = [
  ['along both axes', { image: [1, 10, 9, 2], blocks: [2, 3], paddings: [2, 2, 3, 3] }],
  [
    'unevenly, with cropped remains',
    { image: [1, 7, 8, 2], blocks: [3, 2], paddings: [2, 3, 1, 3], crops: [0, 2, 0, 1] },
  ],
  ['along rows alone', { image: [1, 12, 5, 2], blocks: [4], paddings: [0, 0] }],
  ['without any need', { image: [1, 6, 5, 2], blocks: [1, 1], paddings: [1, 1, 0, 0] }],
];

describe('a dilated convolution in parts', () => {
  test.each(cases)('%s computes what the whole one does', (_, spread) => {
    const model = readModel(buildTflite(spreadImage(spread)));
    expect(model.operators.map(({ options }) => options.op)).toEqual(['PAD', 'CONV_2D', 'RESHAPE']);
    expect(computed(model)).toEqual(computed(readModel(buildTflite(dilatedImage(spread)))));
  });

  const usual: Spread = { image: [1, 10, 9, 2], blocks: [2, 3], paddings: [2, 2, 3, 3] };
  test.each([
    ['a convolution with strides', spreadImage({ ...usual, options: { ...valid, strideHeight: 2 } })],
    ['one that pads', spreadImage({ ...usual, options: { op: 'CONV_2D', padding: 'same' } })],
    ['something else', spreadImage({ ...usual, options: { op: 'ADD' } })],
    ['other blocks at the end', spreadImage({ ...usual, endBlocks: [3, 2] })],
    ['more cropped than padded', spreadImage({ ...usual, crops: [3, 0, 0, 0] })],
    ['blocks of no size', spreadImage({ ...usual, blocks: [0, 3], endBlocks: [0, 3] })],
    ['a result that is given out', { ...spreadImage(usual), outputs: [6, 9] }],
  ])('around %s is refused, with what to do', (_, network) => {
    const failure = refusalOf(() => readModel(buildTflite(network)));
    expect(failure.code).toBe('MODEL_OP_UNSUPPORTED');
    expect(failure.problems?.map(({ kind }) => kind)).toContain('SPACE_TO_BATCH_ND');
    expect(failure.problems?.find(({ kind }) => kind === 'SPACE_TO_BATCH_ND')?.hint).toMatch(/dilation_rate/);
  });

  test('a filter that is larger than the image is said to be', () => {
    const network = spreadImage({ image: [1, 4, 9, 2], blocks: [2, 1], paddings: [0, 0, 0, 0] });
    const failure = refusalOf(() => readModel(buildTflite(network)));
    expect(failure.toLine()).toMatch(/operator 0 SPACE_TO_BATCH_ND.*larger than/);
  });

  test('paddings beyond all bounds are refused', () => {
    const network = spreadImage({ ...usual, paddings: [2 ** 30, 0, 2 ** 30, 0] });
    expect(refusalOf(() => readModel(buildTflite(network))).code).toBe('MODEL_TOO_LARGE');
  });
});
