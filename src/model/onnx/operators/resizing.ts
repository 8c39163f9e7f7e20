/** Resize and Upsample, as far as ONNX's rules and TensorFlow's agree. */
import { at } from '../../../base/index.ts';
import type { OperatorOptions } from '../../types.ts';
import { addTensor } from '../edges.ts';
import { demand, image, integerAttribute, numbersAt, type Site, stored, textAttribute } from '../site.ts';
import { channelsLast, type Stored, type Value } from '../values.ts';

export function resize(site: Site): Value {
  const mode = textAttribute(site, 'mode', 'nearest');
  demand(
    mode === 'nearest' || mode === 'linear',
    `its mode is "${mode}"`,
    "use mode='nearest' or mode='bilinear'",
  );
  const isPlain =
    integerAttribute(site, 'antialias', 0) === 0 && integerAttribute(site, 'exclude_outside', 0) === 0;
  demand(isPlain, 'it smooths, or leaves out what is outside', 'export it with antialias=False');
  return mode === 'nearest' ? nearest(site) : linear(site);
}

/** The nearest neighbour, by whole factors. */
function nearest(site: Site): Value {
  const input = image(site, stored(site, 0));
  const isUpsample = site.node.operator === 'Upsample';
  const rule = coordinates(site);
  const rounding = textAttribute(site, 'nearest_mode', isUpsample ? 'floor' : 'round_prefer_floor');
  const agrees =
    rule === 'asymmetric'
      ? rounding === 'floor'
      : ['half_pixel', 'pytorch_half_pixel'].includes(rule) && rounding.startsWith('round');
  demand(
    agrees,
    `it takes neighbours by "${rule}" and "${rounding}"`,
    "use torch.nn.Upsample(scale_factor=2, mode='nearest')",
  );
  const shape = resizedShape(site, input);
  const factors = shape.map((size, axis) => size / at(input.shape, axis));
  demand(
    factors.every((factor) => Number.isInteger(factor)),
    `it resizes by [${factors}]; whole factors of height and width are supported`,
  );
  return resized(site, input, shape, {
    op: 'RESIZE_NEAREST_NEIGHBOR',
    alignCorners: false,
    halfPixelCenters: false,
  });
}

/** Between neighbours, to any size; in 1,024ths where ONNX Runtime computes in float32. */
function linear(site: Site): Value {
  const input = image(site, stored(site, 0));
  const rule = coordinates(site);
  const isHalfPixel = rule === 'half_pixel' || rule === 'pytorch_half_pixel';
  demand(
    isHalfPixel || rule === 'align_corners' || rule === 'asymmetric',
    `it takes coordinates by "${rule}"`,
    "use torch.nn.Upsample(scale_factor=2, mode='bilinear')",
  );
  const shape = resizedShape(site, input);
  const isOne = shape.some((size, axis) => size === 1 && at(input.shape, axis) > 1);
  demand(rule !== 'pytorch_half_pixel' || !isOne, `it makes [${shape}] of [${input.shape}] by "${rule}"`);
  return resized(site, input, shape, {
    op: 'RESIZE_BILINEAR',
    alignCorners: rule === 'align_corners',
    halfPixelCenters: isHalfPixel,
  });
}

function coordinates(site: Site): string {
  const usual = site.node.operator === 'Upsample' ? 'asymmetric' : 'half_pixel';
  return textAttribute(site, 'coordinate_transformation_mode', usual);
}

function resized(site: Site, input: Stored, shape: readonly number[], options: OperatorOptions): Value {
  const { draft, name } = site;
  const output = addTensor(draft, name, { shape, order: channelsLast }, draft.parametersOf(input.tensor));
  const size = draft.constant(`${name}.size`, [2], 'int32', () => Int32Array.from(shape.slice(2)));
  draft.operator(options, [input.tensor, size], [output.tensor]);
  return { ...output, isReal: input.isReal, isUnsigned: input.isUnsigned };
}

/** By the scales or to the sizes that it states: a scale that makes no whole size is not the ratio of the sizes. */
function resizedShape(site: Site, { shape }: Stored): readonly number[] {
  const isOld = site.node.inputs.length === 2;
  const scales = site.inputs[isOld ? 1 : 2] === undefined ? [] : numbersAt(site, isOld ? 1 : 2);
  const sizes = site.inputs[3] === undefined ? [] : numbersAt(site, 3);
  const resulting = scales.length > 0 ? shape.map((size, axis) => size * (scales[axis] ?? 0)) : sizes;
  demand(
    resulting.length === 4 &&
      resulting.every((size) => Number.isInteger(size) && size >= 1 && size < 2 ** 20) &&
      resulting[0] === shape[0] &&
      resulting[1] === shape[1],
    `it makes [${resulting}] of [${shape}]; whole heights and widths are supported`,
  );
  return resulting;
}
