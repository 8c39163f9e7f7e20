/** Operators that add or drop dimensions of size 1, all of which are reshapes: SQUEEZE, EXPAND_DIMS. */
import { sameQuantization } from '../quantisation.ts';
import { sameShape } from '../shape.ts';
import type { Reshape } from '../types.ts';
import { axisOf, statedAxis } from './axes.ts';
import { commonScale } from './hints.ts';
import {
  type Activations,
  activations,
  commonParts,
  demand,
  type OptionsOf,
  result,
  type Site,
} from './site.ts';

/** The bytes of `input` as a tensor of another shape. */
export function reshapeOf(site: Site, input: Activations, output: Activations): Reshape {
  return { kind: 'reshape', ...commonParts(site, [input], output) };
}

/** Demands that only the shape changes, and to this one. */
function checked(site: Site, input: Activations, shape: readonly number[]): Reshape {
  const output = result(site);
  demand(
    sameShape(output.shape, shape),
    `its output is stated as [${output.shape}], its input makes [${shape}]`,
  );
  demand(sameQuantization(input, output), 'its input and output are quantised differently', commonScale);
  return reshapeOf(site, input, output);
}

/** Without axes, all dimensions of size 1 go. */
export function buildSqueeze(site: Site<OptionsOf<'SQUEEZE'>>): Reshape {
  const input = activations(site, 0);
  const { shape } = input;
  const stated = site.options.axes.map((axis) => axisOf(axis, shape.length));
  const dropped = stated.length > 0 ? stated : shape.flatMap((size, axis) => (size === 1 ? [axis] : []));
  demand(
    dropped.every((axis) => shape[axis] === 1),
    `its axes [${dropped}] of [${shape}] are not all of size 1`,
  );
  return checked(
    site,
    input,
    shape.filter((_, axis) => !dropped.includes(axis)),
  );
}

export function buildExpandDims(site: Site): Reshape {
  const input = activations(site, 0);
  const axis = statedAxis(site, 1, input.shape.length + 1);
  return checked(site, input, input.shape.toSpliced(axis, 0, 1));
}
