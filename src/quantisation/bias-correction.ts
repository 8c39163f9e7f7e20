/** The mean error that rounded weights cause, so that biases can take it back. */
import { at } from '../base/index.ts';
import type { Model, ModelOperator } from '../model/index.ts';
import { convolve } from './float/convolution.ts';
import { convolveDepthwise } from './float/depthwise.ts';
import type { ImageBatch } from './float/images.ts';
import { multiply } from './float/matrix.ts';
import { convolutionWindow, transposedWindow } from './float/operators.ts';
import { convolveTransposed } from './float/transposed.ts';
import { layerPositions } from './rules.ts';

/**
 * Mean of what `errors`, added to the weights of a layer, add to each of its outputs. A layer before its activation is
 * linear, so its mean output over many samples is its output for the mean sample, `mean`, borders included.
 * After Nagel and others, "Data-free quantization through weight equalization and bias correction" (2019), section 4.2,
 * with calibrated means.
 */
export function meanError(
  model: Model,
  operator: ModelOperator,
  errors: Float32Array,
  mean: Float32Array,
): Float32Array {
  const { options, inputs } = operator;
  const kernel = at(model.tensors, at(inputs, 1)).shape;
  const [count = 1, height = 1, width = 1, channels = 1] = at(
    model.tensors,
    at(inputs, layerPositions(options).values),
  ).shape;
  const image: ImageBatch = { values: mean, count, height, width, channels };
  const filters = { weights: errors, bias: undefined };
  switch (options.op) {
    case 'CONV_2D': {
      const window = convolutionWindow(image, kernel, options);
      return meanByChannel(
        convolve(image, { ...filters, outputs: at(kernel, 0) }, window).values,
        at(kernel, 0),
      );
    }
    case 'TRANSPOSE_CONV': {
      const [, rows = 1, columns = 1] = at(model.tensors, at(operator.outputs, 0)).shape;
      const [output, outputs] = [{ height: rows, width: columns }, at(kernel, 0)];
      const window = transposedWindow(output, kernel, options);
      return meanByChannel(
        convolveTransposed(image, { ...filters, outputs }, window, output).values,
        outputs,
      );
    }
    case 'DEPTHWISE_CONV_2D': {
      const window = convolutionWindow(image, kernel, options);
      const result = convolveDepthwise(image, { ...filters, multiplier: options.depthMultiplier }, window);
      return meanByChannel(result.values, at(kernel, 3));
    }
    case 'FULLY_CONNECTED': {
      const [columns, inner] = [at(kernel, 0), at(kernel, 1)];
      const rows = mean.length / inner;
      const result = new Float32Array(rows * columns);
      multiply({ ...filters, left: mean, rows, inner, columns }, result, 0);
      return meanByChannel(result, columns);
    }
    default:
      throw new Error(`internal error: ${options.op} has no weights`);
  }
}

function meanByChannel(values: Float32Array, channels: number): Float32Array {
  const sums = new Float64Array(channels);
  values.forEach((value, i) => {
    sums[i % channels] = at(sums, i % channels) + value;
  });
  return Float32Array.from(sums, (sum) => (sum * channels) / values.length);
}
