/** QuantizeLinear and DequantizeLinear: where integers begin and end. */
import { at, roundHalfEven } from '../../../base/index.ts';
import { type Draft, perTensor } from '../draft.ts';
import { addTensor } from '../edges.ts';
import { axisOf, constantAt, demand, integerAttribute, isWhole, present, type Site } from '../site.ts';
import type { OnnxConstant } from '../types.ts';
import { type Constant, elementCount, inOrder, type Parameters, type Stored, type Value } from '../values.ts';

/** As the graph states them, of whatever integer type. */
type Quantiser = {
  readonly scales: readonly number[];
  readonly zeroPoints: readonly number[];
  /** Undefined where no zero point says it. */
  readonly type: string | undefined;
};

const toInt8 =
  'quantise activations to int8 or uint8 (QuantType.QInt8, QuantType.QUInt8) and weights to int8';

function quantiserOf(site: Site): Quantiser {
  const scale = constantAt(site, 1).constant;
  demand(scale.type === 'float32', `its scale is ${scale.type}`, toInt8);
  const zeroPoint = site.inputs[2] === undefined ? undefined : constantAt(site, 2).constant;
  const type = zeroPoint?.type;
  demand(type === undefined || ['int8', 'uint8', 'int32'].includes(type), `it quantises to ${type}`, toInt8);
  site.draft.spend(16 * (scale.values.length + (zeroPoint?.values.length ?? 0)));
  const scales = Array.from(scale.values);
  demand(
    scales.length > 0 && scales.every((value) => value > 0 && Number.isFinite(value)),
    'not all its scales are positive',
  );
  const zeroPoints = zeroPoint === undefined ? scales.map(() => 0) : Array.from(zeroPoint.values);
  demand(
    zeroPoints.length === scales.length,
    `it has ${scales.length} scales and ${zeroPoints.length} zero points`,
  );
  demand(
    (site.node.attributes.get('block_size')?.integer ?? 0) === 0,
    'it quantises in blocks',
    'quantise per tensor or per channel',
  );
  return { scales, zeroPoints, type };
}

/** The one scale and zero point of activations, in int8. */
function activationParameters({ scales, zeroPoints }: Quantiser, isUnsigned: boolean): Parameters {
  demand(
    scales.length === 1,
    `it has ${scales.length} scales for activations`,
    'quantise activations per tensor',
  );
  const zeroPoint = at(zeroPoints, 0) - (isUnsigned ? 128 : 0);
  demand(zeroPoint >= -128 && zeroPoint <= 127, `its zero point ${at(zeroPoints, 0)} does not fit its type`);
  return { scale: at(scales, 0), zeroPoint };
}

export function dequantizeLinear(site: Site): Value {
  const value = present(site, 0);
  const quantiser = quantiserOf(site);
  if (value.kind === 'constant') return dequantisedConstant(site, value.constant, quantiser);
  demand(value.kind === 'stored' && !value.isReal, 'it reads real numbers instead of integers');
  demand(!isWhole(site.draft, value), 'it reads whole numbers, as ArgMax gives them');
  const expected = value.isUnsigned ? 'uint8' : 'int8';
  demand(
    quantiser.type === undefined || quantiser.type === expected,
    `its zero point is ${quantiser.type}, its input ${expected}`,
  );
  const parameters = activationParameters(quantiser, value.isUnsigned);
  return { ...relabelled(site.draft, value, parameters), isReal: true };
}

/** Inputs of the network are labelled by their first reader; where a later one reads otherwise, it gets a name of its own. */
function relabelled(draft: Draft, value: Stored, parameters: Parameters): Stored {
  const tensor = at(draft.tensors, value.tensor);
  const known = draft.parametersOf(value.tensor);
  if (known === undefined) {
    draft.label(value.tensor, parameters);
    return value;
  }
  if (isSame(known, parameters)) return value;
  const output = draft.add(tensor.name, tensor.shape, 'int8', perTensor(parameters));
  const shape = Int32Array.from(tensor.shape);
  const constant = draft.constant(`${tensor.name}.shape`, [shape.length], 'int32', () => shape);
  draft.operator({ op: 'RESHAPE' }, [value.tensor, constant], [output]);
  return { ...value, tensor: output };
}

export function isSame(a: Parameters, b: Parameters): boolean {
  return a.scale === b.scale && a.zeroPoint === b.zeroPoint;
}

