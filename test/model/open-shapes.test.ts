/** Files that leave sizes open, as converters do without a batch size: they follow from the network's inputs. */
import { describe, expect, test } from 'vitest';
import { at } from '../../src/base/index.ts';
import { buildGraph } from '../../src/graph/index.ts';
import { readModel } from '../../src/model/index.ts';
import { refusalOf } from '../support/refusal.ts';
import { sampleNetworks } from '../support/sample-networks.ts';
import {
  buildTflite,
  int8Value,
  int8Weights,
  int32Constant,
  type NetworkSpec,
  type TensorSpec,
} from '../support/tflite-builder.ts';

/** Says nothing of its size: as a converter writes where the batch was multiplied into another dimension. */
function open(tensor: TensorSpec): TensorSpec {
  return {
    ...tensor,
    shape: tensor.shape.map(() => 1),
    raw: { ...tensor.raw, shapeSignature: tensor.shape.map(() => -1) },
  };
}

function withOpenResults(network: NetworkSpec): NetworkSpec {
  const tensors = network.tensors.map((tensor, index) =>
    tensor.data === undefined && !network.inputs.includes(index) && !tensor.raw?.isVariable
      ? open(tensor)
      : tensor,
  );
  return { ...network, tensors };
}

const shapesOf = (network: NetworkSpec) => readModel(buildTflite(network)).tensors.map(({ shape }) => shape);

/** What has states of its own is as large as these. */
const { SVDF, UNIDIRECTIONAL_SEQUENCE_LSTM, ...others } = sampleNetworks;

/** The GRU's state at first, as many zeros as the batch is large, and one more. */
const filled: NetworkSpec = {
  tensors: [
    int8Value([1, 4, 3]),
    int32Constant([2], [1, 3]),
    int8Weights([], [0.5], 0, [7]),
    open(int8Value([1, 3])),
    int32Constant([], [1]),
    open(int8Value([1, 1, 3])),
    open(int8Value([1, 4, 3])),
  ],
  operators: [
    { inputs: [1, 2], outputs: [3], options: { code: 94 } },
    { inputs: [3, 4], outputs: [5], options: { op: 'EXPAND_DIMS' } },
    { inputs: [0, 5], outputs: [6], options: { op: 'ADD' } },
  ],
  inputs: [0],
  outputs: [6],
};

describe('sizes that are left open', () => {
  test.each(Object.entries(others))('of what %s makes follow from its inputs', (_, network) => {
    expect(shapesOf(withOpenResults(network))).toEqual(shapesOf(network));
  });

  test('of a dense layer over time, whose rows the file takes for one', () => {
    const network: NetworkSpec = {
      tensors: [
        { ...int8Value([1, 10, 8]), raw: { shapeSignature: [-1, 10, 8] } },
        int32Constant([2], [-1, 8]),
        open(int8Value([10, 8])),
        int8Weights([4, 8]),
        open(int8Value([10, 4])),
        int32Constant([3], [-1, 10, 4]),
        open(int8Value([1, 10, 4])),
      ],
      operators: [
        { inputs: [0, 1], outputs: [2], options: { op: 'RESHAPE' } },
        { inputs: [2, 3], outputs: [4], options: { op: 'FULLY_CONNECTED' } },
        { inputs: [4, 5], outputs: [6], options: { op: 'RESHAPE' } },
      ],
      inputs: [0],
      outputs: [6],
    };
    const graph = buildGraph(readModel(buildTflite(network)));
    expect(at(graph.outputs, 0).shape).toEqual([1, 10, 4]);
    expect(graph.ops.find(({ kind }) => kind === 'fullyConnected')).toMatchObject({ batches: 10 });
  });

  test('what FILL makes of a constant is one', () => {
    const { operators, tensors } = readModel(buildTflite(filled));
    expect(operators.map(({ options }) => options.op)).toEqual(['EXPAND_DIMS', 'ADD']);
    expect([...(at(tensors, 3).data ?? [])]).toEqual([7, 7, 7]);
  });

  test.each([
    ['more than states are', filled.tensors.with(1, int32Constant([2], [300, 300]))],
    ['of no constant', filled.tensors.with(2, int8Value([]))],
  ])('what FILL makes %s is refused', (_, tensors) => {
    const inputs = tensors[2]?.data === undefined ? [0, 2] : [0];
    const failure = refusalOf(() => readModel(buildTflite({ ...filled, tensors, inputs })));
    expect(failure.problems?.map(({ kind }) => kind)).toContain('FILL');
  });

  test.each([
    ['of an input', /a dynamic shape/, { ...others.RELU, tensors: others.RELU.tensors.map(open) }],
    [
      'of what an operator that is not supported makes',
      /no kernel for it/,
      {
        ...withOpenResults(others.RELU),
        operators: [{ ...at(others.RELU.operators, 0), options: { code: 120 } }],
      },
    ],
  ])('%s are refused, with the reason', (_, reason, network) => {
    expect(refusalOf(() => readModel(buildTflite(network))).toLine()).toMatch(reason);
  });

  test('sizes beyond all bounds are refused', () => {
    const { PAD } = others;
    const rank = at(PAD.tensors, 0).shape.length;
    const counts = int32Constant(
      [rank, 2],
      Array.from({ length: 2 * rank }, () => 2 ** 20),
    );
    const network = withOpenResults({ ...PAD, tensors: PAD.tensors.with(2, counts) });
    expect(refusalOf(() => readModel(buildTflite(network))).code).toBe('MODEL_TOO_LARGE');
  });

  test('a file in a part of a larger buffer is read alike', () => {
    const bytes = buildTflite(filled);
    const part = Buffer.concat([Buffer.alloc(64), bytes, Buffer.alloc(64)]).subarray(64, 64 + bytes.length);
    expect(buildGraph(readModel(part))).toEqual(buildGraph(readModel(bytes)));
  });
});
