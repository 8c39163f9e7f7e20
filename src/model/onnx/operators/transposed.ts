/** ConvTranspose, as TRANSPOSE_CONV; where TensorFlow has no rule for its padding, with rows and columns cut off behind it. */
import { at } from '../../../base/index.ts';
import type { Activation, PaddingRule } from '../../types.ts';
import { addTensor } from '../edges.ts';
import { constantAt, demand, image, integerAttribute, listAttribute, real, type Site } from '../site.ts';
import { channelsLast, type Parameters, type Pending, type Stored } from '../values.ts';
import { overLineOrImage } from './convolution.ts';
import { pending } from './pending.ts';
import { addBias, addWeights, type WeightLayout } from './weights.ts';
import { readPads, readWindow } from './window.ts';

export function convTranspose(site: Site): Pending {
  return overLineOrImage(site, overImage);
}

function overImage(site: Site): Pending {
  const { draft } = site;
  const weights = constantAt(site, 1);
  const [inputs = 0, outputs = 0, height = 0, width = 0] = weights.constant.shape;
  demand(
    weights.constant.shape.length === 4,
    `its weights have ${weights.constant.shape.length} dimensions instead of 3 or 4`,
  );
  const input = image(site, real(site, 0));
  const groups = integerAttribute(site, 'group', 1);
  demand(groups === 1, `it has ${groups} groups`, 'use one group');
  demand(
    inputs === input.shape[1],
    `its weights [${weights.constant.shape}] do not fit ${input.shape[1]} channels`,
  );
  const { kernel, strides, dilations } = readWindow(
    site,
    listAttribute(site, 'kernel_shape', [height, width]),
  );
  demand(kernel[0] === height && kernel[1] === width, `its kernel [${kernel}] is not that of its weights`);
  demand(
    dilations.every((step) => step === 1),
    `it is dilated by [${dilations}]`,
    'use dilation=1',
  );
  const added = addWeights(
    site,
    weights,
    layoutOf(inputs, outputs, height, width),
    draft.isFloat(input.tensor),
  );
  const bias = addBias(site, 2, added, draft.parametersOf(input.tensor));
  demand(
    site.inputs[2] === undefined || constantAt(site, 2).constant.values.length === outputs,
    `its bias does not fit ${outputs} outputs`,
  );
  const placed = place(site, input.shape.slice(2), kernel, strides);
  const view = { shape: [1, outputs, ...placed.size], order: channelsLast };
  return pending(site, view, (output, activation, parameters) => {
    const operands = [added.tensor, input.tensor, ...bias];
    emit(site, { ...placed, strides, outputs }, operands, { output, activation, parameters });
  });
}

type Placed = {
  readonly rule: PaddingRule;
  /** Height and width of the result, and of the rows and columns that are made before it, to be cut off. */
  readonly size: readonly number[];
  readonly before: readonly number[];
};

/** Taps t of input i add to output i * stride - begin + t: what TensorFlow's rules make of the output's size, or nothing. */
function place(
  site: Site,
  sizes: readonly number[],
  kernel: readonly number[],
  strides: readonly number[],
): Placed {
  demand(
    site.node.attributes.get('output_shape') === undefined,
    'it states its output_shape',
    'state its pads',
  );
  const added = listAttribute(site, 'output_padding', [0, 0]);
  demand(added.length === 2, `its output_padding is [${added}]`);
  const spans = sizes.map(
    (size, axis) => (size - 1) * at(strides, axis) + at(kernel, axis) + at(added, axis),
  );
  const totals = sizes.map((size, axis) => Math.max(0, at(spans, axis) - size * at(strides, axis)));
  const pads = readPads(site, totals);
  const size = spans.map((span, axis) => span - at(pads, axis) - at(pads, axis + 2));
  demand(
    [...size, ...added.map((count) => count + 1)].every((count) => count > 0 && count < 2 ** 20),
    `it makes [${size}] of [${sizes}]`,
  );
  const begins = pads.slice(0, 2);
  const same = size.map((count, axis) => {
    const stride = at(strides, axis);
    return Math.floor(Math.max(0, (Math.ceil(count / stride) - 1) * stride + at(kernel, axis) - count) / 2);
  });
  if (begins.every((count) => count === 0)) return { rule: 'valid', size, before: begins };
  if (begins.every((count, axis) => count === same[axis])) return { rule: 'same', size, before: [0, 0] };
  return { rule: 'valid', size, before: begins };
}

function emit(
  { draft, name }: Site,
  { rule, size, before, strides, outputs }: Placed & { strides: readonly number[]; outputs: number },
  operands: readonly number[],
  {
    output,
    activation,
    parameters,
  }: { output: number; activation: Activation; parameters: Parameters | undefined },
): void {
  const isCut = before.some((count) => count > 0);
  const whole = [1, outputs, ...size.map((count, axis) => count + at(before, axis))];
  const made: Pick<Stored, 'tensor'> = isCut
    ? addTensor(draft, `${name}.whole`, { shape: whole, order: channelsLast }, parameters)
    : { tensor: output };
  const list = (part: string, values: readonly number[]): number =>
    draft.constant(`${name}.${part}`, [4], 'int32', () => Int32Array.from(values));
  const [rows, columns] = [at(whole, 2), at(whole, 3)];
  const [strideHeight, strideWidth] = [at(strides, 0), at(strides, 1)];
  draft.operator(
    { op: 'TRANSPOSE_CONV', padding: rule, strideHeight, strideWidth, activation },
    [list('shape', [1, rows, columns, outputs]), ...operands],
    [made.tensor],
  );
  if (!isCut) return;
  const cut = [
    list('begin', [0, at(before, 0), at(before, 1), 0]),
    list('end', [1, rows, columns, outputs]),
    list('strides', [1, 1, 1, 1]),
  ];
  draft.operator(
    { op: 'STRIDED_SLICE', beginMask: 0, endMask: 0, shrinkMask: 0 },
    [made.tensor, ...cut],
    [output],
  );
}

/** [inputs, outputs, height, width] to [outputs, height, width, inputs]. */
function layoutOf(inputs: number, outputs: number, height: number, width: number): WeightLayout {
  const area = height * width;
  return {
    shape: [outputs, height, width, inputs],
    source: (index) => {
      const place = Math.floor(index / inputs);
      return ((index % inputs) * outputs + Math.floor(place / area)) * area + (place % area);
    },
    outputAxis: 1,
    newAxis: 0,
  };
}
