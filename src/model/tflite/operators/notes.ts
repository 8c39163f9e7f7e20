/** Limits of operators that neither their types nor their shapes tell, for whoever asks what is supported. */
import type { OperatorOptions } from '../../types.ts';

const oneImage = 'batch size 1';
const probability = 'output in steps of 1/256 from 0 to 1, in int16 of 1/32768';

export const notes: { readonly [Op in OperatorOptions['op']]?: string } = {
  AVERAGE_POOL_2D: `${oneImage}; input and output in the same steps`,
  CONCATENATION: 'inputs and output in the same steps; no fused activation',
  CONV_2D: `${oneImage}; constant weights; also in groups`,
  DEPTHWISE_CONV_2D: `${oneImage}; constant weights`,
  DEQUANTIZE:
    'in front of a float32 output, or of float32 values that only move until QUANTIZE, such as variables',
  ELU: 'also in float32 between DEQUANTIZE and QUANTIZE, as the converter leaves it',
  FULLY_CONNECTED: 'constant weights; any batch size',
  GATHER: 'constant indices; no batch dimensions',
  LOGISTIC: probability,
  MAX_POOL_2D: `${oneImage}; input and output in the same steps`,
  MAXIMUM: 'inputs and output in the same steps',
  MINIMUM: 'inputs and output in the same steps',
  QUANTIZE: 'also behind a float32 input, or float32 values that only moved',
  RESHAPE: 'to a shape that is constant or computed from shapes',
  RESIZE_BILINEAR: oneImage,
  RESIZE_NEAREST_NEIGHBOR: oneImage,
  SOFTMAX: `over the last dimension; ${probability}`,
  STRIDED_SLICE: 'constant begins, ends and strides; no ellipsis, no new dimensions',
  TANH: 'output in steps of 1/128 from -1 to 1, in int16 of 1/32768',
  TRANSPOSE_CONV: `${oneImage}; constant weights; outputs of any size`,
};
