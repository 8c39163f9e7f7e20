/** Means, sums and extrema over dimensions. */
import { at } from '../../../base/index.ts';
import type { OperatorOptions } from '../../types.ts';
import { addTensor } from '../edges.ts';
import { unflattened } from '../layout.ts';
import { axisOf, demand, image, integerAttribute, integersOf, real, type Site, stored } from '../site.ts';
import { inOrder, type Pending, type Stored, type Value, type View } from '../values.ts';
import { overLine } from './line.ts';
import { pending } from './pending.ts';

export function globalAveragePool(site: Site): Pending {
  const input = real(site, 0);
  return input.shape.length === 3 ? overLine(site, input, meanOfImage) : meanOfImage(site);
}

function meanOfImage(site: Site): Pending {
  return reduced(site, 'MEAN', image(site, real(site, 0)), [2, 3], true);
}

export function reduceMean(site: Site): Pending {
  const input = unflattened(site.draft, real(site, 0));
  return reduced(site, 'MEAN', input, axesOf(site, input), keepsDims(site));
}

export function reduceSum(site: Site): Pending {
  const input = unflattened(site.draft, real(site, 0));
  return reduced(site, 'SUM', input, axesOf(site, input), keepsDims(site));
}

function keepsDims(site: Site): boolean {
  return integerAttribute(site, 'keepdims', 1) === 1;
}

function axesOf(site: Site, { shape }: Stored): readonly number[] {
  const stated = integersOf(site, 1, 'axes') ?? [];
  demand(
    stated.length > 0 || integerAttribute(site, 'noop_with_empty_axes', 0) === 0,
    'it names no dimensions',
    'take it out of the network',
  );
  return stated.length === 0 ? inOrder(shape) : stated.map((axis) => axisOf(axis, shape.length));
}

/** What is left of the dimensions, and which of the tensor's the axes are. */
function reduction(
  { shape, order }: Stored,
  axes: readonly number[],
  keepDims: boolean,
): { readonly view: Pick<View, 'shape' | 'order'>; readonly physical: Int32Array } {
  const kept = shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  const places = shape.flatMap((_, axis) => (axes.includes(axis) ? [] : [axis]));
  const view = keepDims
    ? { shape: kept, order }
    : {
        shape: places.map((axis) => at(kept, axis)),
        order: order.filter((axis) => !axes.includes(axis)).map((axis) => places.indexOf(axis)),
      };
  return { view, physical: Int32Array.from(axes, (axis) => order.indexOf(axis)).sort() };
}

type Reduction = Extract<OperatorOptions, { readonly keepDims: boolean; readonly op: string }>['op'];

function reduced(
  site: Site,
  op: Extract<Reduction, 'MEAN' | 'SUM'>,
  input: Stored,
  axes: readonly number[],
  keepDims: boolean,
): Pending {
  const { draft, name } = site;
  const { view, physical } = reduction(input, axes, keepDims);
  const constant = draft.constant(`${name}.axes`, [physical.length], 'int32', () => physical);
  return pending(
    site,
    view,
    (output) => draft.operator({ op, keepDims }, [input.tensor, constant], [output]),
    {
      takesActivation: false,
    },
  );
}

export function reduceMax(site: Site): Value {
  return extremum(site, 'REDUCE_MAX');
}

export function reduceMin(site: Site): Value {
  return extremum(site, 'REDUCE_MIN');
}

/** Takes values as they are, so that it needs no scale of its own. */
function extremum(site: Site, op: 'REDUCE_MAX' | 'REDUCE_MIN'): Value {
  const { draft, name } = site;
  const input = unflattened(draft, stored(site, 0));
  const keepDims = keepsDims(site);
  const { view, physical } = reduction(input, axesOf(site, input), keepDims);
  const constant = draft.constant(`${name}.axes`, [physical.length], 'int32', () => physical);
  const output = addTensor(draft, name, view, draft.parametersOf(input.tensor));
  draft.operator({ op, keepDims }, [input.tensor, constant], [output.tensor]);
  return { ...output, isReal: input.isReal, isUnsigned: input.isUnsigned };
}
