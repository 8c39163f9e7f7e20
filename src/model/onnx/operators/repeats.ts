/** Tile and Expand: elements more than once. */
import { at } from '../../../base/index.ts';
import type { OperatorOptions } from '../../types.ts';
import { addTensor } from '../edges.ts';
import { reviewed, unflattened } from '../layout.ts';
import { demand, moved, numbersAt, type Site } from '../site.ts';
import { inOrder, type Stored, type Value } from '../values.ts';

export function tile(site: Site): Value {
  const repeats = numbersAt(site, 1);
  return moved(site, (given) => {
    const input = unflattened(site.draft, given);
    const { shape, order } = input;
    demand(
      repeats.length === shape.length && repeats.every((count) => Number.isInteger(count) && count > 0),
      `it repeats [${shape}] by [${repeats}]`,
    );
    const wanted = shape.map((size, axis) => size * at(repeats, axis));
    const counts = order.map((axis) => at(repeats, axis));
    return repeated(site, 'TILE', input, wanted, counts);
  });
}

/** Dimensions of 1 become those asked for, of which there may be more in front. */
export function expand(site: Site): Value {
  const asked = numbersAt(site, 1);
  return moved(site, (given) => {
    const input = widened(site, unflattened(site.draft, given), asked.length);
    const { shape, order } = input;
    const sizes = [...shape.map(() => 1).slice(asked.length), ...asked];
    const wanted = shape.map((size, axis) => (size === 1 ? at(sizes, axis) : size));
    demand(
      wanted.every((size, axis) => Number.isInteger(size) && size > 0 && [1, size].includes(at(sizes, axis))),
      `[${given.shape}] cannot become [${asked}]`,
    );
    return repeated(
      site,
      'BROADCAST_TO',
      input,
      wanted,
      order.map((axis) => at(wanted, axis)),
    );
  });
}

/** With dimensions of 1 in front. */
function widened(site: Site, value: Stored, rank: number): Stored {
  const more = rank - value.shape.length;
  if (more <= 0) return value;
  demand(rank <= 8, `it makes ${rank} dimensions`);
  const shape = [...Array<number>(more).fill(1), ...value.shape];
  const order = [...inOrder(shape).slice(0, more), ...value.order.map((axis) => axis + more)];
  return reviewed(site.draft, value, { shape, order });
}

function repeated(
  { draft, name }: Site,
  op: Extract<OperatorOptions['op'], 'TILE' | 'BROADCAST_TO'>,
  input: Stored,
  shape: readonly number[],
  list: readonly number[],
): Stored {
  const { order, isReal, isUnsigned } = input;
  const output = addTensor(draft, name, { shape, order }, draft.parametersOf(input.tensor));
  const constant = draft.constant(`${name}.sizes`, [list.length], 'int32', () => Int32Array.from(list));
  draft.operator({ op }, [input.tensor, constant], [output.tensor]);
  return { ...output, isReal, isUnsigned };
}
