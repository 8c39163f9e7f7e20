/** Conv, as CONV_2D or DEPTHWISE_CONV_2D; of one dimension as of an image of height 1. */
import { at } from '../../../base/index.ts';
import type { OperatorOptions } from '../../types.ts';
import { reviewed, unflattened } from '../layout.ts';
import { constantAt, demand, image, integerAttribute, listAttribute, real, type Site } from '../site.ts';
import type { OnnxAttribute } from '../types.ts';
import { type Constant, channelsLast, type Pending } from '../values.ts';
import { pending } from './pending.ts';
import { addBias, addWeights, type WeightLayout } from './weights.ts';
import { type Placed, placeWindow, readWindow, type Window } from './window.ts';

export function conv(site: Site): Pending {
  return overLineOrImage(site, convOverImage);
}

/** Of one dimension as of two. */
export function overLineOrImage(site: Site, overImage: (site: Site) => Pending): Pending {
  const weights = constantAt(site, 1);
  return weights.constant.shape.length === 3 ? overLine(site, weights, overImage) : overImage(site);
}

function overLine(site: Site, weights: Constant, convolve: (site: Site) => Pending): Pending {
  const { draft, node } = site;
  const input = unflattened(draft, real(site, 0));
  const [batch = 0, channels = 0, length = 0] = input.shape;
  demand(input.shape.length === 3, `its input has ${input.shape.length} dimensions instead of 3`);
  const [first = 0, ...others] = input.order.map((axis) => (axis === 2 ? 3 : axis));
  const line = reviewed(draft, input, { shape: [batch, channels, 1, length], order: [first, 2, ...others] });
  const [outer = 0, inner = 0, width = 0] = weights.constant.shape;
  const flat = { ...weights, constant: { ...weights.constant, shape: [outer, inner, 1, width] } };
  const attributes = new Map(
    [...node.attributes].map(([name, value]) => [name, overImage(name, value)] as const),
  );
  const whole = convolve({
    ...site,
    node: { ...node, attributes },
    inputs: [line, flat, ...site.inputs.slice(2)],
  });
  return {
    ...whole,
    finish: (parameters, activation) => {
      const image = whole.finish(parameters, activation);
      const shape = [batch, at(image.shape, 1), at(image.shape, 3)];
      return reviewed(draft, image, { shape, order: [0, 2, 1] });
    },
  };
}

/** An attribute of one dimension as of two, of which the first does nothing. */
function overImage(name: string, attribute: OnnxAttribute): OnnxAttribute {
  const [first = 0, ...others] = attribute.integers;
  if (name === 'pads') return { ...attribute, integers: [0, first, 0, ...others] };
  if (name === 'output_padding') return { ...attribute, integers: [0, first] };
  const isSize = name === 'kernel_shape' || name === 'strides' || name === 'dilations';
  return isSize ? { ...attribute, integers: [1, first, ...others] } : attribute;
}

function convOverImage(site: Site): Pending {
  const { draft } = site;
  const weights = constantAt(site, 1);
  const [outputs = 0, depth = 0, height = 0, width = 0] = weights.constant.shape;
  demand(
    weights.constant.shape.length === 4,
    `its weights have ${weights.constant.shape.length} dimensions instead of 3 or 4`,
  );
  const input = image(site, real(site, 0));
  const channels = at(input.shape, 1);
  const groups = integerAttribute(site, 'group', 1);
  demand(
    groups >= 1 && depth * groups === channels && outputs % groups === 0,
    `its weights [${weights.constant.shape}] do not fit ${channels} channels in ${groups} groups`,
  );
  const kernel = listAttribute(site, 'kernel_shape', [height, width]);
  demand(kernel[0] === height && kernel[1] === width, `its kernel [${kernel}] is not that of its weights`);
  const window = readWindow(site, kernel);
  const isDepthwise = groups > 1 && groups === channels;
  const layout = isDepthwise
    ? depthwiseLayout(outputs, height, width)
    : convLayout(outputs, depth, height, width);
  const added = addWeights(site, weights, layout, draft.isFloat(input.tensor));
  const bias = addBias(site, 2, added, draft.parametersOf(input.tensor));
  demand(
    site.inputs[2] === undefined || constantAt(site, 2).constant.values.length === outputs,
    `its bias does not fit ${outputs} outputs`,
  );
  const placed = placeWindow(site, input, window, 'zero');
  const view = { shape: [1, outputs, ...placed.size], order: channelsLast };
  return pending(site, view, (output, activation) => {
    const options = { ...windowOptions(placed, window), activation };
    const whole: OperatorOptions = isDepthwise
      ? { op: 'DEPTHWISE_CONV_2D', ...options, depthMultiplier: outputs / channels }
      : { op: 'CONV_2D', ...options };
    draft.operator(whole, [placed.input.tensor, added.tensor, ...bias], [output]);
  });
}

function windowOptions(
  { rule }: Placed,
  { strides, dilations }: Window,
): {
  readonly padding: Placed['rule'];
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly dilationHeight: number;
  readonly dilationWidth: number;
} {
  return {
    padding: rule,
    strideHeight: at(strides, 0),
    strideWidth: at(strides, 1),
    dilationHeight: at(dilations, 0),
    dilationWidth: at(dilations, 1),
  };
}

/** [outputs, depth, height, width] to [outputs, height, width, depth]. */
function convLayout(outputs: number, depth: number, height: number, width: number): WeightLayout {
  const area = height * width;
  return {
    shape: [outputs, height, width, depth],
    source: (index) => {
      const channel = index % depth;
      const place = Math.floor(index / depth);
      return (Math.floor(place / area) * depth + channel) * area + (place % area);
    },
    outputAxis: 0,
    newAxis: 0,
  };
}

/** [outputs, 1, height, width] to [1, height, width, outputs]. */
function depthwiseLayout(outputs: number, height: number, width: number): WeightLayout {
  const area = height * width;
  return {
    shape: [1, height, width, outputs],
    source: (index) => (index % outputs) * area + Math.floor(index / outputs),
    outputAxis: 0,
    newAxis: 3,
  };
}
