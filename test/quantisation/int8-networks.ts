/** Runs quantised networks on the interpreter of this project and measures how far they are from float. */
import { at } from '../../src/base/index.ts';
import { buildGraph } from '../../src/graph/index.ts';
import type { Model } from '../../src/model/index.ts';
import { runFloat } from '../../src/quantisation/index.ts';
import { interpret } from '../../src/reference/index.ts';

type Scale = { readonly scale: number; readonly zeroPoint: number };

/** Of an int8 tensor that is quantised as a whole, or of whole numbers, which stand for themselves. */
export function scaleOf(model: Model, tensor: number): Scale {
  const { type, quantization } = at(model.tensors, tensor);
  if (quantization === undefined && /^int(32|64)$/.test(type)) return { scale: 1, zeroPoint: 0 };
  const { scales, zeroPoints } = quantization ?? { scales: [], zeroPoints: [] };
  return { scale: at(scales, 0), zeroPoint: at(zeroPoints, 0) };
}

/** Real outputs of an int8 network with int8 edges for one real sample an input. */
export function runInt8(model: Model, inputs: readonly Float32Array[]): number[][] {
  const int8 = inputs.map((values, position) => {
    const { scale, zeroPoint } = scaleOf(model, at(model.inputs, position));
    return Int8Array.from(values, (value) =>
      Math.min(Math.max(Math.round(value / scale) + zeroPoint, -128), 127),
    );
  });
  const { outputs } = interpret(buildGraph(model), int8);
  return outputs.map((values, position) => {
    const { scale, zeroPoint } = scaleOf(model, at(model.outputs, position));
    return Array.from(values, (value) => scale * (value - zeroPoint));
  });
}

/** Signal to noise of the first output over all samples of a single input, in decibels. */
export function signalToNoise(float: Model, int8: Model, samples: Float32Array, count: number): number {
  const size = samples.length / count;
  let signal = 0;
  let noise = 0;
  for (let sample = 0; sample < count; sample += 1) {
    const input = samples.subarray(sample * size, (sample + 1) * size);
    const right = at(runFloat(float, [input], 1), 0);
    const given = at(runInt8(int8, [input]), 0);
    right.forEach((value, i) => {
      signal += value ** 2;
      noise += (at(given, i) - value) ** 2;
    });
  }
  return 10 * Math.log10(signal / noise);
}
