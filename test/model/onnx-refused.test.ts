/** Forms of ONNX's operators that are not computed are refused one by one, with what to change. */
import { expect, test } from 'vitest';
import { readModel } from '../../src/model/index.ts';
import { refusalOf } from '../support/refusal.ts';
import { edge, field, float32, integer, integers, message, network, node } from './onnx-bytes.ts';

const operator = (name: string, inputs: readonly string[], ...attributes: readonly number[][]): number[] =>
  field(
    1,
    message(...inputs.map((input) => field(1, input)), field(2, 'out'), field(4, name), ...attributes),
  );

/** The refusal of one operator over an input of this shape, in float32. */
function lineOf(shape: readonly number[], ...parts: readonly number[][]): string {
  const bytes = network(...parts, edge(11, 'input', shape), edge(12, 'out', [1]));
  return refusalOf(() => readModel(bytes)).toLine();
}

const ones = (name: string, count: number): number[] => float32(name, [count], new Array(count).fill(1));

test.each([
  [
    'the last of equal values',
    [operator('ArgMax', ['input'], integer('axis', 1), integer('select_last_index', 1))],
    /ArgMax at operator 0 "out" \(it takes the last of equal values\); leave select_last_index out/,
  ],
  [
    'another norm',
    [operator('LpNormalization', ['input'], integer('p', 1))],
    /LpNormalization .*the norm of p = 1\); use p=2, as torch.nn.functional.normalize does/,
  ],
  [
    'slopes of another shape',
    [ones('slopes', 3), operator('PRelu', ['input', 'slopes'])],
    /PRelu .*its slopes of \[3\] do not fit an input of \[1,4,4,4\]\); change this operator/,
  ],
  [
    'statistics of the input',
    [
      ones('ones', 4),
      operator('BatchNormalization', ['input', 'ones', 'ones', 'ones', 'ones'], integer('training_mode', 1)),
    ],
    /BatchNormalization .*it computes statistics of its input\); export the network in eval mode/,
  ],
  [
    'factors for other channels',
    [ones('ones', 5), operator('BatchNormalization', ['input', 'ones', 'ones', 'ones', 'ones'])],
    /BatchNormalization .*input 1 has 5 values for 4 channels/,
  ],
  [
    'blocks that do not divide',
    [operator('DepthToSpace', ['input'], integer('blocksize', 3))],
    /DepthToSpace .*its blocks of 3 x 3 do not divide 4 channels/,
  ],
  [
    'places in two dimensions',
    [integers('places', [2, 2], [0, 1, 1, 0]), operator('Gather', ['input', 'places'], integer('axis', 1))],
    /Gather .*its places have 2 dimensions\); gather by a list of places, or by one/,
  ],
  [
    'places that are not there',
    [integers('places', [1], [9]), operator('Gather', ['input', 'places'], integer('axis', 1))],
    /Gather .*it takes places that lie outside 0 to 3/,
  ],
  [
    'a norm by itself',
    [operator('ReduceL2', ['input'])],
    /ReduceL2 .*no kernel for it\); torch.nn.functional.normalize becomes it: divide by the norm in the application/,
  ],
  [
    'a recurrent layer',
    [operator('LSTM', ['input'])],
    /LSTM .*no kernel for it\); ONNX Runtime's static quantiser leaves it in float32: use convolutions over time/,
  ],
] as const)('%s', (_, parts, reason) => {
  expect(lineOf([1, 4, 4, 4], ...parts)).toMatch(reason);
});

test('an operator that reads places', () => {
  const bytes = network(
    node('ArgMax', ['input'], 'places'),
    node('Relu', ['places'], 'out'),
    edge(11, 'input', [1, 4]),
    edge(12, 'out', [1]),
  );
  expect(refusalOf(() => readModel(bytes)).toLine()).toMatch(
    /Relu .*input 0 is of whole numbers, as ArgMax gives them; they can only be outputs.*end the network with ArgMax/,
  );
});

test('logarithms below those that are computed', () => {
  const bytes = network(
    ones('s', 1),
    node('QuantizeLinear', ['input', 's'], 'q'),
    node('DequantizeLinear', ['q', 's'], 'x'),
    node('LogSoftmax', ['x'], 'y'),
    float32('t', [1], [0.25]),
    field(5, message([8, 1], [16, 2], field(8, 'z'), field(9, Uint8Array.of(255)))),
    node('QuantizeLinear', ['y', 't', 'z'], 'out'),
    edge(11, 'input', [1, 4]),
    edge(12, 'out', [1]),
  );
  expect(refusalOf(() => readModel(bytes)).toLine()).toMatch(
    /its output reaches down to -63\.8; -16 is the lowest that is computed\); end the network before it/,
  );
});
