/** What exporters leave to be computed although it depends on no input: shapes, paddings, turned weights, biases. */
import { describe, expect, test } from 'vitest';
import { at } from '../../src/base/index.ts';
import { type Model, readModel } from '../../src/model/index.ts';
import { refusalOf } from '../support/refusal.ts';
import { edge, field, float32, integer, integers, message, network } from './onnx-bytes.ts';

const operator = (
  name: string,
  inputs: readonly string[],
  output: string,
  ...attributes: readonly number[][]
): number[] =>
  field(
    1,
    message(...inputs.map((input) => field(1, input)), field(2, output), field(4, name), ...attributes),
  );

function constantsOf(model: Model, type: 'int32' | 'float32'): number[][] {
  return model.tensors.flatMap(({ type: own, data }) => {
    if (data === undefined || own !== type) return [];
    const { buffer } = data.slice();
    return [Array.from(type === 'int32' ? new Int32Array(buffer) : new Float32Array(buffer))];
  });
}

const operatorsOf = ({ operators }: Model): string[] => operators.map(({ options }) => options.op);

describe('what depends on no input is folded', () => {
  /** As PyTorch writes torch.nn.functional.pad: the list is filled up, and turned around in pairs. */
  const paddings = [
    integers('given', [2], [2, 1]),
    integers('missing', [1], [2]),
    integers('pairs', [2], [-1, 2]),
    integers('last', [1], [-1]),
    integers('first', [1], [-Number.MAX_SAFE_INTEGER]),
    integers('axis', [1], [0]),
    integers('flat', [1], [-1]),
    operator('ConstantOfShape', ['missing'], 'zeros'),
    operator('Cast', ['zeros'], 'wholeZeros', integer('to', 7)),
    operator('Concat', ['given', 'wholeZeros'], 'all', integer('axis', 0)),
    operator('Reshape', ['all', 'pairs'], 'inPairs'),
    operator('Slice', ['inPairs', 'last', 'first', 'axis', 'last'], 'reversed'),
    operator('Transpose', ['reversed'], 'turned'),
    operator('Reshape', ['turned', 'flat'], 'paddings'),
    operator('Pad', ['input', 'paddings'], 'padded'),
    operator('Relu', ['padded'], 'out'),
  ];

  test('paddings', () => {
    const model = readModel(network(...paddings, edge(11, 'input', [3, 4]), edge(12, 'out', [3, 7])));
    expect(operatorsOf(model)).toEqual(['PAD', 'RELU']);
    expect(constantsOf(model, 'int32')).toEqual([[0, 0, 2, 1]]);
  });

  test('a shape of parts of another', () => {
    const parts = [
      integers('first', [], [0]),
      integers('second', [1], [-1]),
      integers('half', [], [2]),
      integers('front', [1], [0]),
      operator('Shape', ['input'], 'shape'),
      operator('Gather', ['shape', 'first'], 'rows'),
      operator('Div', ['rows', 'half'], 'halfOfRows'),
      operator('Unsqueeze', ['halfOfRows', 'front'], 'list'),
      operator('Concat', ['list', 'second'], 'target', integer('axis', 0)),
      operator('Reshape', ['input', 'target'], 'reshaped'),
      operator('Relu', ['reshaped'], 'out'),
    ];
    const model = readModel(network(...parts, edge(11, 'input', [5, 4]), edge(12, 'out', [2, 10])));
    expect(constantsOf(model, 'int32')).toEqual([[2, 10]]);
  });

  test('a division by zero is refused as the operator that it is', () => {
    const parts = [
      integers('none', [1], [0]),
      operator('Shape', ['input'], 'shape'),
      operator('Div', ['shape', 'none'], 'target'),
      operator('Reshape', ['input', 'target'], 'out'),
    ];
    const bytes = network(...parts, edge(11, 'input', [5, 4]), edge(12, 'out', [2, 10]));
    expect(refusalOf(() => readModel(bytes)).message).toMatch(/Div at operator 1/);
  });
});

test('a product of two computed tensors is told from one with weights', () => {
  const parts = [operator('Relu', ['input'], 'left'), operator('MatMul', ['left', 'input'], 'out')];
  const bytes = network(...parts, edge(11, 'input', [4, 4]), edge(12, 'out', [4, 4]));
  expect(refusalOf(() => readModel(bytes)).toLine()).toMatch(
    /MatMul at operator 1 "out" \(it multiplies two computed tensors\); .* constant weights \(nn.Linear, nn.Conv2d\)/,
  );
});

describe('a product and the bias behind it', () => {
  const parts = [
    float32('weights', [3, 2], [1, 2, 3, 4, 5, 6]),
    float32('bias', [3], [7, 8, 9]),
    operator('Transpose', ['weights'], 'turned'),
    operator('MatMul', ['input', 'turned'], 'product'),
    operator('Add', ['bias', 'product'], 'sum'),
    operator('Relu', ['sum'], 'out'),
  ];
  const edges = [edge(11, 'input', [4, 2]), edge(12, 'out', [4, 3])];

  test('are one, with weights that lie turned around', () => {
    const model = readModel(network(...parts, ...edges));
    expect(operatorsOf(model)).toEqual(['FULLY_CONNECTED', 'RELU']);
    expect(constantsOf(model, 'float32')).toEqual([
      [1, 2, 3, 4, 5, 6],
      [7, 8, 9],
    ]);
    expect(at(model.operators, 0).inputs).toHaveLength(3);
  });

  test('are two where the product is read elsewhere', () => {
    const more = [...parts, operator('Abs', ['product'], 'second')];
    const model = readModel(network(...more, ...edges, edge(12, 'second', [4, 3])));
    expect(operatorsOf(model).toSorted()).toEqual(['ABS', 'ADD', 'FULLY_CONNECTED', 'RELU']);
  });
});
