/** Float networks made int8: scales by TensorFlow Lite's specification, and outputs near those of float. */
import { describe, expect, test } from 'vitest';
import { at } from '../../src/base/index.ts';
import { buildGraph } from '../../src/graph/index.ts';
import { type Model, netConfigModel, type OperatorOptions, randomWeights } from '../../src/model/index.ts';
import { calibrate, type QuantiseOptions, quantise, type RangeMethod } from '../../src/quantisation/index.ts';
import { convolution, depthwise, type FloatModel, floatModel, randomSamples } from './float-model.ts';
import { scaleOf, signalToNoise } from './int8-networks.ts';

const int8Edges: QuantiseOptions = { biasCorrection: true, edges: 'int8' };
const block = {
  stride: { height: 1, width: 1 },
  kernel: { height: 3, width: 3 },
  activation: 'relu6',
  inChannels: 8,
  midChannels: 24,
  outChannels: 8,
  hasExpansion: true,
  hasShortcut: true,
} as const;
const net = {
  input: { height: 12, width: 10, channels: 3 },
  batchNorm: { eps: 1e-5, momentum: 0.1 },
  firstConv: {
    kernel: { height: 3, width: 3 },
    stride: { height: 2, width: 2 },
    inChannels: 3,
    outChannels: 8,
    activation: 'relu6',
  },
  blocks: [block, block],
  featureMix: undefined,
  classifier: { inFeatures: 8, outFeatures: 5 },
} as const;

/** One input of a shape, what `build` makes of it as the output. */
function networkOf(shape: readonly number[], build: (net: FloatModel, input: number) => number): Model {
  const built = floatModel();
  built.output(build(built, built.input(shape)));
  return built.model;
}

function quantised(model: Model, method?: RangeMethod, options = int8Edges): Model {
  const shape = at(model.tensors, at(model.inputs, 0)).shape;
  const samples = model.inputs.map((_, position) => randomSamples(shape, 16, position));
  return quantise(model, calibrate(model, samples, method), options);
}

describe('a residual network', () => {
  const model = netConfigModel(net, randomWeights(net, 3));
  const samples = randomSamples([12, 10, 3], 8, 99);

  test.each<RangeMethod>([{ kind: 'minmax' }, { kind: 'percentile', percent: 99.9 }, { kind: 'mse' }])(
    'computes nearly what it did in float, calibrated by $kind',
    (method) => {
      expect(signalToNoise(model, quantised(model, method), samples, 8)).toBeGreaterThan(20);
    },
  );

  test('comes nearer to float where biases are corrected', () => {
    const without = quantised(model, undefined, { biasCorrection: false, edges: 'int8' });
    const gain =
      signalToNoise(model, quantised(model), samples, 8) - signalToNoise(model, without, samples, 8);
    expect(gain).toBeGreaterThan(0.5);
  });

  test('is the same every time', () => {
    expect(quantised(model, { kind: 'mse' })).toEqual(quantised(model, { kind: 'mse' }));
  });

  test('has weights within 127 steps of 0, one scale a channel, and biases in steps of input times weight', () => {
    const int8 = quantised(model);
    const weighted = int8.operators.filter(({ options }) => /CONV|FULLY/.test(options.op));
    expect(weighted).toHaveLength(8);
    for (const { inputs, options } of weighted) {
      const [input, weights, bias] = inputs.map((index) => at(int8.tensors, index));
      const axis = options.op === 'DEPTHWISE_CONV_2D' ? 3 : 0;
      expect(weights?.quantization).toMatchObject({ dimension: axis });
      expect(weights?.quantization?.scales).toHaveLength(weights?.shape[axis] ?? 0);
      expect(Math.min(...new Int8Array(weights?.data ?? []))).toBeGreaterThanOrEqual(-127);
      expect(bias?.type).toBe('int32');
      expect(bias?.quantization?.scales).toEqual(
        weights?.quantization?.scales.map((scale) =>
          Math.fround(scale * (input?.quantization?.scales[0] ?? 0)),
        ),
      );
    }
  });

  test('has float32 at its edges where it is asked to', () => {
    const edges = quantised(model, undefined, { biasCorrection: true, edges: 'float32' });
    const graph = buildGraph(edges);
    expect(graph.inputs.map(({ type, name }) => ({ type, name }))).toEqual([
      { type: 'float32', name: 'input' },
    ]);
    expect(graph.outputs.map(({ type }) => type)).toEqual(['float32']);
  });
});

