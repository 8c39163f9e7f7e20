/** Keeps views of tensors instead of moving bytes, and moves bytes only where an operator needs another order. */
import { at } from '../../base/index.ts';
import type { Draft } from './draft.ts';
import {
  elementCount,
  inOrder,
  isPlain,
  physicalShape,
  type Stored,
  sameElements,
  type View,
} from './values.ts';

/** A new tensor with this view, of the type and quantisation of another. */
function like(draft: Draft, source: Stored, view: View): Stored {
  const { name, type, quantization } = at(draft.tensors, source.tensor);
  return { ...source, ...view, tensor: draft.add(name, physicalShape(view), type, quantization) };
}

function reshapeTo(draft: Draft, source: Stored, view: View): Stored {
  const target = like(draft, source, view);
  const shape = Int32Array.from(physicalShape(view));
  const constant = draft.constant(
    `${at(draft.tensors, target.tensor).name}.shape`,
    [shape.length],
    'int32',
    () => shape,
  );
  draft.operator({ op: 'RESHAPE' }, [source.tensor, constant], [target.tensor]);
  return target;
}

/** The same value with its dimensions in this order in the network; a transposition where that moves elements. */
export function ordered(draft: Draft, value: Stored, order: readonly number[]): Stored {
  const { shape } = value;
  if (value.unflattened !== undefined)
    return ordered(draft, reshaped(draft, plain(draft, value), shape), order);
  if (value.order.every((axis, position) => axis === order[position])) return value;
  const view = { shape, order, unflattened: undefined };
  if (sameElements(shape, value.order, order)) return reshapeTo(draft, value, view);
  const target = like(draft, value, view);
  const permutation = Int32Array.from(order, (axis) => value.order.indexOf(axis));
  const name = `${at(draft.tensors, target.tensor).name}.permutation`;
  const constant = draft.constant(name, [order.length], 'int32', () => permutation);
  draft.operator({ op: 'TRANSPOSE' }, [value.tensor, constant], [target.tensor]);
  return target;
}

/** The same value with its elements in the order in which the graph sees them. */
function plain(draft: Draft, value: Stored): Stored {
  if (isPlain(value)) return value;
  const { unflattened, shape } = value;
  if (unflattened === undefined) return ordered(draft, value, inOrder(shape));
  const whole = { ...value, shape: unflattened, unflattened: undefined };
  return { ...ordered(draft, whole, inOrder(unflattened)), shape, unflattened };
}

/**
 * Another shape for the same elements. Flattening an image moves nothing yet: what reads the vector may be able to take
 * its elements as they lie.
 */
export function reshaped(draft: Draft, value: Stored, shape: readonly number[]): Stored {
  const isVector = shape.length === 2 && shape[0] === 1;
  if (isVector && !isPlain(value)) return { ...value, shape, unflattened: value.unflattened ?? value.shape };
  const isOfParts = Math.max(shape.length, value.shape.length) > 4 && value.unflattened === undefined;
  const parted = isOfParts && !isPlain(value) ? byParts(draft, value, shape) : undefined;
  if (parted !== undefined) return parted;
  return reshapeTo(draft, plain(draft, value), { shape, order: inOrder(shape), unflattened: undefined });
}

/** Dimensions of a shape that hold the same elements as those of another. */
type Group = { readonly from: readonly number[]; readonly to: readonly number[] };

/** Dimensions are divided or merged where they lie, as shuffles of channels do between images: only merged ones come together. */
function byParts(draft: Draft, value: Stored, shape: readonly number[]): Stored | undefined {
  const groups = groupsOf(value.shape, shape);
  if (groups === undefined || groups.some(({ from, to }) => from.length > 1 && to.length > 1))
    return undefined;
  const place = ({ from }: Group): number => Math.max(...from.map((axis) => value.order.indexOf(axis)));
  const sorted = [...groups].sort((a, b) => place(a) - place(b));
  const together = ordered(
    draft,
    value,
    sorted.flatMap(({ from }) => from),
  );
  return reshapeTo(draft, together, { shape, order: sorted.flatMap(({ to }) => to), unflattened: undefined });
}

/** The smallest groups of dimensions, in turn, that have the same number of elements in both shapes. */
function groupsOf(before: readonly number[], after: readonly number[]): readonly Group[] | undefined {
  const groups: Group[] = [];
  let [first, second] = [0, 0];
  while (first < before.length && second < after.length) {
    const [from, to] = [[first], [second]];
    let [left, right] = [at(before, first), at(after, second)];
    first += 1;
    second += 1;
    while (left !== right) {
      const isBehind = left < right;
      if (isBehind ? first === before.length : second === after.length) return undefined;
      if (isBehind) {
        left *= at(before, first);
        from.push(first);
        first += 1;
      } else {
        right *= at(after, second);
        to.push(second);
        second += 1;
      }
    }
    groups.push({ from, to });
  }
  return first === before.length && second === after.length ? groups : undefined;
}

/** As the graph sees it, except that the channels of images stay last. */
export function unflattened(draft: Draft, value: Stored): Stored {
  return value.unflattened === undefined ? value : reshaped(draft, plain(draft, value), value.shape);
}

/** Where in the graph's order each element of the tensor is. */
export function elementOrder({ shape, order, unflattened: whole }: View): Int32Array {
  const seen = whole ?? shape;
  const strides = seen.map((_, axis) => elementCount(seen.slice(axis + 1)));
  const places = Int32Array.of(0);
  return order.reduce((known: Int32Array, axis) => {
    const [size, stride] = [at(seen, axis), at(strides, axis)];
    const next = new Int32Array(known.length * size);
    known.forEach((place, index) => {
      for (let step = 0; step < size; step += 1) next[index * size + step] = place + step * stride;
    });
    return next;
  }, places);
}

/** A view with dimensions of size 1 more or fewer: the elements stay where they are. */
export function reviewed(draft: Draft, value: Stored, view: Pick<View, 'shape' | 'order'>): Stored {
  return reshapeTo(draft, value, { ...view, unflattened: undefined });
}