function dequantisedConstant(
  site: Site,
  constant: OnnxConstant,
  { scales, zeroPoints, type }: Quantiser,
): Constant {
  demand(
    ['int8', 'uint8', 'int32'].includes(constant.type),
    `it reads a constant of ${constant.type}`,
    toInt8,
  );
  demand(
    type === undefined || type === constant.type,
    `its zero point is ${type}, its input ${constant.type}`,
  );
  const axis = scales.length === 1 ? 0 : scaleAxis(site, constant.shape, scales.length);
  return { kind: 'constant', constant, dequantised: { scales, zeroPoints, axis } };
}

function scaleAxis(site: Site, shape: readonly number[], count: number): number {
  const axis = axisOf(integerAttribute(site, 'axis', 1), shape.length);
  demand(shape[axis] === count, `it has ${count} scales for dimension ${axis} of [${shape}]`);
  return axis;
}

export function quantizeLinear(site: Site): Value {
  const value = present(site, 0);
  const quantiser = quantiserOf(site);
  // Without a zero point the result is uint8.
  const type = quantiser.type ?? 'uint8';
  demand(type !== 'int32', 'it quantises to int32', toInt8);
  const isUnsigned = type === 'uint8';
  if (value.kind === 'constant') return quantisedConstant(site, value, quantiser, type);
  const parameters = activationParameters(quantiser, isUnsigned);
  return { ...quantised(site, value, parameters), isReal: false, isUnsigned };
}

/** Each value is quantised once for each scale, however many read it. */
const made = new WeakMap<object, Map<string, Stored>>();

function quantised(site: Site, value: Exclude<Value, Constant>, parameters: Parameters): Stored {
  const { draft, name } = site;
  if (value.kind === 'stored') {
    demand(value.isReal, 'it reads integers instead of real numbers');
    const known = draft.parametersOf(value.tensor);
    if (known !== undefined && isSame(known, parameters)) return value;
  }
  const source = value.kind === 'pending' ? value : at(draft.tensors, value.tensor);
  const known = made.get(source) ?? new Map<string, Stored>();
  made.set(source, known);
  const key = `${parameters.scale} ${parameters.zeroPoint}`;
  const before = known.get(key);
  if (before !== undefined) return value.kind === 'stored' ? { ...value, tensor: before.tensor } : before;
  const result =
    value.kind === 'pending' ? value.finish(parameters, 'none') : requantised(draft, name, value, parameters);
  known.set(key, result);
  return result;
}

/** The same values in other steps: QUANTIZE, unless they are in these already. */
export function requantised(draft: Draft, name: string, value: Stored, parameters: Parameters): Stored {
  const known = draft.parametersOf(value.tensor);
  if (known !== undefined && isSame(known, parameters)) return value;
  const { shape } = at(draft.tensors, value.tensor);
  const output = addTensor(draft, name, { shape, order: inOrder(shape) }, parameters);
  draft.operator({ op: 'QUANTIZE' }, [value.tensor], [output.tensor]);
  return { ...value, tensor: output.tensor };
}

/** Weights that a file keeps in float32, for its reader to quantise. */
function quantisedConstant(
  site: Site,
  { constant, dequantised }: Constant,
  quantiser: Quantiser,
  type: string,
): Constant {
  demand(
    constant.type === 'float32' && dequantised === undefined,
    `it quantises a constant of ${constant.type}`,
  );
  const { scales, zeroPoints } = quantiser;
  const { shape, values } = constant;
  const axis = scales.length === 1 ? 0 : scaleAxis(site, shape, scales.length);
  const inner = scales.length === 1 ? values.length : elementCount(shape.slice(axis + 1));
  const [low, high] = type === 'uint8' ? [0, 255] : [-128, 127];
  site.draft.spend(values.length);
  const quantise = (value: number, index: number): number => {
    const slice = Math.floor(index / inner) % scales.length;
    const steps = roundHalfEven(Math.fround(value / at(scales, slice))) + at(zeroPoints, slice);
    return Math.min(Math.max(steps, low), high);
  };
  const result = type === 'uint8' ? new Uint8Array(values.length) : new Int8Array(values.length);
  values.forEach((value, index) => {
    result[index] = quantise(value, index);
  });
  return { kind: 'constant', constant: { shape, type, values: result }, dequantised: undefined };
}
