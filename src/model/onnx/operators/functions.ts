/** Functions of one element: relus and other bounds, sigmoid and its like. */
import { at } from '../../../base/index.ts';
import type { OperatorOptions } from '../../types.ts';
import { type Draft, perTensor } from '../draft.ts';
import { addTensor } from '../edges.ts';
import {
  demand,
  floatAttribute,
  integerAttribute,
  isWhole,
  numbersAt,
  present,
  real,
  type Site,
} from '../site.ts';
import { inOrder, type Parameters, type Pending, physicalShape, type Stored, type Value } from '../values.ts';
import { elementwise, fixedElementwise, probability } from './pending.ts';

/** 256 steps from -1 to 1: the output of TensorFlow Lite's kernel. */
const signed: Parameters = { scale: 1 / 128, zeroPoint: 0 };

export function relu(site: Site): Pending {
  return bounded(site, 0, Number.POSITIVE_INFINITY);
}

export function clip(site: Site): Pending {
  const bound = (position: number, attribute: string, otherwise: number): number =>
    site.inputs[position] === undefined
      ? floatAttribute(site, attribute, otherwise)
      : (numbersAt(site, position)[0] ?? otherwise);
  const [low, high] = [bound(1, 'min', Number.NEGATIVE_INFINITY), bound(2, 'max', Number.POSITIVE_INFINITY)];
  demand(low <= high, `its bounds are ${low} and ${high}`);
  return bounded(site, low, high);
}

const standalone = { relu: 'RELU', relu6: 'RELU6', 'relu-n1-to-1': 'RELU_N1_TO_1' } as const;

function namedBounds(low: number, high: number): keyof typeof standalone | undefined {
  if (low === 0 && high > 3.4e38) return 'relu';
  if (low === 0 && high === 6) return 'relu6';
  return low === -1 && high === 1 ? 'relu-n1-to-1' : undefined;
}

function bounded(site: Site, low: number, high: number): Pending {
  const { draft } = site;
  const value = present(site, 0);
  const name = namedBounds(low, high);
  if (value.kind === 'pending' && value.takesActivation) {
    if (name !== undefined)
      return {
        ...value,
        takesActivation: false,
        preferred: undefined,
        finish: (output) => value.finish(output, name),
      };
    const finish: Pending['finish'] = (output) => limit(site, value.finish(output, 'none'), low, high);
    return { ...value, takesActivation: false, preferred: undefined, finish };
  }
  const input = real(site, 0);
  // Zero is one of the steps: a relu of what is quantised needs no steps of its own.
  const own = name === 'relu' ? { preferred: draft.parametersOf(input.tensor), isExact: true } : {};
  if (name !== undefined) {
    const emit = (output: number): void => draft.operator({ op: standalone[name] }, [input.tensor], [output]);
    return elementwise(site, input, emit, own);
  }
  const copy = elementwise(site, input, (output) =>
    draft.operator({ op: 'QUANTIZE' }, [input.tensor], [output]),
  );
  return {
    ...copy,
    finish: (output) => limit(site, output === undefined ? input : copy.finish(output, 'none'), low, high),
  };
}

/** Bounds that are no operator's own: a maximum and a minimum with constants, left out where no value lies outside. */
function limit({ draft, name }: Site, value: Stored, low: number, high: number): Stored {
  const parameters = draft.parametersOf(value.tensor);
  const step = (bound: number): number =>
    parameters === undefined
      ? bound
      : Math.min(Math.max(Math.round(bound / parameters.scale) + parameters.zeroPoint, -128), 127);
  const [lowest, highest] = parameters === undefined ? [-3.4e38, 3.4e38] : [-128, 127];
  const against = (op: 'MAXIMUM' | 'MINIMUM', bound: number, before: Stored): Stored => {
    const shape = physicalShape(before);
    const output = addTensor(draft, name, { shape, order: inOrder(shape) }, parameters);
    draft.operator({ op }, [before.tensor, scalar(draft, name, bound, parameters)], [output.tensor]);
    return { ...before, tensor: output.tensor };
  };
  const raised = step(low) > lowest ? against('MAXIMUM', step(low), value) : value;
  return step(high) < highest ? against('MINIMUM', step(high), raised) : raised;
}

function scalar(draft: Draft, name: string, value: number, parameters: Parameters | undefined): number {
  const type = parameters === undefined ? 'float32' : 'int8';
  const make = (): Int8Array | Float32Array =>
    parameters === undefined ? Float32Array.of(value) : Int8Array.of(value);
  return draft.constant(`${name}.bound`, [1], type, make, parameters && perTensor(parameters));
}

function simple(site: Site, options: OperatorOptions): Pending {
  const input = real(site, 0);
  return elementwise(site, input, (output) => site.draft.operator(options, [input.tensor], [output]));
}

