/**
 * What a network computes from shapes and constants alone, as exporters leave it that fold nothing: paddings, sizes and
 * places, a few numbers each, known before the network runs.
 */
import { at } from '../../base/index.ts';
import type { Allowance } from '../tflite/limits.ts';
import { typeName } from './read-constant.ts';
import type { OnnxConstant, OnnxNode } from './types.ts';
import { type Constant, elementCount, type Value } from './values.ts';

type Numbers = Omit<OnnxConstant, 'values'> & { readonly values: readonly number[] };

/** No list that steers an operator is longer. */
const mostNumbers = 1024;
const mostDimensions = 8;

/** What a number costs here, beside the bytes of constants. */
const bytesOfNumber = 256;

/** `undefined` where the node does not fold, or computes something else than such numbers; `spend` bounds them. */
export function foldNumbers(
  node: OnnxNode,
  inputs: readonly (Value | undefined)[],
  spend: Allowance,
): Constant | undefined {
  if (node.domain !== '' || node.outputs.length !== 1) return undefined;
  const made = node.operator === 'Shape' ? shapeOf(node, inputs[0]) : folded(node, inputs);
  const read = node.operator === 'Shape' ? 0 : numbersIn(inputs);
  if (made !== undefined) spend(bytesOfNumber * (made.values.length + read));
  if (made === undefined || !isHandy(made)) return undefined;
  const { shape, type, values } = made;
  const list = type === 'float32' ? Float32Array.from(values) : Float64Array.from(values);
  return { kind: 'constant', constant: { shape, type, values: list }, dequantised: undefined };
}

function numbersIn(inputs: readonly (Value | undefined)[]): number {
  return inputs.reduce(
    (sum, value) => sum + (value?.kind === 'constant' ? value.constant.values.length : 0),
    0,
  );
}

function isHandy({ shape, type, values }: Numbers): boolean {
  return (
    values.length <= mostNumbers &&
    shape.length <= mostDimensions &&
    elementCount(shape) === values.length &&
    values.every((value) => (type === 'float32' ? Number.isFinite(value) : Number.isSafeInteger(value)))
  );
}

function shapeOf({ attributes }: OnnxNode, value: Value | undefined): Numbers | undefined {
  if (value === undefined || value.kind === 'pending') return undefined;
  const whole = value.kind === 'constant' ? value.constant.shape : value.shape;
  const values = whole.slice(attributes.get('start')?.integer ?? 0, attributes.get('end')?.integer);
  return { shape: [values.length], type: 'int64', values };
}

function folded(node: OnnxNode, inputs: readonly (Value | undefined)[]): Numbers | undefined {
  const given = inputs.map((value) => (value === undefined ? undefined : numbersOf(value)));
  const [first, ...others] = given;
  if (
    first === undefined ||
    given.some((numbers, position) => (numbers === undefined) !== (inputs[position] === undefined))
  )
    return undefined;
  return folds.get(node.operator)?.(first, others, node);
}

const types = new Set(['int32', 'int64', 'bool', 'float32']);

function numbersOf(value: Value): Numbers | undefined {
  if (value.kind !== 'constant' || value.dequantised !== undefined) return undefined;
  const { shape, type, values } = value.constant;
  if (!types.has(type) || values.length > mostNumbers || shape.length > mostDimensions) return undefined;
  // The ends of slices that take all are the largest or least int64.
  const limit = (number: number): number =>
    Math.min(Math.max(number, Number.MIN_SAFE_INTEGER), Number.MAX_SAFE_INTEGER);
  return { shape, type, values: Array.from(values, type === 'int64' ? limit : Number) };
}

type Fold = (first: Numbers, others: readonly (Numbers | undefined)[], node: OnnxNode) => Numbers | undefined;

/** Numbers of this shape, each of its place. */
function build(
  shape: readonly number[],
  type: string,
  value: (place: readonly number[]) => number,
): Numbers | undefined {
  if (shape.length > mostDimensions || !shape.every((size) => Number.isInteger(size) && size >= 0))
    return undefined;
  const count = elementCount(shape);
  if (count > mostNumbers) return undefined;
  const values = Array.from({ length: count }, (_, index) => {
    let rest = index;
    const place = shape.toReversed().map((size) => {
      const coordinate = rest % size;
      rest = Math.floor(rest / size);
      return coordinate;
    });
    return value(place.reverse());
  });
  return { shape, type, values };
}

/** NaN outside and between places, which no result may have. */
function valueAt({ shape, values }: Numbers, place: readonly number[]): number {
  const isInside = shape.every((size, axis) => {
    const index = at(place, axis);
    return Number.isInteger(index) && index >= 0 && index < size;
  });
  const index = shape.reduce((sum, size, axis) => sum * size + at(place, axis), 0);
  return isInside ? at(values, index) : Number.NaN;
}

/** The value that meets this place of a larger shape. */
function broadcastAt(numbers: Numbers, place: readonly number[]): number {
  const own = place.slice(place.length - numbers.shape.length);
  return valueAt(
    numbers,
    numbers.shape.map((size, axis) => (size === 1 ? 0 : at(own, axis))),
  );
}

function broadcastShape(all: readonly Numbers[]): number[] {
  const rank = Math.max(...all.map(({ shape }) => shape.length));
  return Array.from({ length: rank }, (_, axis) => {
    const sizes = all.map(({ shape }) => shape[axis - rank + shape.length] ?? 1);
    return sizes.find((size) => size !== 1) ?? 1;
  });
}

