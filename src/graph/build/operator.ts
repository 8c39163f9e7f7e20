/** One operator of the model to one typed operator: the table of operator codes. */
import type { Model, ModelOperator } from '../../model/index.ts';
import { operatorUnsupported } from '../failures.ts';
import type { Op } from '../types.ts';
import {
  buildAdd,
  buildLogistic,
  buildMean,
  buildMul,
  buildPool2d,
  buildRelu,
  buildRequantize,
  buildSoftmax,
} from './arithmetic.ts';
import { buildConv2d, buildDepthwiseConv2d, buildFullyConnected } from './convolution.ts';
import { buildConcatenation, buildPad, buildReshape, buildResizeNearest, buildTranspose } from './layout.ts';

/** Tensors are still numbered as in the model. Throws a `Failure` with the reason where the operator is unsupported. */
export function buildOperator(model: Model, operator: ModelOperator): Op {
  const { options } = operator;
  const common = { model, operator };
  switch (options.op) {
    case 'CONV_2D':
      return buildConv2d({ ...common, options });
    case 'DEPTHWISE_CONV_2D':
      return buildDepthwiseConv2d({ ...common, options });
    case 'FULLY_CONNECTED':
      return buildFullyConnected({ ...common, options });
    case 'ADD':
      return buildAdd({ ...common, options });
    case 'MUL':
      return buildMul({ ...common, options });
    case 'AVERAGE_POOL_2D':
    case 'MAX_POOL_2D':
      return buildPool2d({ ...common, options });
    case 'MEAN':
      return buildMean({ ...common, options });
    case 'PAD':
    case 'PADV2':
      return buildPad({ ...common, options });
    case 'RESHAPE':
      return buildReshape({ ...common, options });
    case 'TRANSPOSE':
      return buildTranspose({ ...common, options });
    case 'QUANTIZE':
      return buildRequantize({ ...common, options });
    case 'DEQUANTIZE':
      throw operatorUnsupported('it makes float32 inside the network, where only int8 is supported');
    case 'RELU':
    case 'RELU6':
      return buildRelu({ ...common, options });
    case 'LOGISTIC':
      return buildLogistic({ ...common, options });
    case 'SOFTMAX':
      return buildSoftmax({ ...common, options });
    case 'CONCATENATION':
      return buildConcatenation({ ...common, options });
    case 'RESIZE_NEAREST_NEIGHBOR':
      return buildResizeNearest({ ...common, options });
  }
}