export function leakyRelu(site: Site): Pending {
  const alpha = floatAttribute(site, 'alpha', Math.fround(0.01));
  demand(Number.isFinite(alpha), `its alpha is ${alpha}`);
  return simple(site, { op: 'LEAKY_RELU', alpha });
}

export function elu(site: Site): Pending {
  demand(floatAttribute(site, 'alpha', 1) === 1, 'its alpha is not 1');
  return simple(site, { op: 'ELU' });
}

export function abs(site: Site): Pending {
  return simple(site, { op: 'ABS' });
}

export function hardSwish(site: Site): Pending {
  return simple(site, { op: 'HARD_SWISH' });
}

export function sigmoid(site: Site): Pending {
  return fixedElementwise(site, real(site, 0), { op: 'LOGISTIC' }, probability);
}

export function tanh(site: Site): Pending {
  return fixedElementwise(site, real(site, 0), { op: 'TANH' }, signed);
}

/** relu6(x + 3) / 6, whose division is but another scale. */
export function hardSigmoid(site: Site): Pending {
  const { draft, name } = site;
  const slope = floatAttribute(site, 'alpha', Math.fround(0.2));
  const offset = floatAttribute(site, 'beta', 0.5);
  demand(
    Math.abs(slope - 1 / 6) < 1e-6 && offset === 0.5,
    `it has the slope ${slope} and the offset ${offset}; 1/6 and 1/2 are supported`,
    "use PyTorch's Hardsigmoid",
  );
  const input = real(site, 0);
  const emit = (output: number, parameters: Parameters | undefined): void => {
    const wide = parameters && { ...parameters, scale: Math.fround(parameters.scale * 6) };
    const shape = physicalShape(input);
    const sum = addTensor(draft, `${name}.sum`, { shape, order: inOrder(shape) }, wide);
    const three = uniform(draft, `${name}.three`, 3, parameters === undefined);
    draft.operator({ op: 'ADD', activation: 'relu6' }, [input.tensor, three], [sum.tensor]);
    if (parameters === undefined) {
      const sixth = uniform(draft, `${name}.sixth`, 1 / 6, true);
      draft.operator({ op: 'MUL', activation: 'none' }, [sum.tensor, sixth], [output]);
    } else {
      const constant = draft.constant(`${name}.shape`, [shape.length], 'int32', () => Int32Array.from(shape));
      draft.operator({ op: 'RESHAPE' }, [sum.tensor, constant], [output]);
    }
  };
  return elementwise(site, input, (output, _, parameters) => emit(output, parameters), { gateOf: input });
}

/** One number as a tensor of one element, exact also in int8. */
export function uniform(draft: Draft, name: string, value: number, isFloat: boolean): number {
  if (isFloat) return draft.constant(name, [1], 'float32', () => Float32Array.of(value));
  const scale = value === 0 ? 1 : Math.fround(Math.abs(value) / 127);
  demand(scale > 0 && Number.isFinite(scale), `its constant is ${value}`);
  const step = Int8Array.of(127 * Math.sign(value));
  return draft.constant(name, [1], 'int8', () => step, perTensor({ scale, zeroPoint: 0 }));
}

/** What changes nothing at inference. */
export function passThrough(site: Site): Value {
  return present(site, 0);
}

/** Of ONNX's element types. */
const toFloat = 1;
const wholeTypes: ReadonlySet<number> = new Set([6, 7]);

export function cast(site: Site): Value {
  const value = present(site, 0);
  const to = integerAttribute(site, 'to', toFloat);
  // Places and classes are whole numbers of any width.
  if (value.kind === 'stored' && isWhole(site.draft, value) && wholeTypes.has(to)) return value;
  demand(
    to === toFloat,
    'it converts to another type than float32',
    'take the conversion out of the network',
  );
  demand(value.kind !== 'stored' || value.isReal, 'it converts integers to real numbers');
  return value;
}

export function constant(site: Site): Value {
  const { attributes } = site.node;
  const tensor = attributes.get('value')?.tensor;
  if (tensor !== undefined) return { kind: 'constant', constant: tensor, dequantised: undefined };
  const float = attributes.get('value_float')?.float;
  const integer = attributes.get('value_int')?.integer;
  const integers = attributes.get('value_ints')?.integers;
  const values = float === undefined ? (integers ?? [integer ?? Number.NaN]) : [float];
  demand(!values.some(Number.isNaN), 'it holds something else than numbers');
  demand(values.length <= 65_536, `it has ${values.length} values`);
  const type = float === undefined ? 'int64' : 'float32';
  const shape = integers === undefined ? [] : [integers.length];
  const made = type === 'float32' ? Float32Array.of(at(values, 0)) : Float64Array.from(values);
  return { kind: 'constant', constant: { shape, type, values: made }, dequantised: undefined };
}
