/** Float32 forms of the int8 networks that tests make. */
import { at } from '../../src/base/index.ts';
import type { NetworkSpec, TensorSpec } from './tflite-builder.ts';

/** What is int8, and every bias, becomes float32; axes, paddings and shapes stay. Constants keep their numbers. */
export function floatNetwork(network: NetworkSpec): NetworkSpec {
  const biases = new Set(
    network.operators.flatMap(({ inputs, options }) =>
      'op' in options && /CONV|FULLY_CONNECTED/.test(options.op) && inputs.length > 2
        ? [at(inputs, inputs.length - 1)]
        : [],
    ),
  );
  const tensors = network.tensors.map((tensor, index): TensorSpec => {
    if ((tensor.type ?? 'int8') !== 'int8' && !biases.has(index)) return tensor;
    return { shape: tensor.shape, type: 'float32', ...(tensor.data && { data: tensor.data }) };
  });
  return { ...network, tensors };
}
