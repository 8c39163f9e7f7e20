/** Pools over images and sequences. */
import { at } from '../../../base/index.ts';
import { addTensor } from '../edges.ts';
import { demand, image, integerAttribute, listAttribute, real, type Site, stored } from '../site.ts';
import { channelsLast, type Pending, type Stored, type Value } from '../values.ts';
import { overLine } from './line.ts';
import { pending } from './pending.ts';
import { isSame } from './quantise.ts';
import { type Placed, placeWindow, readWindow, type Window } from './window.ts';

function poolOptions(
  { rule }: Placed,
  { kernel, strides }: Window,
): {
  readonly padding: Placed['rule'];
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly filterHeight: number;
  readonly filterWidth: number;
  readonly activation: 'none';
} {
  return {
    padding: rule,
    strideHeight: at(strides, 0),
    strideWidth: at(strides, 1),
    filterHeight: at(kernel, 0),
    filterWidth: at(kernel, 1),
    activation: 'none',
  };
}

function poolWindow(site: Site): Window {
  const window = readWindow(site, listAttribute(site, 'kernel_shape', []));
  demand(
    window.dilations.every((dilation) => dilation === 1),
    `its dilations are [${window.dilations}]`,
  );
  return window;
}

/** Takes values as they are, so that it needs no scale of its own. */
export function maxPool(site: Site): Value {
  const input = stored(site, 0);
  return input.shape.length === 3 ? overLine(site, input, maximaOfImage) : maximaOfImage(site);
}

function maximaOfImage(site: Site): Stored {
  const { draft, name } = site;
  const input = image(site, stored(site, 0));
  const window = poolWindow(site);
  const placed = placeWindow(site, input, window, 'lowest');
  const view = { shape: [1, at(input.shape, 1), ...placed.size], order: channelsLast };
  const output = addTensor(draft, name, view, draft.parametersOf(input.tensor));
  draft.operator(
    { op: 'MAX_POOL_2D', ...poolOptions(placed, window) },
    [placed.input.tensor],
    [output.tensor],
  );
  return { ...output, isReal: input.isReal, isUnsigned: input.isUnsigned };
}

export function averagePool(site: Site): Pending {
  const input = real(site, 0);
  return input.shape.length === 3 ? overLine(site, input, meansOfImage) : meansOfImage(site);
}

function meansOfImage(site: Site): Pending {
  const { draft, name } = site;
  const input = image(site, real(site, 0));
  const window = poolWindow(site);
  const countsPadding = integerAttribute(site, 'count_include_pad', 0) === 1;
  demand(
    integerAttribute(site, 'ceil_mode', 0) === 0,
    'it rounds its output size up (ceil_mode)',
    'use ceil_mode=False, with an input that the windows fill or with padding',
  );
  // TensorFlow's SAME leaves padding out of its means.
  const placed = placeWindow(site, input, window, 'zero', !countsPadding);
  const isCounted = !placed.isPadded || placed.rule === 'valid';
  demand(
    !placed.isPadded || countsPadding === isCounted,
    'it leaves out padding that TensorFlow would count',
    "set count_include_pad=True, use padding as TensorFlow's SAME has it, or none",
  );
  const view = { shape: [1, at(input.shape, 1), ...placed.size], order: channelsLast };
  const known = draft.parametersOf(input.tensor);
  const options = poolOptions(placed, window);
  return pending(
    site,
    view,
    (output, _, parameters) => {
      if (known === undefined || parameters === undefined || isSame(known, parameters)) {
        draft.operator({ op: 'AVERAGE_POOL_2D', ...options }, [placed.input.tensor], [output]);
      } else if (isCounted) {
        addMeanFilter(site, placed, window, at(input.shape, 1), output);
      } else {
        demand(
          known.scale < 2 * parameters.scale,
          'its output has steps less than half of its input, and it leaves out padding',
          'calibrate its input and output together, or set count_include_pad=True',
        );
        const pooled = addTensor(draft, `${name}.pooled`, view, known);
        draft.operator({ op: 'AVERAGE_POOL_2D', ...options }, [placed.input.tensor], [pooled.tensor]);
        draft.operator({ op: 'QUANTIZE' }, [pooled.tensor], [output]);
      }
    },
    { takesActivation: false },
  );
}

/** As large as it can be: the larger the sum, the less its first rounding to whole steps loses. */
const meanWeight = 127;

/** More would not fit the flash of any microcontroller. */
const mostMeanWeights = 2 ** 20;

/** A mean into other steps, rounded once: a depthwise convolution with equal weights. */
function addMeanFilter(
  { draft, name }: Site,
  placed: Placed,
  window: Window,
  channels: number,
  output: number,
): void {
  const [height, width] = [at(window.kernel, 0), at(window.kernel, 1)];
  demand(
    height * width * channels <= mostMeanWeights,
    `it takes means of ${height} x ${width} values of ${channels} channels into other steps`,
    'calibrate its input and output together',
  );
  const quantization = {
    scales: [Math.fround(1 / (meanWeight * height * width))],
    zeroPoints: [0],
    dimension: 0,
  };
  const shape = [1, height, width, channels];
  const weights = draft.constant(
    `${name}.weights`,
    shape,
    'int8',
    () => new Int8Array(height * width * channels).fill(meanWeight),
    quantization,
  );
  const { filterHeight: _, filterWidth: __, ...options } = poolOptions(placed, window);
  draft.operator(
    { op: 'DEPTHWISE_CONV_2D', ...options, dilationHeight: 1, dilationWidth: 1, depthMultiplier: 1 },
    [placed.input.tensor, weights],
    [output],
  );
}

export function globalMaxPool(site: Site): Value {
  const input = stored(site, 0);
  return input.shape.length === 3 ? overLine(site, input, maximumOfImage) : maximumOfImage(site);
}

function maximumOfImage(site: Site): Stored {
  const { draft, name } = site;
  const input = image(site, stored(site, 0));
  const [height, width] = [at(input.shape, 2), at(input.shape, 3)];
  const view = { shape: [1, at(input.shape, 1), 1, 1], order: channelsLast };
  const output = addTensor(draft, name, view, draft.parametersOf(input.tensor));
  draft.operator(
    {
      op: 'MAX_POOL_2D',
      padding: 'valid',
      strideHeight: 1,
      strideWidth: 1,
      filterHeight: height,
      filterWidth: width,
      activation: 'none',
    },
    [input.tensor],
    [output.tensor],
  );
  return { ...output, isReal: input.isReal, isUnsigned: input.isUnsigned };
}
