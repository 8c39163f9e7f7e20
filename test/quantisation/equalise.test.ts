/** Cross-layer equalisation: the same function in float, and channels that int8 can tell apart again. */
import { expect, test } from 'vitest';
import { at } from '../../src/base/index.ts';
import type { Activation, Model } from '../../src/model/index.ts';
import { calibrate, equalise, quantise, runFloat } from '../../src/quantisation/index.ts';
import { convolution, depthwise, floatModel, randomSamples } from './float-model.ts';
import { signalToNoise } from './int8-networks.ts';

const shape = [1, 6, 6, 4];

/** Three layers whose channels lie up to 4^5 apart, as batch normalisation leaves them. */
function unequal(activation: Activation): Model {
  const net = floatModel(5);
  const spread = (tensor: number, axis: number): number => {
    const { data, shape: sizes } = at(net.model.tensors, tensor);
    const values = new Float32Array(data?.buffer ?? new ArrayBuffer());
    values.forEach((value, i) => {
      const channel = axis === 0 ? Math.floor((i * at(sizes, 0)) / values.length) : i % at(sizes, axis);
      values[i] = value * 4 ** (channel % 6);
    });
    return tensor;
  };
  const expand = net.apply(
    convolution({ activation }),
    [net.input(shape), spread(net.weights([12, 1, 1, 4]), 0), spread(net.weights([12]), 0)],
    [1, 6, 6, 12],
  );
  const filter = net.apply(
    depthwise({ activation }),
    [expand, net.weights([1, 3, 3, 12]), spread(net.weights([12]), 0)],
    [1, 6, 6, 12],
  );
  const inverse = net.weights([4, 1, 1, 12]);
  const values = new Float32Array(at(net.model.tensors, inverse).data?.buffer ?? new ArrayBuffer());
  values.forEach((value, i) => {
    values[i] = value / 4 ** ((i % 12) % 6);
  });
  net.output(net.apply(convolution(), [filter, inverse], shape));
  return net.model;
}

const samples = randomSamples(shape, 32);
const int8 = (model: Model): Model =>
  quantise(model, calibrate(model, [samples]), { biasCorrection: true, edges: 'int8' });

test('keeps what the network computes', () => {
  const model = unequal('relu');
  const [before, after] = [model, equalise(model)].map((each) => at(runFloat(each, [samples], 32), 0));
  const largest = Math.max(...(before ?? []).map(Math.abs));
  before?.forEach((value, i) => {
    expect(Math.abs(value - (after?.[i] ?? Number.NaN))).toBeLessThan(1e-5 * largest);
  });
});

test('brings int8 nearer to float where channels differ much', () => {
  const model = unequal('relu');
  const without = signalToNoise(model, int8(model), samples, 32);
  expect(signalToNoise(model, int8(equalise(model)), samples, 32) - without).toBeGreaterThan(6);
});

test('leaves layers before a relu6 as they are', () => {
  const model = unequal('relu6');
  expect(equalise(model).tensors).toEqual(model.tensors);
});
