/** Operators that change shapes or the order of dimensions; most cost nothing. */
import { at } from '../../../base/index.ts';
import { reshaped, reviewed, unflattened } from '../layout.ts';
import {
  axisOf,
  demand,
  integerAttribute,
  integersOf,
  listAttribute,
  moved,
  numbersAt,
  present,
  type Site,
} from '../site.ts';
import { elementCount, type Stored, type Value } from '../values.ts';
import { constantIn, constantTurned } from './constant-shapes.ts';

/** 0 keeps a dimension, -1 takes what is left. */
export function reshape(site: Site): Value {
  const asked = numbersAt(site, 1);
  const value = present(site, 0);
  if (value.kind === 'constant') return constantIn(site, value, sizesFor(site, value.constant.shape, asked));
  return moved(site, (input) => {
    const shape = sizesFor(site, input.shape, asked);
    return shape.length === input.shape.length && shape.every((size, axis) => size === input.shape[axis])
      ? input
      : reshaped(site.draft, input, shape);
  });
}

function sizesFor(site: Site, from: readonly number[], asked: readonly number[]): readonly number[] {
  demand(asked.length <= 8, `it asks for ${asked.length} dimensions`);
  const keepsZero = integerAttribute(site, 'allowzero', 0) === 0;
  const sizes = asked.map((size, axis) => (size === 0 && keepsZero ? (from[axis] ?? 0) : size));
  const known = elementCount(sizes.filter((size) => size !== -1));
  const total = elementCount(from);
  const shape = sizes.map((size) => (size === -1 ? total / known : size));
  demand(
    sizes.filter((size) => size === -1).length <= 1 &&
      elementCount(shape) === total &&
      shape.every((size) => size >= 1 && Number.isInteger(size)),
    `[${from}] and [${asked}] do not hold the same number of elements`,
    'export the network with batch size 1 and fixed sizes',
  );
  return shape;
}

export function flatten(site: Site): Value {
  const axis = integerAttribute(site, 'axis', 1);
  return moved(site, (input) => flattened(site, input, axis));
}

function flattened(site: Site, input: Stored, axis: number): Stored {
  const place = axis === input.shape.length ? axis : axisOf(axis, input.shape.length);
  const shape = [elementCount(input.shape.slice(0, place)), elementCount(input.shape.slice(place))];
  return input.shape.length === 2 && place === 1 ? input : reshaped(site.draft, input, shape);
}

export function squeeze(site: Site): Value {
  const stated = integersOf(site, 1, 'axes');
  const value = present(site, 0);
  if (value.kind === 'constant') {
    const { shape } = value.constant;
    const axes = squeezedAxes(shape, stated);
    return constantIn(
      site,
      value,
      shape.filter((_, axis) => !axes.includes(axis)),
    );
  }
  return moved(site, (input) => squeezed(site, unflattened(site.draft, input), stated));
}

function squeezed(site: Site, input: Stored, stated: readonly number[] | undefined): Stored {
  const { shape } = input;
  const axes = squeezedAxes(shape, stated);
  const places = shape.flatMap((_, axis) => (axes.includes(axis) ? [] : [axis]));
  return reviewed(site.draft, input, {
    shape: places.map((axis) => at(shape, axis)),
    order: input.order.filter((axis) => !axes.includes(axis)).map((axis) => places.indexOf(axis)),
  });
}

function squeezedAxes(shape: readonly number[], stated: readonly number[] | undefined): readonly number[] {
  const unit = shape.flatMap((size, axis) => (size === 1 ? [axis] : []));
  const axes = (stated ?? unit).map((axis) => axisOf(axis, shape.length));
  demand(
    axes.every((axis) => shape[axis] === 1),
    `it removes dimensions [${axes}] of [${shape}]`,
  );
  return axes;
}

export function unsqueeze(site: Site): Value {
  const stated = integersOf(site, 1, 'axes') ?? [];
  const value = present(site, 0);
  if (value.kind === 'constant') return constantIn(site, value, widened(value.constant.shape, stated).shape);
  return moved(site, (input) => {
    const flat = unflattened(site.draft, input);
    const { shape, axes, places } = widened(flat.shape, stated);
    return reviewed(site.draft, flat, {
      shape,
      order: [...axes, ...flat.order.map((axis) => at(places, axis))],
    });
  });
}

type Widened = {
  readonly shape: readonly number[];
  /** The new dimensions, and where those that were there are now. */
  readonly axes: readonly number[];
  readonly places: readonly number[];
};

function widened(from: readonly number[], stated: readonly number[]): Widened {
  const rank = from.length + stated.length;
  demand(rank <= 8, `it makes ${rank} dimensions`);
  const axes = stated.map((axis) => axisOf(axis, rank));
  demand(new Set(axes).size === axes.length, `it names dimensions [${stated}]`);
  const places = Array.from({ length: rank }, (_, axis) => axis).filter((axis) => !axes.includes(axis));
  const shape = new Array<number>(rank).fill(1);
  for (const [position, axis] of places.entries()) shape[axis] = at(from, position);
  return { shape, axes, places };
}

/** Another view of the same tensor: nothing moves until an operator needs another order. */
export function transpose(site: Site): Value {
  const value = present(site, 0);
  if (value.kind === 'constant')
    return constantTurned(site, value, permutationFor(site, value.constant.shape.length));
  return moved(site, (input) => transposed(site, unflattened(site.draft, input)));
}

function transposed(site: Site, input: Stored): Stored {
  const permutation = permutationFor(site, input.shape.length);
  return {
    ...input,
    shape: permutation.map((axis) => at(input.shape, axis)),
    order: input.order.map((axis) => permutation.indexOf(axis)),
  };
}

function permutationFor(site: Site, rank: number): readonly number[] {
  const reversed = Array.from({ length: rank }, (_, axis) => rank - 1 - axis);
  const permutation = listAttribute(site, 'perm', reversed);
  const sorted = [...permutation].sort((a, b) => a - b);
  demand(
    permutation.length === rank && sorted.every((axis, position) => axis === position),
    `[${permutation}] is no permutation of ${rank} dimensions`,
  );
  return permutation;
}
