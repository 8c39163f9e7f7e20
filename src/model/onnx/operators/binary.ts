/** Add, Sub, Mul, Div by a constant, Max and Min of two operands that broadcast. */
import { at } from '../../../base/index.ts';
import { type ConstantData, type Draft, perTensor } from '../draft.ts';
import { ordered, reshaped, unflattened } from '../layout.ts';
import { demand, numbersAt, present, real, type Site } from '../site.ts';
import { type Constant, elementCount, inOrder, type Pending, type Stored, type Value } from '../values.ts';
import { uniform } from './functions.ts';
import { elementwise, pending } from './pending.ts';
import { requantised } from './quantise.ts';

type Operands = {
  readonly tensors: readonly [number, number];
  /** Those of them that are computed. */
  readonly stored: readonly (Stored | undefined)[];
  readonly shape: readonly number[];
  readonly order: readonly number[];
};

export function add(site: Site): Pending {
  return arithmetic(site, 'ADD');
}

export function sub(site: Site): Pending {
  return arithmetic(site, 'SUB');
}

export function mul(site: Site): Pending {
  return hardSwishOf(site) ?? arithmetic(site, 'MUL');
}

/** x * hardSigmoid(x), where nothing quantises between the two. */
function hardSwishOf(site: Site): Pending | undefined {
  const [first, second] = site.inputs;
  const gated = (value: Value | undefined, gate: Value | undefined): Stored | undefined =>
    gate?.kind === 'pending' && value?.kind === 'stored' && gate.gateOf?.tensor === value.tensor
      ? value
      : undefined;
  const input = gated(first, second) ?? gated(second, first);
  if (input === undefined) return undefined;
  return elementwise(site, input, (output) =>
    site.draft.operator({ op: 'HARD_SWISH' }, [input.tensor], [output]),
  );
}

/** By a number: a multiplication by its inverse. */
export function div(site: Site): Pending {
  const input = real(site, 0);
  const divisors = numbersAt(site, 1);
  const divisor = divisors[0] ?? 0;
  demand(
    divisor !== 0 && divisors.every((value) => value === divisor),
    'it divides by something else than one number other than 0',
  );
  const { draft, name } = site;
  const inverse = uniform(draft, `${name}.inverse`, 1 / divisor, draft.isFloat(input.tensor));
  return elementwise(
    site,
    input,
    (output, activation) => draft.operator({ op: 'MUL', activation }, [input.tensor, inverse], [output]),
    {
      takesActivation: true,
    },
  );
}

function arithmetic(site: Site, op: 'ADD' | 'SUB' | 'MUL'): Pending {
  const { tensors, shape, order } = operands(site);
  return pending(site, { shape, order }, (output, activation) =>
    site.draft.operator({ op, activation }, tensors, [output]),
  );
}

export function max(site: Site): Pending {
  return extremum(site, 'MAXIMUM');
}

export function min(site: Site): Pending {
  return extremum(site, 'MINIMUM');
}

/** Its operands are compared in the steps of the result. */
function extremum(site: Site, op: 'MAXIMUM' | 'MINIMUM'): Pending {
  const { draft, name } = site;
  const { tensors, stored, shape, order } = operands(site);
  return pending(
    site,
    { shape, order },
    (output, _, parameters) => {
      const inputs = tensors.map((tensor, position) => {
        const value = stored[position];
        if (parameters === undefined) return tensor;
        demand(value !== undefined, 'it compares with a constant', 'use Clip');
        return requantised(draft, name, value, parameters).tensor;
      });
      draft.operator({ op }, inputs, [output]);
    },
    { takesActivation: false },
  );
}

