/** Operators that move parts of tensors: Concat, Pad, Slice, Split. */
import { at } from '../../../base/index.ts';
import { perTensor } from '../draft.ts';
import { addTensor } from '../edges.ts';
import { ordered, unflattened } from '../layout.ts';
import {
  axisOf,
  demand,
  integerAttribute,
  integersOf,
  numbersAt,
  type Site,
  stored,
  textAttribute,
} from '../site.ts';
import { inOrder, type Parameters, type Stored, type Value } from '../values.ts';
import { pending } from './pending.ts';
import { requantised } from './quantise.ts';

export function concat(site: Site): Value {
  const { draft, name } = site;
  const given = site.inputs.map((_, position) => unflattened(draft, stored(site, position)));
  demand(given.length > 0 && given.length <= 64, `it has ${given.length} inputs`);
  const first = at(given, 0);
  const axis = axisOf(integerAttribute(site, 'axis', 1), first.shape.length);
  for (const { shape } of given) {
    const fits =
      shape.length === first.shape.length && shape.every((size, i) => i === axis || size === first.shape[i]);
    demand(fits, `inputs of [${first.shape}] and [${shape}] do not fit along dimension ${axis}`);
  }
  demand(
    given.every(({ isReal }) => isReal === first.isReal),
    'some of its inputs are integers',
  );
  const inputs = given.map((value) => ordered(draft, value, first.order));
  const along = inputs.reduce((sum, { shape }) => sum + at(shape, axis), 0);
  const view = { shape: first.shape.map((size, i) => (i === axis ? along : size)), order: first.order };
  const options = { op: 'CONCATENATION', axis: first.order.indexOf(axis), activation: 'none' } as const;
  const join = (output: number, parameters: Parameters | undefined): void => {
    const same = inputs.map((value) =>
      parameters === undefined ? value : requantised(draft, name, value, parameters),
    );
    draft.operator(
      options,
      same.map(({ tensor }) => tensor),
      [output],
    );
  };
  if (first.isReal)
    return pending(site, view, (output, _, parameters) => join(output, parameters), {
      takesActivation: false,
    });
  const parameters = draft.parametersOf(first.tensor);
  const output = addTensor(draft, name, view, parameters);
  join(output.tensor, parameters);
  return { ...output, isReal: false, isUnsigned: first.isUnsigned };
}

export function pad(site: Site): Value {
  const { draft, name } = site;
  const input = unflattened(draft, stored(site, 0));
  const rank = input.shape.length;
  const pads = integersOf(site, 1, 'pads') ?? [];
  const axes =
    site.inputs[3] === undefined
      ? inOrder(input.shape)
      : numbersAt(site, 3).map((axis) => axisOf(axis, rank));
  demand(pads.length === 2 * axes.length && pads.every((count) => count >= 0), `its paddings are [${pads}]`);
  const before = input.shape.map((_, axis) => (axes.includes(axis) ? at(pads, axes.indexOf(axis)) : 0));
  const after = input.shape.map((_, axis) =>
    axes.includes(axis) ? at(pads, axes.indexOf(axis) + axes.length) : 0,
  );
  const mode = textAttribute(site, 'mode', 'constant');
  demand(
    mode === 'constant' || mode === 'reflect',
    `its mode is "${mode}"`,
    "pad with zeros, another constant or by reflection (padding_mode='zeros' or 'reflect'), and train again",
  );
  const view = {
    shape: input.shape.map((size, axis) => size + at(before, axis) + at(after, axis)),
    order: input.order,
  };
  const parameters = draft.parametersOf(input.tensor);
  const output = addTensor(draft, name, view, parameters);
  const counts = Int32Array.from(input.order.flatMap((axis) => [at(before, axis), at(after, axis)]));
  const constant = draft.constant(`${name}.paddings`, [rank, 2], 'int32', () => counts);
  if (mode === 'reflect') {
    draft.operator({ op: 'MIRROR_PAD', repeatsEdge: false }, [input.tensor, constant], [output.tensor]);
  } else {
    const value = padValue(site, input, parameters);
    draft.operator(
      { op: value.length === 0 ? 'PAD' : 'PADV2' },
      [input.tensor, constant, ...value],
      [output.tensor],
    );
  }
  return { ...output, isReal: input.isReal, isUnsigned: input.isUnsigned };
}

