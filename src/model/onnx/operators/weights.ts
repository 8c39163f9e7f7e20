/** Weights and biases in TensorFlow Lite's layouts and scales. */
import { at, roundHalfEven } from '../../../base/index.ts';
import { constantAt, demand, type Site } from '../site.ts';
import { type Constant, elementCount, type Parameters } from '../values.ts';

const symmetric =
  'quantise weights to int8 symmetrically (weight_type=QuantType.QInt8, extra_options={"WeightSymmetric": True})';

const diverged = 'train it again; its weights diverged';

export type Weights = {
  readonly tensor: number;
  /** One for each output, or one for all; none of float32 weights. */
  readonly scales: readonly number[];
};

/** How the weights of the graph are laid out anew: `source` gives for each element where it is in the graph's. */
export type WeightLayout = {
  readonly shape: readonly number[];
  readonly source: (index: number) => number;
  /** Dimension of the outputs in the graph's weights and in the new ones. */
  readonly outputAxis: number;
  readonly newAxis: number;
};

export function addWeights(site: Site, value: Constant, layout: WeightLayout, isFloat: boolean): Weights {
  const { draft, name } = site;
  const { values, type } = value.constant;
  demand(
    elementCount(layout.shape) === values.length,
    `its weights have ${values.length} values for [${layout.shape}]`,
  );
  // Before anything is looked through: many operators may read the same weights.
  draft.spend(values.length + 16 * (value.dequantised?.scales.length ?? 0));
  if (isFloat) {
    demand(
      type === 'float32' && value.dequantised === undefined,
      'its weights are integers, its input is float32',
    );
    demand(values.every(Number.isFinite), 'some of its weights are infinite or no numbers', diverged);
    const make = (): Float32Array => arranged(new Float32Array(values.length), values, layout, 0);
    return { tensor: draft.constant(`${name}.weights`, layout.shape, 'float32', make), scales: [] };
  }
  const { dequantised } = value;
  demand(
    dequantised !== undefined,
    'its weights are float32',
    'quantise weights to int8 as well as activations; those of ConvTranspose, ONNX Runtime quantises with quant_format=QuantFormat.QDQ alone',
  );
  demand(type === 'int8' || type === 'uint8', `its weights are ${type}`, symmetric);
  const { scales, axis } = dequantised;
  const shift = type === 'uint8' ? 128 : 0;
  demand(
    dequantised.zeroPoints.every((zeroPoint) => zeroPoint === shift),
    'its weights have a zero point',
    symmetric,
  );
  demand(
    scales.length === 1 || axis === layout.outputAxis,
    `its weights have their scales along dimension ${axis}; ${layout.outputAxis} is supported`,
    'quantise its weights per tensor (is_per_channel=False, per_channel=False), or with a scale for each output channel',
  );
  const make = (): Int8Array => arranged(new Int8Array(values.length), values, layout, shift);
  const quantization = {
    scales,
    zeroPoints: scales.map(() => 0),
    dimension: scales.length === 1 ? 0 : layout.newAxis,
  };
  return { tensor: draft.constant(`${name}.weights`, layout.shape, 'int8', make, quantization), scales };
}

/** Element by element in a plain loop, since weights are most of what there is to read. */
function arranged<T extends Int8Array | Float32Array>(
  target: T,
  values: ArrayLike<number>,
  { source }: WeightLayout,
  shift: number,
): T {
  for (let index = 0; index < target.length; index += 1) target[index] = (values[source(index)] ?? 0) - shift;
  return target;
}

/** The bias at an input, in steps of the product of the scales; `undefined` where there is none. */
export function addBias(
  site: Site,
  position: number,
  weights: Weights,
  input: Parameters | undefined,
): readonly number[] {
  if (site.inputs[position] === undefined) return [];
  const { draft, name } = site;
  const { constant, dequantised } = constantAt(site, position);
  const count = constant.values.length;
  demand(count <= 1_048_576, `its bias has ${count} values`);
  const real = (index: number): number => {
    const value = at(constant.values, index);
    if (dequantised === undefined) return value;
    const slice = dequantised.scales.length === 1 ? 0 : index;
    return (value - at(dequantised.zeroPoints, slice)) * at(dequantised.scales, slice);
  };
  demand(
    constant.type === 'float32' || dequantised !== undefined,
    `its bias is ${constant.type} without a scale`,
  );
  if (input === undefined) {
    const make = (): Float32Array => {
      const values = Float32Array.from({ length: count }, (_, index) => real(index));
      demand(values.every(Number.isFinite), 'some of its bias are infinite or no numbers', diverged);
      return values;
    };
    return [draft.constant(`${name}.bias`, [count], 'float32', make)];
  }
  const steps = (index: number): number => {
    const scale = input.scale * at(weights.scales, weights.scales.length === 1 ? 0 : index);
    const value = roundHalfEven(real(index) / scale);
    demand(
      Math.abs(value) < 2 ** 31,
      `its bias ${index} does not fit an int32`,
      'train it with weight decay; its weights all but vanish',
    );
    return value;
  };
  demand(
    weights.scales.length === 1 || weights.scales.length === count,
    `its bias has ${count} values for ${weights.scales.length} scales`,
  );
  const make = (): Int32Array => Int32Array.from({ length: count }, (_, index) => steps(index));
  return [draft.constant(`${name}.bias`, [count], 'int32', make)];
}