function operands(site: Site): Operands {
  const { draft } = site;
  demand(site.inputs.length === 2, `it has ${site.inputs.length} inputs instead of 2`);
  const values = [0, 1].map((position) => {
    const value = present(site, position);
    return value.kind === 'constant' ? value : unflattened(draft, real(site, position));
  });
  const [first, second] = [at(values, 0), at(values, 1)];
  const shape = broadcast(shapeOf(first), shapeOf(second));
  const leading = values.find((value) => value.kind === 'stored' && value.shape.length === shape.length);
  const order = leading?.kind === 'stored' ? leading.order : inOrder(shape);
  const isFloat = values.some((value) => value.kind === 'stored' && draft.isFloat(value.tensor));
  demand(
    values.some((value) => value.kind === 'stored'),
    'both its inputs are constants',
    'fold constants before exporting',
  );
  const aligned = values.map((value, position) => {
    if (value.kind === 'stored') return align(draft, value, shape.length, order);
    return constantOperand(site, position, value, { rank: shape.length, order, isFloat });
  });
  const tensor = (value: Stored | number): number => (typeof value === 'number' ? value : value.tensor);
  return {
    tensors: [tensor(at(aligned, 0)), tensor(at(aligned, 1))],
    stored: aligned.map((value) => (typeof value === 'number' ? undefined : value)),
    shape,
    order,
  };
}

function shapeOf(value: Stored | Constant): readonly number[] {
  return value.kind === 'stored' ? value.shape : value.constant.shape;
}

function broadcast(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const left = a[axis - rank + a.length] ?? 1;
    const right = b[axis - rank + b.length] ?? 1;
    demand(left === right || left === 1 || right === 1, `its inputs of [${a}] and [${b}] do not broadcast`);
    return left === 1 ? right : left;
  });
}

function leadingOnes(shape: readonly number[], rank: number): number[] {
  return [...new Array<number>(rank - shape.length).fill(1), ...shape];
}

function align(draft: Draft, value: Stored, rank: number, order: readonly number[]): Stored {
  const whole = value.shape.length === rank ? value : reshaped(draft, value, leadingOnes(value.shape, rank));
  return ordered(draft, unflattened(draft, whole), order);
}

/** A constant in the order of the tensor that it meets. */
export function constantOperand(
  site: Site,
  position: number,
  { constant, dequantised }: Constant,
  { rank, order, isFloat }: { rank: number; order: readonly number[]; isFloat: boolean },
): number {
  const { draft } = site;
  const name = `${site.name}.constant`;
  const shape = leadingOnes(constant.shape, rank);
  const physical = order.map((axis) => at(shape, axis));
  const strides = shape.map((_, axis) => elementCount(shape.slice(axis + 1)));
  const inPlace = <T extends ConstantData>(target: T, value: (index: number) => number): T => {
    for (let index = 0; index < target.length; index += 1) {
      let rest = index;
      let source = 0;
      for (let axis = rank - 1; axis >= 0; axis -= 1) {
        source += (rest % at(physical, axis)) * at(strides, at(order, axis));
        rest = Math.floor(rest / at(physical, axis));
      }
      target[index] = value(source);
    }
    return target;
  };
  const { values } = constant;
  draft.spend(values.length);
  if (isFloat) {
    demand(
      constant.type === 'float32' && values.every(Number.isFinite),
      'its constant is not of finite float32 values',
    );
    return draft.constant(name, physical, 'float32', () =>
      inPlace(new Float32Array(values.length), (index) => at(values, index)),
    );
  }
  if (dequantised === undefined) {
    const [value = 0] = numbersAt(site, position);
    demand(
      values.every((other) => other === value),
      'its constant is float32',
      'quantise its constant as well',
    );
    return uniform(draft, name, value, false);
  }
  const { scales, zeroPoints } = dequantised;
  demand(
    scales.length === 1 && constant.type !== 'int32',
    'its constant has a scale for each channel, or is int32',
  );
  const shift = constant.type === 'uint8' ? 128 : 0;
  const parameters = { scale: at(scales, 0), zeroPoint: at(zeroPoints, 0) - shift };
  const make = (): Int8Array => inPlace(new Int8Array(values.length), (index) => at(values, index) - shift);
  return draft.constant(name, physical, 'int8', make, perTensor(parameters));
}