/** The constant that is padded with, where it is not 0. */
function padValue(site: Site, input: Stored, parameters: Parameters | undefined): readonly number[] {
  const { draft, name } = site;
  const [value = 0] =
    site.inputs[2] === undefined ? [site.node.attributes.get('value')?.float ?? 0] : numbersAt(site, 2);
  demand(input.isReal || site.inputs[2] !== undefined, 'it pads integers with 0');
  if (input.isReal && value === 0) return [];
  if (parameters === undefined) {
    demand(Number.isFinite(value), `it pads with ${value}`);
    return [draft.constant(`${name}.value`, [1], 'float32', () => Float32Array.of(value))];
  }
  const step = input.isReal
    ? Math.round(value / parameters.scale) + parameters.zeroPoint
    : value - (input.isUnsigned ? 128 : 0);
  demand(step >= -128 && step <= 127, `it pads with ${value}, which lies outside its quantised range`);
  return [draft.constant(`${name}.value`, [1], 'int8', () => Int8Array.of(step), perTensor(parameters))];
}

/** By Python's rules; of a negative stride, an end of -1 takes all down to the first. */
type Cut = {
  readonly begin: readonly number[];
  readonly end: readonly number[];
  readonly stride: readonly number[];
};

function cutOut({ draft }: Site, name: string, input: Stored, { begin, end, stride }: Cut): Stored {
  const shape = input.shape.map((_, axis) =>
    Math.max(0, Math.ceil((at(end, axis) - at(begin, axis)) / at(stride, axis))),
  );
  const output = addTensor(draft, name, { shape, order: input.order }, draft.parametersOf(input.tensor));
  const list = (part: string, values: readonly number[]): number =>
    draft.constant(`${name}.${part}`, [values.length], 'int32', () =>
      Int32Array.from(input.order, (axis) => at(values, axis)),
    );
  const lists = [list('begin', begin), list('end', end), list('strides', stride)];
  const endMask = input.order.reduce((mask, axis, bit) => (at(end, axis) < 0 ? mask | (1 << bit) : mask), 0);
  draft.operator(
    { op: 'STRIDED_SLICE', beginMask: 0, endMask, shrinkMask: 0 },
    [input.tensor, ...lists],
    [output.tensor],
  );
  return { ...output, isReal: input.isReal, isUnsigned: input.isUnsigned };
}

export function slice(site: Site): Value {
  const input = unflattened(site.draft, stored(site, 0));
  const starts = integersOf(site, 1, 'starts') ?? [];
  const ends = integersOf(site, 2, 'ends') ?? [];
  const axes = (integersOf(site, 3, 'axes') ?? starts.map((_, axis) => axis)).map((axis) =>
    axisOf(axis, input.shape.length),
  );
  const steps = site.inputs[4] === undefined ? starts.map(() => 1) : numbersAt(site, 4);
  demand(
    [ends, axes, steps].every(({ length }) => length === starts.length) &&
      steps.every((step) => step !== 0 && Math.abs(step) < 2 ** 31),
    `it cuts from [${starts}] to [${ends}] along [${axes}] by [${steps}]`,
  );
  const stride = input.shape.map((_, axis) => (axes.includes(axis) ? at(steps, axes.indexOf(axis)) : 1));
  const bound = (value: number, size: number, axis: number): number => {
    const [least, most] = at(stride, axis) > 0 ? [0, size] : [-1, size - 1];
    return Math.min(Math.max(value < 0 ? value + size : value, least), most);
  };
  const along = (values: readonly number[], otherwise: (size: number) => number): number[] =>
    input.shape.map((size, axis) =>
      axes.includes(axis) ? bound(at(values, axes.indexOf(axis)), size, axis) : otherwise(size),
    );
  const cut = {
    begin: along(starts, () => 0),
    end: along(ends, (size) => size),
    stride,
  };
  return cutOut(site, site.name, input, cut);
}

export function split(site: Site): readonly Value[] {
  const { node } = site;
  const input = unflattened(site.draft, stored(site, 0));
  const axis = axisOf(integerAttribute(site, 'axis', 0), input.shape.length);
  const size = at(input.shape, axis);
  const even = Math.ceil(size / node.outputs.length);
  const stated = integersOf(site, 1, 'split') ?? [];
  const sizes =
    stated.length > 0 ? stated : node.outputs.map((_, part) => Math.min(even, size - part * even));
  const sum = sizes.reduce((total, part) => total + part, 0);
  demand(
    sizes.length === node.outputs.length && sum === size && sizes.every((part) => part > 0),
    `it cuts ${size} into [${sizes}]`,
  );
  let begin = 0;
  return sizes.map((part, position) => {
    const from = begin;
    begin += part;
    const cut = {
      begin: input.shape.map((_, i) => (i === axis ? from : 0)),
      end: input.shape.map((whole, i) => (i === axis ? from + part : whole)),
      stride: input.shape.map(() => 1),
    };
    return cutOut(site, at(node.outputs, position), input, cut);
  });
}
