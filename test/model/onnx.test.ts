/** ONNX files compute what ONNX Runtime computes, without transpositions that nothing needs. */
import { describe, expect, test } from 'vitest';
import { at, Failure } from '../../src/base/index.ts';
import { buildGraph, elementCount, type Graph } from '../../src/graph/index.ts';
import { isFloatModel, readModel, writeTflite } from '../../src/model/index.ts';
import { runFloat } from '../../src/quantisation/index.ts';
import { interpret } from '../../src/reference/index.ts';
import { refusalOf } from '../support/refusal.ts';
import { edge, field, float32, message, network, node, varint } from './onnx-bytes.ts';
import { stepsApart } from './onnx-distance.ts';
import { type OnnxFixture, onnxFixtures, sampleCount } from './onnx-fixtures.ts';

/** What is refused, and why; ONNX Runtime's quantiser has no form for Sub, and no QLinear form of ConvTranspose. */
const refused: Readonly<Record<string, RegExp>> = {
  'sub.qdq-s8': /output "sub2" \(it is computed in float32, as nothing quantises it\); quantise the last/,
  'sub.qdq-u8': /output "sub2" \(it is computed in float32/,
  'sub.qlinear-u8': /output "sub2" \(it is computed in float32/,
  'conv-transpose.qlinear-u8': /ConvTranspose at operator 0 .* as nothing quantises its input/,
  'conv-transpose-cut.qlinear-u8': /as nothing quantises its input/,
  'average-pool-same.qlinear-u8':
    /operator 2 "[^"]*" \(its output has steps less than half of its input, and it leaves/,
};

/**
 * Elements that differ at all, of 100, each by a step. Every other operator rounds once from what its integers stand for,
 * as ONNX Runtime does, and equals it. Means over windows of two or four lie half way between steps often, where ONNX
 * Runtime's float32 decides by chance, and its optimised kernels otherwise; softmax is made in steps of 1/256 before those
 * that are asked for; columns and rows between others are weighted in 1,024ths, and ONNX Runtime cuts resized integers off.
 */
const mostDifferent: Readonly<Record<string, number>> = {
  'average-pool': 14,
  'average-pool-same': 5,
  'classifier-softmax': 50,
  'one-softmax': 5,
  'pytorch-trained': 5,
  'resize-linear': 37,
  'resize-linear-asymmetric': 40,
  'resize-linear-corners': 32,
};

const quantised = onnxFixtures.filter(({ name }) => !name.endsWith('.float') && !(name in refused));

function steps(graph: Graph, { inputs }: OnnxFixture, expected: Float32Array): number[] {
  return stepsApart(graph, inputs, expected, sampleCount);
}

describe('quantised ONNX files', () => {
  test.each(quantised.map((fixture) => [fixture.name, fixture] as const))('%s', (name, fixture) => {
    const model = readModel(fixture.bytes);
    expect(model.format).toBe('onnx');
    const graph = buildGraph(model);
    for (const expected of [fixture.plain, fixture.optimised]) {
      const differences = steps(graph, fixture, expected);
      expect(Math.max(...differences)).toBeLessThanOrEqual(1);
      const different = differences.filter((difference) => difference > 0).length;
      const [network = ''] = name.split('.');
      expect((100 * different) / differences.length).toBeLessThanOrEqual(mostDifferent[network] ?? 0);
    }
  });

  test('nearly all of their elements are equal', () => {
    const rounded = quantised.filter(({ name }) => !/^resize-linear.*qlinear/.test(name));
    const differences = rounded.flatMap((fixture) =>
      steps(buildGraph(readModel(fixture.bytes)), fixture, fixture.plain),
    );
    expect(differences.length).toBeGreaterThan(40_000);
    const equal = differences.filter((difference) => difference === 0).length;
    expect(equal / differences.length).toBeGreaterThan(0.99);
  });

  test('keep no transposition, but for an image that is given out flat', () => {
    for (const { name, bytes } of quantised) {
      const kinds = buildGraph(readModel(bytes)).ops.map(({ kind }) => kind);
      expect([name, kinds.includes('transpose')]).toEqual([name, name.startsWith('flatten-output')]);
    }
  });

  test('make no rows and columns of transposed convolutions that their padding takes away', () => {
    const cut = quantised.filter(({ name }) => name.startsWith('conv-transpose-cut'));
    expect(cut.length).toBe(2);
    for (const { bytes } of cut) {
      const kinds = buildGraph(readModel(bytes)).ops.map(({ kind }) => kind);
      expect(kinds.filter((kind) => kind !== 'requantize')).toEqual(['transposeConv2d', 'conv2d']);
    }
  });

  test('are what they were once written as TensorFlow Lite files, whose kernels round twice', () => {
    for (const { name, bytes } of quantised) {
      const { roundsOnce, ...model } = readModel(bytes);
      expect(roundsOnce).toBe(true);
      const [asRead, asWritten] = [buildGraph(model), buildGraph(readModel(writeTflite(model)))];
      const kinds = (graph: Graph): string[] => graph.ops.map(({ kind }) => kind);
      expect([name, kinds(asWritten)]).toEqual([name, kinds(asRead)]);
    }
  });

  test('take real values that lie half way between two steps to the even one, as ONNX quantises', () => {
    const fixture = onnxFixtures.find(({ name }) => name === 'clip.qdq-s8');
    const graph = buildGraph(readModel(fixture?.bytes ?? new Uint8Array(0)));
    const [edge, ...others] = graph.inputs;
    expect([edge?.type, others.length]).toEqual(['float32', 0]);
    const { scale, zeroPoint, shape } = at(graph.tensors, at(graph.inputs, 0).tensor);
    const halves = [0.5, 1.5, 2.5, 3.5, -0.5, -1.5, -2.5, -3.5].map((steps) => Math.fround(steps * scale));
    const values = Float32Array.from({ length: elementCount(shape) }, (_, index) => halves[index % 8] ?? 0);
    const found = at(interpret(graph, [values]).tensors, at(graph.inputs, 0).tensor);
    const steps = Array.from(found.subarray(0, 8), (value) => value - zeroPoint);
    expect(steps).toEqual([0, 2, 2, 4, 0, -2, -2, -4]);
  });

  test.each(Object.entries(refused))('%s is refused with the reason', (name, reason) => {
    const fixture = onnxFixtures.find((candidate) => candidate.name === name);
    expect(fixture).toBeDefined();
    expect(refusalOf(() => readModel(fixture?.bytes ?? new Uint8Array(0))).toLine()).toMatch(reason);
  });
});

describe('float32 ONNX files', () => {
  const floats = onnxFixtures.filter(({ name }) => name.endsWith('.float'));

  test.each(floats.map((fixture) => [fixture.name, fixture] as const))(
    '%s',
    (_, { bytes, inputs, plain }) => {
      const model = readModel(bytes);
      expect(isFloatModel(model)).toBe(true);
      const outputs = at(runFloat(model, [inputs], sampleCount), 0);
      expect(outputs.length).toBe(plain.length);
      outputs.forEach((value, index) => {
        expect(Math.abs(value - at(plain, index))).toBeLessThan(2e-6);
      });
    },
  );
});

test('inputs have their channels last', () => {
  const fixture = at(
    onnxFixtures.filter(({ name }) => name === 'conv-same.qdq-u8'),
    0,
  );
  const graph = buildGraph(readModel(fixture.bytes));
  expect(graph.inputs.map(({ name, shape, type }) => ({ name, shape, type }))).toEqual([
    { name: 'input', shape: [1, 9, 11, 3], type: 'float32' },
  ]);
  expect(at(graph.outputs, 0).shape).toEqual([1, 9, 11, 8]);
});

describe('a damaged ONNX file', () => {
  const { bytes } = at(
    onnxFixtures.filter(({ name }) => name === 'residual-network.qdq-u8'),
    0,
  );

  test('cut short anywhere is refused', () => {
    for (let length = 3; length < bytes.length; length += 211) {
      const failure = refusalOf(() => readModel(bytes.subarray(0, length), 'network.onnx'));
      expect(failure).toBeInstanceOf(Failure);
      expect(failure.where).toMatch(/^network\.onnx/);
    }
  });
});

describe('saying no', () => {
  test('all operators that are not supported are listed at once', () => {
    const bytes = network(
      node('Einsum', ['input'], 'a'),
      node('Relu', ['a'], 'b'),
      node('LSTM', ['input'], 'c'),
      node('Softmax', ['input'], 'd'),
      node('Tanh', ['missing dimension'], 'e'),
      edge(11, 'input', [1, 4]),
      edge(11, 'missing dimension', [1, 4, 4]),
      edge(12, 'b', [1, 4]),
    );
    const failure = refusalOf(() => readModel(bytes));
    expect(failure.code).toBe('MODEL_OP_UNSUPPORTED');
    // Relu reads what Einsum would have made, and nobody knows of what shape that is.
    expect(failure.message).toBe(
      '2 operators are not supported, 1 operator behind them could not be looked at: Einsum at operator 0 "a" (no kernel for it); LSTM at operator 2 "c" (no kernel for it)',
    );
  });

  test.each([
    [
      'a size that is left open',
      [1, 0, 4],
      /1 input is not supported.*: input "input" \(its shape is dynamic\).*make_dynamic_shape_fixed/,
    ],
    [
      'a batch',
      [2, 3, 4, 4],
      /MaxPool at operator 0 "[^"]*" \(its input has batch size 2; only 1 is supported\).*batch size 1/,
    ],
  ])('%s', (_, shape, reason) => {
    const bytes = network(node('MaxPool', ['input'], 'out'), edge(11, 'input', shape), edge(12, 'out', [1]));
    expect(refusalOf(() => readModel(bytes)).toLine()).toMatch(reason);
  });

  test('what stands behind an operator that is not supported is looked at, where its shape is known', () => {
    const bytes = network(
      node('Gelu', ['input'], 'a'),
      node('GlobalAveragePool', ['a'], 'b'),
      node('Cast', ['token'], 'd'),
      edge(11, 'input', [2, 3, 4, 4]),
      edge(11, 'token', [1, 0]),
      edge(12, 'b', [1]),
    );
    const failure = refusalOf(() => readModel(bytes));
    expect(failure.toText()).toMatch(/^1 input and 2 operators are not supported, 1 operator behind them/);
    expect(failure.problems.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'input token',
      'Gelu a',
      'GlobalAveragePool b',
    ]);
  });

  test('a transposed convolution whose output is padded along one dimension of two', () => {
    const padding = field(5, message(field(1, 'output_padding'), [0x40, 1]));
    const names = [field(1, 'input'), field(1, 'w'), field(2, 'out'), field(4, 'ConvTranspose')];
    const bytes = network(
      float32('w', [1, 1, 2, 2], [1, 2, 3, 4]),
      field(1, message(...names, padding)),
      edge(11, 'input', [1, 1, 4, 4]),
      edge(12, 'out', [1]),
    );
    expect(refusalOf(() => readModel(bytes)).message).toMatch(/ConvTranspose.*its output_padding is \[1\]/);
  });

  test('an operator of any name', () => {
    const named = (operator: string): Uint8Array =>
      network(node(operator, ['input'], 'a'), edge(11, 'input', [1, 4]), edge(12, 'a', [1]));
    for (const operator of ['__proto__', 'constructor', 'toString']) {
      const refusal = refusalOf(() => readModel(named(operator)));
      expect(refusal.message).toContain(`${operator} at operator 0`);
      expect(refusal.toLine()).toContain('replace it in the training script');
    }
  });

  test('a slope that is no number', () => {
    const alpha = field(5, message(field(1, 'alpha'), [0x15, 0, 0, 0x80, 0x7f]));
    const leaky = field(1, message(field(1, 'input'), field(2, 'a'), field(4, 'LeakyRelu'), alpha));
    const bytes = network(leaky, edge(11, 'input', [1, 4]), edge(12, 'a', [1]));
    expect(refusalOf(() => readModel(bytes)).message).toMatch(/LeakyRelu.*its alpha is Infinity/);
  });

  test('an output that nothing computes', () => {
    const bytes = network(
      node('Relu', ['input'], 'a'),
      edge(11, 'input', [1, 4]),
      edge(12, 'a', [1]),
      edge(12, 'input', [1]),
    );
    expect(refusalOf(() => readModel(bytes)).message).toBe('network output "input" is an input as it is');
  });

  test('a bias of which some are no numbers', () => {
    const bytes = network(
      float32('w', [4, 2], new Array(8).fill(1)),
      float32('b', [2], [1, Number.NaN]),
      node('Gemm', ['input', 'w', 'b'], 'out'),
      edge(11, 'input', [1, 4]),
      edge(12, 'out', [1]),
    );
    expect(refusalOf(() => readModel(bytes)).message).toMatch(/Gemm.*some of its bias are infinite or no/);
  });

  test.each([
    ['input', 0.5, /Softmax at operator 2.*it computes in float32, as nothing quantises its input\)/],
    ['q', 2 ** -70, /has a scale of/],
    ['q', 2 ** 40, /has a scale of/],
  ])('what int8 kernels cannot take: softmax of "%s", scale %s', (operand, scale, reason) => {
    const bytes = network(
      float32('scale', [1], [scale]),
      node('QuantizeLinear', ['input', 'scale'], 'q8'),
      node('DequantizeLinear', ['q8', 'scale'], 'q'),
      node('Softmax', [operand], 'out'),
      edge(11, 'input', [1, 4]),
      edge(12, 'q', [1]),
      edge(12, 'out', [1]),
    );
    expect(refusalOf(() => readModel(bytes)).toLine()).toMatch(reason);
  });

  test('weights in another file', () => {
    const external = field(5, message([8, 1], [16, 1], field(8, 'w'), [14 * 8, 1]));
    const bytes = network(external, edge(11, 'input', [1, 4]), edge(12, 'out', [1]));
    expect(refusalOf(() => readModel(bytes)).toLine()).toMatch(
      /"w" is kept in another file.*save_as_external_data=False/,
    );
  });

  test('more attributes than all operators of a network can have', () => {
    const attribute = field(5, message(field(1, 'x')));
    const many = Uint8Array.from(new Array<number[]>(200_001).fill(attribute).flat());
    const bytes = network(field(1, many), edge(11, 'input', [1, 4]), edge(12, 'out', [1]));
    expect(refusalOf(() => readModel(bytes)).message).toMatch(/attributes of all operators together: 200001/);
  });

  test('a mean over more values than any flash has weights for', () => {
    const integers = (name: string, values: readonly number[]): number[] =>
      field(5, message(field(1, name), ...values.map((value) => [0x40, ...varint(value)])));
    const pool = field(
      1,
      message(
        field(1, 'x'),
        field(2, 'y'),
        field(4, 'AveragePool'),
        integers('kernel_shape', [2048, 2048]),
        integers('strides', [64, 64]),
      ),
    );
    const bytes = network(
      float32('s', [1], [1]),
      float32('t', [1], [0.25]),
      node('QuantizeLinear', ['input', 's'], 'q'),
      node('DequantizeLinear', ['q', 's'], 'x'),
      pool,
      node('QuantizeLinear', ['y', 't'], 'z'),
      edge(11, 'input', [1, 1, 2048, 2048]),
      edge(12, 'z', [1]),
    );
    expect(refusalOf(() => readModel(bytes)).message).toMatch(/means of 2048 x 2048 values of 1 channels/);
  });

  test('what would cost far more than the file has bytes', () => {
    const large = field(
      5,
      message(
        [8, ...varint(1024)],
        [8, ...varint(1024)],
        [16, 1],
        field(8, 'w'),
        field(9, new Uint8Array(2 ** 22)),
      ),
    );
    const nodes = Array.from({ length: 2000 }, (_, index) => node('MatMul', ['input', 'w'], `out${index}`));
    const bytes = network(large, ...nodes, edge(11, 'input', [1, 1024]), edge(12, 'out0', [1]));
    const start = process.threadCpuUsage();
    expect(refusalOf(() => readModel(bytes)).code).toBe('MODEL_TOO_LARGE');
    const { user, system } = process.threadCpuUsage(start);
    expect((user + system) / 1e6).toBeLessThan(2);
  });
});
