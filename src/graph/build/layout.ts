/** Operators that move bytes: PAD, RESHAPE, CONCATENATION; and the resizes. */
import { at } from '../../base/index.ts';
import { bilinearSource } from '../bilinear-source.ts';
import { elementBytes, valuesIn } from '../element-types.ts';
import { sameQuantization } from '../quantisation.ts';
import { elementCount } from '../shape.ts';
import type { Concatenation, Pad, Reshape, ResizeBilinear, ResizeNearest } from '../types.ts';
import { commonScale } from './hints.ts';
import {
  type Activations,
  activations,
  commonParts,
  demand,
  image,
  integers,
  intermediate,
  type OptionsOf,
  optionalInput,
  result,
  type Site,
} from './site.ts';

export function buildPad(site: Site): Pad {
  const input = activations(site, 0);
  const output = result(site);
  const counts = integers(site, 1);
  demand(
    counts.length === 2 * input.shape.length && counts.every((count) => count >= 0),
    `its paddings [${counts}] are not a pair of counts for each of ${input.shape.length} dimensions`,
  );
  return {
    kind: 'pad',
    ...commonParts(site, [input], output),
    before: input.shape.map((_, axis) => at(counts, 2 * axis)),
    after: input.shape.map((_, axis) => at(counts, 2 * axis + 1)),
    value: paddedValue(site, output),
  };
}

/** The constant of PADV2; the output's zero point where none is given. */
function paddedValue(site: Site, output: Activations): number {
  const tensor = optionalInput(site, 2);
  if (tensor === undefined) return output.zeroPoint;
  const constant = activations(site, 2);
  demand(tensor.data?.length === elementBytes(constant.type), 'its padded value is not a constant scalar');
  demand(constant.type === output.type, 'its padded value is of another type than its output');
  demand(
    sameQuantization(constant, output),
    'its padded value is quantised differently from its output',
    commonScale,
  );
  return at(valuesIn(constant.type, tensor.data.slice().buffer), 0);
}

/** The requested shape must be the output's, up to one size left open; the bytes are taken as they are. */
export function buildReshape(site: Site): Reshape {
  const input = activations(site, 0);
  const output = result(site);
  if (optionalInput(site, 1)?.data !== undefined) {
    const requested = integers(site, 1);
    demand(
      requested.length === output.shape.length &&
        requested.every((size, axis) => size === -1 || size === output.shape[axis]),
      `it asks for the shape [${requested}], its output has [${output.shape}]`,
    );
  }
  demand(
    elementCount(input.shape) === elementCount(output.shape),
    `[${input.shape}] and [${output.shape}] do not hold the same number of elements`,
  );
  return { kind: 'reshape', ...commonParts(site, [input], output) };
}

/** Inputs of one concatenation of a graph; more are joined by several. */
const mostJoined = 8;

/** Inputs that are known to fit, joined along an axis, as many at a time as a graph joins. */
export function concatenationOf(
  site: Site,
  inputs: readonly Activations[],
  axis: number,
  output: Activations,
): readonly Concatenation[] {
  const join = (parts: readonly Activations[], whole: Activations): Concatenation => ({
    kind: 'concatenation',
    ...commonParts(site, parts, whole),
    axis,
  });
  if (inputs.length <= mostJoined) return [join(inputs, output)];
  const groups = Array.from({ length: Math.ceil(inputs.length / mostJoined) }, (_, group) =>
    inputs.slice(group * mostJoined, (group + 1) * mostJoined),
  );
  const joined = groups.map((parts) => {
    const along = parts.reduce((sum, { shape }) => sum + at(shape, axis), 0);
    return { parts, whole: intermediate(site, output.shape.with(axis, along), output) };
  });
  const first = joined.map(({ parts, whole }) => join(parts, whole));
  return [
    ...first,
    ...concatenationOf(
      site,
      joined.map(({ whole }) => whole),
      axis,
      output,
    ),
  ];
}

export function buildConcatenation(site: Site<OptionsOf<'CONCATENATION'>>): readonly Concatenation[] {
  const { options, operator } = site;
  const inputs = operator.inputs.map((_, position) => activations(site, position));
  const output = result(site);
  const rank = output.shape.length;
  const axis = options.axis < 0 ? options.axis + rank : options.axis;
  demand(inputs.length > 0, 'it has no inputs');
  demand(
    options.activation === 'none',
    `its fused activation ${options.activation} is not supported`,
    'put the activation in a layer of its own behind it, and convert again',
  );
  demand(axis >= 0 && axis < rank, `its axis ${options.axis} lies outside ${rank} dimensions`);
  for (const [position, input] of inputs.entries()) {
    demand(
      sameQuantization(input, output),
      `input ${position} is quantised differently from the output, which concatenation does not convert`,
      commonScale,
    );
    demand(
      input.shape.length === rank && input.shape.every((size, i) => i === axis || size === output.shape[i]),
      `input ${position} of [${input.shape}] does not fit an output of [${output.shape}] along axis ${axis}`,
    );
  }
  return concatenationOf(site, inputs, axis, output);
}

type ResizeOptions = OptionsOf<'RESIZE_BILINEAR' | 'RESIZE_NEAREST_NEIGHBOR'>;

function resizeParts(site: Site<ResizeOptions>): Omit<ResizeNearest, 'kind'> {
  const { alignCorners, halfPixelCenters } = site.options;
  const input = activations(site, 0);
  const output = result(site);
  image(input, 'its input');
  const size = image(output, 'its output');
  const requested = integers(site, 1);
  demand(
    requested.length === 2 && requested[0] === size.height && requested[1] === size.width,
    `it asks for the size [${requested}], its output has [${size.height},${size.width}]`,
  );
  demand(
    !(alignCorners && halfPixelCenters),
    'it asks for aligned corners and half-pixel centres at once',
    'ask for one of them, and convert again',
  );
  site.claim(size.height + size.width);
  return { ...commonParts(site, [input], output), alignCorners, halfPixelCenters };
}

export function buildResizeNearest(site: Site<ResizeOptions>): ResizeNearest {
  return { kind: 'resizeNearest', ...resizeParts(site) };
}

/** Far inside what an int32 holds of 1,024ths. */
const largestResized = 2 ** 20;

/** Where its fixed point leaves the image, as it does beyond some thousand positions, TensorFlow Lite reads other memory. */
export function buildResizeBilinear(site: Site<ResizeOptions>): ResizeBilinear {
  const parts = resizeParts(site);
  const [from, to] = [image(activations(site, 0), 'its input'), image(result(site), 'its output')];
  for (const side of ['height', 'width'] as const) {
    const [before, after] = [from[side], to[side]];
    demand(
      Math.max(before, after) < largestResized &&
        bilinearSource(after - 1, before, after, parts).first < before,
      `it makes a ${side} of ${after} from ${before}, for which TensorFlow Lite's fixed point does not suffice`,
    );
  }
  return { kind: 'resizeBilinear', ...parts };
}
