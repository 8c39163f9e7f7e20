/** Conv, as CONV_2D or DEPTHWISE_CONV_2D; of one dimension as of an image of height 1. */
import { at } from '../../../base/index.ts';
import type { OperatorOptions } from '../../types.ts';
import { constantAt, demand, image, integerAttribute, listAttribute, real, type Site } from '../site.ts';
import { channelsLast, type Pending } from '../values.ts';
import { overLine } from './line.ts';
import { pending } from './pending.ts';
import { addBias, addWeights, type WeightLayout } from './weights.ts';
import { type Placed, placeWindow, readWindow, type Window } from './window.ts';

export function conv(site: Site): Pending {
  return overLineOrImage(site, convOverImage);
}

/** Of one dimension as of two. */
export function overLineOrImage(site: Site, overImage: (site: Site) => Pending): Pending {
  const weights = constantAt(site, 1);
  return weights.constant.shape.length === 3 ? overLine(site, real(site, 0), overImage) : overImage(site);
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