describe('scales', () => {
  test('of probabilities are fixed', () => {
    const model = networkOf([1, 6], (build, input) =>
      build.apply({ op: 'SOFTMAX', beta: 1 }, [input], [1, 6]),
    );
    const int8 = quantised(model);
    expect(scaleOf(int8, at(int8.outputs, 0))).toEqual({ scale: 1 / 256, zeroPoint: -128 });
  });

  test.each<{ name: string; shape: readonly number[]; apply: (b: FloatModel, x: number) => number }>([
    {
      name: 'a pool',
      shape: [1, 4, 4, 2],
      apply: (b, x) => b.apply({ ...pool, op: 'MAX_POOL_2D' }, [x], [1, 2, 2, 2]),
    },
    { name: 'a reshape', shape: [1, 6], apply: (b, x) => b.apply({ op: 'RESHAPE' }, [x], [6]) },
    {
      name: 'padding',
      shape: [1, 3, 3, 1],
      apply: (b, x) => b.apply({ op: 'PAD' }, [x, b.integers([0, 0, 1, 1, 1, 1, 0, 0])], [1, 5, 5, 1]),
    },
    {
      name: 'a transpose',
      shape: [1, 3, 2],
      apply: (b, x) => b.apply({ op: 'TRANSPOSE' }, [x, b.integers([0, 2, 1])], [1, 2, 3]),
    },
  ])('stay through $name', ({ shape, apply }) => {
    const int8 = quantised(networkOf(shape, apply));
    expect(scaleOf(int8, at(int8.outputs, 0))).toEqual(scaleOf(int8, at(int8.inputs, 0)));
  });

  test('are shared by what is concatenated, wide enough for all of it', () => {
    const model = networkOf([1, 4], (build, input) => {
      const large = build.apply(
        { op: 'MUL', activation: 'none' },
        [input, build.constant([1, 4], [9, 9, 9, 9])],
        [1, 4],
      );
      return build.apply({ op: 'CONCATENATION', axis: 1, activation: 'none' }, [input, large], [1, 8]);
    });
    const int8 = quantised(model);
    const concatenation = int8.operators.find(({ options }) => options.op === 'CONCATENATION');
    const scales = [...(concatenation?.inputs ?? []), at(int8.outputs, 0)].map((tensor) =>
      scaleOf(int8, tensor),
    );
    expect(scales).toEqual([scales[0], scales[0], scales[0]]);
    expect(255 * (scales[0]?.scale ?? 0)).toBeGreaterThan(9);
    buildGraph(int8);
  });

  test('of a probability that is concatenated with other values are changed in between', () => {
    const model = networkOf([1, 4], (build, input) => {
      const probability = build.apply({ op: 'LOGISTIC' }, [input], [1, 4]);
      return build.apply({ op: 'CONCATENATION', axis: 1, activation: 'none' }, [input, probability], [1, 8]);
    });
    const int8 = quantised(model);
    expect(int8.operators.map(({ options }) => options.op)).toEqual([
      'LOGISTIC',
      'QUANTIZE',
      'CONCATENATION',
    ]);
    expect(signalToNoise(model, int8, randomSamples([1, 4], 8, 0), 8)).toBeGreaterThan(35);
  });

  test('hold 0 exactly, also where all values are far from it', () => {
    const model = networkOf([1, 2], (build, input) =>
      build.apply({ op: 'ADD', activation: 'none' }, [input, build.constant([1, 2], [50, 60])], [1, 2]),
    );
    const int8 = quantised(model);
    expect(scaleOf(int8, at(int8.outputs, 0)).zeroPoint).toBe(-128);
  });
});

const pool = {
  padding: 'valid',
  strideHeight: 2,
  strideWidth: 2,
  filterHeight: 2,
  filterWidth: 2,
  activation: 'none',
} as const;

describe('channels that int8 cannot scale as usual', () => {
  test('of zeros, and of weights far smaller than their bias, keep their biases', () => {
    const model = networkOf([1, 1, 1, 2], (build, input) => {
      const weights = build.constant([3, 1, 1, 2], [0.5, -0.25, 0, 0, 1e-12, 0]);
      const bias = build.constant([3], [0, 2, -3]);
      return build.apply(convolution(), [input, weights, bias], [1, 1, 1, 3]);
    });
    expect(signalToNoise(model, quantised(model), randomSamples([2], 8, 0), 8)).toBeGreaterThan(30);
  });
});

describe('standalone relus', () => {
  test('join the operator before them, if nothing else reads it', () => {
    const model = networkOf([1, 4, 4, 2], (build, input) => {
      const conv = build.apply(depthwise(), [input, build.weights([1, 3, 3, 2])], [1, 4, 4, 2]);
      const relu = build.apply({ op: 'RELU' }, [conv], [1, 4, 4, 2]);
      const other = build.apply({ op: 'RELU6' }, [relu], [1, 4, 4, 2]);
      return build.apply({ op: 'ADD', activation: 'none' }, [relu, other], [1, 4, 4, 2]);
    });
    const int8 = quantised(model);
    expect(int8.operators.map(({ options }) => options)).toMatchObject([
      { op: 'DEPTHWISE_CONV_2D', activation: 'relu' },
      { op: 'RELU6' },
      { op: 'ADD' },
    ]);
    expect(signalToNoise(model, int8, randomSamples([4, 4, 2], 4, 0), 4)).toBeGreaterThan(35);
  });
});