function pairwise(compute: (a: number, b: number, isReal: boolean) => number, result?: 'bool'): Fold {
  return (first, [second]) => {
    if (second === undefined || second.type !== first.type) return undefined;
    const isReal = first.type === 'float32';
    return build(broadcastShape([first, second]), result ?? first.type, (place) => {
      const value = compute(broadcastAt(first, place), broadcastAt(second, place), isReal);
      return isReal ? Math.fround(value) : value;
    });
  };
}

function each(compute: (value: number) => number): Fold {
  return (first) => ({ ...first, values: first.values.map(compute) });
}

function axisIn(rank: number, stated: number): number | undefined {
  const axis = stated < 0 ? stated + rank : stated;
  return Number.isInteger(axis) && axis >= 0 && axis < rank ? axis : undefined;
}

const cast: Fold = (first, _, { attributes }) => {
  const type = typeName(attributes.get('to')?.integer ?? 0);
  if (!types.has(type)) return undefined;
  const convert = type === 'bool' ? (value: number) => Number(value !== 0) : Math.trunc;
  return {
    ...first,
    type,
    values: type === 'float32' ? first.values.map(Math.fround) : first.values.map(convert),
  };
};

const concat: Fold = (first, others, { attributes }) => {
  const parts = [first, ...others.filter((part) => part !== undefined)];
  const axis = axisIn(first.shape.length, attributes.get('axis')?.integer ?? 0);
  if (
    axis === undefined ||
    parts.some(({ shape, type }) => shape.length !== first.shape.length || type !== first.type)
  )
    return undefined;
  const starts = parts.map((_, part) =>
    parts.slice(0, part).reduce((sum, { shape }) => sum + at(shape, axis), 0),
  );
  const along = parts.reduce((sum, { shape }) => sum + at(shape, axis), 0);
  return build(first.shape.with(axis, along), first.type, (place) => {
    const part = starts.findLastIndex((start) => start <= at(place, axis));
    return valueAt(at(parts, part), place.with(axis, at(place, axis) - at(starts, part)));
  });
};

const constantOfShape: Fold = ({ values, shape }, _, { attributes }) => {
  const tensor = attributes.get('value')?.tensor;
  const value = tensor?.values[0] ?? 0;
  return shape.length === 1 ? build(values, tensor?.type ?? 'float32', () => value) : undefined;
};

const gather: Fold = (first, [places], { attributes }) => {
  const axis = axisIn(first.shape.length, attributes.get('axis')?.integer ?? 0);
  if (places === undefined || axis === undefined) return undefined;
  const shape = first.shape.toSpliced(axis, 1, ...places.shape);
  return build(shape, first.type, (place) => {
    const stated = valueAt(places, place.slice(axis, axis + places.shape.length));
    const found = stated < 0 ? stated + at(first.shape, axis) : stated;
    return valueAt(first, place.toSpliced(axis, places.shape.length, found));
  });
};

const expand: Fold = (first, [target]) => {
  if (target === undefined || target.shape.length !== 1) return undefined;
  const shape = broadcastShape([first, { shape: target.values, type: '', values: [] }]);
  return build(shape, first.type, (place) => broadcastAt(first, place));
};

const range: Fold = (first, [limit, delta]) => {
  const [start = 0, end, step = 0] = [first.values[0], limit?.values[0], delta?.values[0]];
  if (end === undefined || step === 0) return undefined;
  const count = Math.max(0, Math.ceil((end - start) / step));
  return build([count], first.type, ([index = 0]) => start + index * step);
};

/** By Python's rules: ends count from the back where they are negative, and are moved inside. */
const slice: Fold = (first, [starts, ends, axes, steps]) => {
  if (starts === undefined || ends === undefined) return undefined;
  const cuts = starts.values.map((start, index) => {
    const axis = axisIn(first.shape.length, axes?.values[index] ?? index);
    const [size, step] = [axis === undefined ? 0 : at(first.shape, axis), steps?.values[index] ?? 1];
    const [least, most] = step > 0 ? [0, size] : [-1, size - 1];
    const inside = (value: number): number =>
      Math.min(Math.max(value < 0 ? value + size : value, least), most);
    const begin = inside(start);
    const end = inside(ends.values[index] ?? 0);
    return { axis, begin, step, count: Math.max(0, Math.ceil((end - begin) / step)) };
  });
  const cutOf = (axis: number): (typeof cuts)[number] | undefined => cuts.find((cut) => cut.axis === axis);
  const shape = first.shape.map((size, axis) => cutOf(axis)?.count ?? size);
  return build(shape, first.type, (place) =>
    valueAt(
      first,
      place.map((index, axis) => {
        const cut = cutOf(axis);
        return cut === undefined ? index : cut.begin + index * cut.step;
      }),
    ),
  );
};

const where: Fold = (first, [yes, no]) => {
  if (yes === undefined || no === undefined || yes.type !== no.type) return undefined;
  return build(broadcastShape([first, yes, no]), yes.type, (place) =>
    broadcastAt(broadcastAt(first, place) === 0 ? no : yes, place),
  );
};

const folds: ReadonlyMap<string, Fold> = new Map(
  Object.entries<Fold>({
    Add: pairwise((a, b) => a + b),
    Cast: cast,
    Ceil: each(Math.ceil),
    Concat: concat,
    ConstantOfShape: constantOfShape,
    // Of integers without what is behind the point; by 0 it gives no number.
    Div: pairwise((a, b, isReal) => (isReal ? a / b : Math.trunc(a / b))),
    Equal: pairwise((a, b) => Number(a === b), 'bool'),
    Expand: expand,
    Floor: each(Math.floor),
    Gather: gather,
    Mul: pairwise((a, b) => a * b),
    Neg: each((value) => -value),
    Range: range,
    Slice: slice,
    Sub: pairwise((a, b) => a - b),
    Where: where,
  }),
);
