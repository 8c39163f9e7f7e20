/** The work of a call of any kernel. */
import {
  bilinearWork,
  castWork,
  conversionWork,
  elementWork,
  moveWork,
  operandWork,
  placeWork,
  reductionWork,
  resizeWork,
  rowWork,
  stridedWork,
} from './element-work.ts';
import { int16Work } from './int16-work.ts';
import { convolutionWork, denseWork, packedDenseWork, pointwiseWork } from './matrix-work.ts';
import { pairedWork } from './paired-work.ts';
import { groupedWork, transposedWork } from './parted-work.ts';
import { lstmWork, svdfWork } from './recurrent-work.ts';
import type { KernelShape } from './shape.ts';
import { depthwiseWork, meanWork, poolWork } from './window-work.ts';
import type { CachedShares, CallForm, Work } from './work.ts';

export function workOf(shape: KernelShape, form: CallForm, cached: CachedShares): Work {
  switch (shape.kernel) {
    case 'conv_1x1_s8':
      return pointwiseWork(shape, form, cached);
    case 'conv_s8':
    case 'conv_s4':
      return convolutionWork(shape, form, cached);
    case 'grouped_conv_s8':
      return groupedWork(shape, form, cached);
    case 'transpose_conv_s8':
      return transposedWork(shape, form, cached);
    case 'depthwise_conv_s8':
      return depthwiseWork(shape, form, cached);
    case 'depthwise_paired_s8':
      return pairedWork(shape, form, cached);
    case 'fully_connected_s8':
      return denseWork(shape, form, cached);
    case 'fully_connected_s4':
      return packedDenseWork(shape, cached);
    case 'average_pool_s8':
    case 'max_pool_s8':
      return poolWork(shape, form, cached);
    case 'add_s8':
    case 'mul_s8':
    case 'extremum_s8':
    case 'prelu_s8':
      return operandWork(shape, form, cached);
    case 'requantise_elements_s8':
    case 'lookup_s8':
      return elementWork(shape, form, cached);
    case 'mean_s8':
      return meanWork(shape, form, cached);
    case 'reduced_extremum_s8':
      return reductionWork(shape, form, cached);
    case 'arg_extremum_s8':
      return placeWork(shape, cached);
    case 'softmax_s8':
    case 'log_softmax_s8':
    case 'l2_normalisation_s8':
      return rowWork(shape);
    case 'requantise_types_s32':
      return conversionWork(shape, cached);
    case 'cast_s32':
      return castWork(shape, cached);
    case 'pad_s8':
    case 'concatenation_s8':
    case 'take_s8':
      return moveWork(shape, form, cached);
    case 'transpose_s8':
    case 'slice_s8':
      return stridedWork(shape, form, cached);
    case 'resize_bilinear_s8':
      return bilinearWork(shape, form, cached);
    case 'resize_nearest_s8':
      return resizeWork(shape, form, cached);
    case 'svdf_s8':
      return svdfWork(shape);
    case 'lstm_s8':
      return lstmWork(shape);
    default:
      return int16Work(shape, form, cached);
  }
}

/** Rows that a call of all of them makes. */
export function heightOf(shape: KernelShape): number {
  switch (shape.kernel) {
    case 'conv_1x1_s8':
      return shape.image.height;
    case 'conv_s8':
    case 'conv_s4':
    case 'depthwise_conv_s8':
    case 'depthwise_paired_s8':
    case 'grouped_conv_s8':
    case 'average_pool_s8':
    case 'max_pool_s8':
    case 'conv_s16':
    case 'grouped_conv_s16':
    case 'depthwise_conv_s16':
    case 'pool_s16':
      return shape.window.output.height;
    case 'resize_bilinear_s8':
    case 'resize_nearest_s8':
    case 'transpose_conv_s8':
    case 'transpose_conv_s16':
      return shape.output.height;
    case 'arg_extremum_s8':
    case 'cast_s32':
    case 'fully_connected_s4':
    case 'fully_connected_s8':
    case 'l2_normalisation_s8':
    case 'log_softmax_s8':
    case 'reduced_extremum_s8':
    case 'requantise_types_s32':
    case 'softmax_s8':
    case 'transpose_s8':
    case 'svdf_s8':
    case 'lstm_s8':
    case 'lstm_s16':
    case 'mean_s16':
    case 'softmax_s16':
    case 'strided_s16':
    case 'fill_s16':
      return 1;
    default:
      return shape.height;
  }
}
