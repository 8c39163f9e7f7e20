/** Constants of other shapes, as exporters leave weights that are turned around by an operator of their own. */
import { at } from '../../../base/index.ts';
import { demand, type Site } from '../site.ts';
import type { OnnxConstant } from '../types.ts';
import { type Constant, elementCount } from '../values.ts';

const foldIt = 'fold constants before exporting the network';

/** The same numbers in another shape. */
export function constantIn(site: Site, value: Constant, shape: readonly number[]): Constant {
  const { constant, dequantised } = value;
  demand(
    dequantised === undefined || dequantised.scales.length === 1,
    'input 0 is a constant with a scale for each channel',
    foldIt,
  );
  demand(
    elementCount(shape) === constant.values.length,
    `[${constant.shape}] and [${shape}] do not hold the same number of elements`,
  );
  site.draft.spend(1);
  return { ...value, constant: { ...constant, shape } };
}

/** Its dimension i is dimension `permutation[i]` of the one given. */
export function constantTurned(site: Site, value: Constant, permutation: readonly number[]): Constant {
  const { constant, dequantised } = value;
  site.draft.spend(constant.values.byteLength);
  return {
    ...value,
    constant: turned(constant, permutation),
    dequantised: dequantised && { ...dequantised, axis: permutation.indexOf(dequantised.axis) },
  };
}

function turned({ shape, type, values }: OnnxConstant, permutation: readonly number[]): OnnxConstant {
  const to = permutation.map((axis) => at(shape, axis));
  const strides = permutation.map((axis) => elementCount(shape.slice(axis + 1)));
  const result = values.slice();
  const place = to.map(() => 0);
  let from = 0;
  for (let index = 0; index < values.length; index += 1) {
    result[index] = at(values, from);
    // The next place of the result, and where it is in what is given.
    for (let axis = to.length - 1; axis >= 0; axis -= 1) {
      const next = at(place, axis) + 1;
      from += at(strides, axis);
      if (next < at(to, axis)) {
        place[axis] = next;
        break;
      }
      from -= next * at(strides, axis);
      place[axis] = 0;
    }
  }
  return { shape: to, type, values: result };
}
