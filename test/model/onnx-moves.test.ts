/** Real numbers of an ONNX file that only move before the first quantiser, or behind the last. */
import { expect, test } from 'vitest';
import { at } from '../../src/base/index.ts';
import { buildGraph } from '../../src/graph/index.ts';
import { readModel } from '../../src/model/index.ts';
import { interpret } from '../../src/reference/index.ts';
import { edge, float32, integers, network, node } from './onnx-bytes.ts';

test.each([
  ['a convolution', 'values', [1, 4, 2]],
  ['a padding and a convolution', 'padded', [1, 4, 2]],
])('the channels of a sequence lie last in front of %s', (_, read, shape) => {
  const bytes = network(
    float32('weights', [3, 2, 1], [1, 2, 3, 4, 5, 6]),
    integers('paddings', [6], [0, 0, 1, 0, 0, 0]),
    node('Identity', ['input'], 'values'),
    node('Pad', ['values', 'paddings'], 'padded'),
    node('Relu', ['padded'], 'side'),
    node('Conv', [read, 'weights'], 'out'),
    edge(11, 'input', [1, 2, 4]),
    edge(12, 'out', [1, 3, read === 'padded' ? 5 : 4]),
  );
  const { tensors, inputs } = readModel(bytes);
  expect(at(tensors, at(inputs, 0)).shape).toEqual(shape);
});

test.each([
  ['to the first', [-1], [-Number.MAX_SAFE_INTEGER], [-1], [6, 5, 4, 3, 2, 1]],
  ['every other, not to the first', [4], [0], [-2], [5, 3]],
  ['of what lies behind the end', [9], [2], [-1], [6, 5, 4]],
])('slices that go backwards: %s', (_, start, end, step, values) => {
  const bytes = network(
    float32('scale', [], [0.5]),
    integers('start', [1], start),
    integers('end', [1], end),
    integers('axis', [1], [1]),
    integers('step', [1], step),
    node('QuantizeLinear', ['input', 'scale'], 'steps'),
    node('DequantizeLinear', ['steps', 'scale'], 'values'),
    node('Slice', ['values', 'start', 'end', 'axis', 'step'], 'out'),
    edge(11, 'input', [1, 6]),
    edge(12, 'out', [1, values.length]),
  );
  const graph = buildGraph(readModel(bytes));
  const { outputs } = interpret(graph, [Float32Array.of(1, 2, 3, 4, 5, 6)]);
  expect(Array.from(at(outputs, 0))).toEqual(values);
});

test('an input that is turned around before it is quantised', () => {
  const bytes = network(
    float32('scale', [], [0.5]),
    integers('shape', [2], [3, 2]),
    node('Reshape', ['input', 'shape'], 'pairs'),
    node('Transpose', ['pairs'], 'turned'),
    node('QuantizeLinear', ['turned', 'scale'], 'steps'),
    node('DequantizeLinear', ['steps', 'scale'], 'out'),
    edge(11, 'input', [1, 6]),
    edge(12, 'out', [2, 3]),
  );
  const graph = buildGraph(readModel(bytes));
  const { outputs } = interpret(graph, [Float32Array.of(1, 2, 3, 4, 5, 200)]);
  expect(at(graph.outputs, 0).shape).toEqual([2, 3]);
  expect(Array.from(at(outputs, 0))).toEqual([1, 3, 5, 2, 4, 127.5]);
});

test.each([
  ['Tile', [1, 3], [1, 2, 1, 2, 1, 2]],
  ['Tile', [2, 1], [1, 2, 1, 2]],
  ['Expand', [3, 1], [1, 2, 1, 2, 1, 2]],
  ['Expand', [2, 2, 2], [1, 2, 1, 2, 1, 2, 1, 2]],
])('%s by %j', (operator, list, values) => {
  const bytes = network(
    float32('scale', [], [0.5]),
    integers('list', [list.length], list),
    node('QuantizeLinear', ['input', 'scale'], 'steps'),
    node('DequantizeLinear', ['steps', 'scale'], 'values'),
    node(operator, ['values', 'list'], 'out'),
    edge(11, 'input', [1, 2]),
    edge(12, 'out', [values.length]),
  );
  const graph = buildGraph(readModel(bytes));
  const { outputs } = interpret(graph, [Float32Array.of(1, 2)]);
  expect(Array.from(at(outputs, 0))).toEqual(values);
});
