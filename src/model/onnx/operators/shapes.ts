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
  type Site,
} from '../site.ts';
import { elementCount, type Stored, type Value } from '../values.ts';

/** 0 keeps a dimension, -1 takes what is left. */
export function reshape(site: Site): Value {
  const asked = numbersAt(site, 1);
  return moved(site, (input) => reshapedTo(site, input, asked));
}

function reshapedTo(site: Site, input: Stored, asked: readonly number[]): Stored {
  demand(asked.length <= 8, `it asks for ${asked.length} dimensions`);
  const keepsZero = integerAttribute(site, 'allowzero', 0) === 0;
  const sizes = asked.map((size, axis) => (size === 0 && keepsZero ? (input.shape[axis] ?? 0) : size));
  const known = elementCount(sizes.filter((size) => size !== -1));
  const total = elementCount(input.shape);
  const shape = sizes.map((size) => (size === -1 ? total / known : size));
  demand(
    sizes.filter((size) => size === -1).length <= 1 &&
      elementCount(shape) === total &&
      shape.every((size) => size >= 1 && Number.isInteger(size)),
    `[${input.shape}] and [${asked}] do not hold the same number of elements`,
    'export the network with batch size 1 and fixed sizes',
  );
  return shape.length === input.shape.length && shape.every((size, axis) => size === input.shape[axis])
    ? input
    : reshaped(site.draft, input, shape);
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
  return moved(site, (input) => squeezed(site, unflattened(site.draft, input), stated));
}

function squeezed(site: Site, input: Stored, stated: readonly number[] | undefined): Stored {
  const { shape } = input;
  const unit = shape.flatMap((size, axis) => (size === 1 ? [axis] : []));
  const axes = (stated ?? unit).map((axis) => axisOf(axis, shape.length));
  demand(
    axes.every((axis) => shape[axis] === 1),
    `it removes dimensions [${axes}] of [${shape}]`,
  );
  const places = shape.flatMap((_, axis) => (axes.includes(axis) ? [] : [axis]));
  return reviewed(site.draft, input, {
    shape: places.map((axis) => at(shape, axis)),
    order: input.order.filter((axis) => !axes.includes(axis)).map((axis) => places.indexOf(axis)),
  });
}

export function unsqueeze(site: Site): Value {
  const stated = integersOf(site, 1, 'axes') ?? [];
  return moved(site, (input) => unsqueezed(site, unflattened(site.draft, input), stated));
}

function unsqueezed(site: Site, input: Stored, stated: readonly number[]): Stored {
  const rank = input.shape.length + stated.length;
  demand(rank <= 8, `it makes ${rank} dimensions`);
  const axes = stated.map((axis) => axisOf(axis, rank));
  demand(new Set(axes).size === axes.length, `it names dimensions [${stated}]`);
  const places = Array.from({ length: rank }, (_, axis) => axis).filter((axis) => !axes.includes(axis));
  const shape = new Array<number>(rank).fill(1);
  for (const [position, axis] of places.entries()) shape[axis] = at(input.shape, position);
  return reviewed(site.draft, input, {
    shape,
    order: [...axes, ...input.order.map((axis) => at(places, axis))],
  });
}

/** Another view of the same tensor: nothing moves until an operator needs another order. */
export function transpose(site: Site): Value {
  return moved(site, (input) => transposed(site, unflattened(site.draft, input)));
}

function transposed(site: Site, input: Stored): Stored {
  const rank = input.shape.length;
  const reversed = input.shape.map((_, axis) => rank - 1 - axis);
  const permutation = listAttribute(site, 'perm', reversed);
  const sorted = [...permutation].sort((a, b) => a - b);
  demand(
    permutation.length === rank && sorted.every((axis, position) => axis === position),
    `[${permutation}] is no permutation of ${rank} dimensions`,
  );
  return {
    ...input,
    shape: permutation.map((axis) => at(input.shape, axis)),
    order: input.order.map((axis) => permutation.indexOf(axis)),
  };
}