describe('networks that cannot be quantised', () => {
  const failureOf = (model: Model): unknown => {
    try {
      return quantised(model);
    } catch (thrown) {
      return thrown;
    }
  };

  test('are refused with every operator that is in the way', () => {
    const model = networkOf([1, 4], (build, input) => {
      const first = build.apply({ op: 'QUANTIZE' }, [input], [1, 4]);
      return build.apply({ op: 'DEQUANTIZE' }, [first], [1, 4]);
    });
    expect(failureOf(model)).toMatchObject({
      code: 'QUANTISATION_UNSUPPORTED',
      message:
        'the network cannot be quantised: QUANTIZE at operator 0 "t1" (it is quantised already); ' +
        'DEQUANTIZE at operator 1 "t2" (it is quantised already)',
    });
  });

  test('are refused where they are int8 already', () => {
    const model = quantised(
      networkOf([1, 4], (build, input) => build.apply({ op: 'RELU' }, [input], [1, 4])),
    );
    expect(failureOf(model)).toMatchObject({ code: 'QUANTISATION_UNSUPPORTED' });
  });

  test('are refused where their shapes do not follow from their inputs', () => {
    const wrong = networkOf([1, 4, 4, 2], (build, input) =>
      build.apply(convolution(), [input, build.weights([3, 3, 3, 2])], [1, 9, 9, 3]),
    );
    expect(failureOf(wrong)).toMatchObject({ code: 'GRAPH_UNSUPPORTED' });
  });

  test('are refused where they keep float variables', () => {
    const model = networkOf([1, 4], (build, input) => build.apply({ op: 'RELU' }, [input], [1, 4]));
    const kept = { container: '', name: 'kept', read: 1, assigned: 0, operator: 3, initial: undefined };
    expect(failureOf({ ...model, variables: [kept] })).toMatchObject({
      code: 'QUANTISATION_UNSUPPORTED',
      message: expect.stringContaining('ASSIGN_VARIABLE at operator 3 "kept" (it is a variable of float32)'),
    });
  });

  const badBias: OperatorOptions = { op: 'FULLY_CONNECTED', activation: 'none', keepDims: false };
  test('are refused where a bias does not fit its weights', () => {
    const model = networkOf([1, 4], (build, input) =>
      build.apply(badBias, [input, build.weights([3, 4]), build.constant([2], [1, 2])], [1, 3]),
    );
    expect(failureOf(model)).toMatchObject({
      code: 'QUANTISATION_UNSUPPORTED',
      message: expect.stringContaining('its bias has 2 values for 3 outputs'),
    });
  });

  test('are refused where a layer with weights reads a constant', () => {
    const model = networkOf([1, 3], (build, input) => {
      const layer = build.apply(badBias, [build.weights([1, 4]), build.weights([3, 4])], [1, 3]);
      return build.apply({ op: 'ADD', activation: 'none' }, [input, layer], [1, 3]);
    });
    expect(failureOf(model)).toMatchObject({
      code: 'QUANTISATION_UNSUPPORTED',
      message: expect.stringContaining('its input 0 is a constant'),
    });
  });

  test('are refused where weights are not finite', () => {
    const model = networkOf([1, 2], (build, input) =>
      build.apply(badBias, [input, build.constant([1, 2], [1, Number.NaN])], [1, 1]),
    );
    expect(failureOf(model)).toMatchObject({
      code: 'WEIGHTS_NOT_FINITE',
      message: expect.stringContaining('"t1"'),
    });
  });
});

test.each<RangeMethod>([{ kind: 'minmax' }, { kind: 'percentile', percent: 99.9 }, { kind: 'mse' }])(
  'a maximum pool that is padded with less than any value keeps the steps of its input, calibrated by $kind',
  (method) => {
    const model = networkOf([1, 8, 8, 2], (net, input) => {
      const paddings = net.integers([0, 0, 1, 0, 1, 0, 0, 0]);
      const lowest = net.constant([1], [-3.4028234663852886e38]);
      const padded = net.apply({ op: 'PADV2' }, [input, paddings, lowest], [1, 9, 9, 2]);
      const window = { filterHeight: 3, filterWidth: 3, strideHeight: 2, strideWidth: 2 };
      const options = { op: 'MAX_POOL_2D', padding: 'valid', activation: 'none', ...window } as const;
      return net.apply(options, [padded], [1, 4, 4, 2]);
    });
    const made = quantised(model, method);
    expect(scaleOf(made, at(made.outputs, 0)).scale).toBeLessThan(0.05);
    expect(signalToNoise(model, made, randomSamples([1, 8, 8, 2], 4, 7), 4)).toBeGreaterThan(20);
  },
);
