/** Float32 forms of the int8 networks that tests make. */
import { at } from '../../src/base/index.ts';
import type { NetworkSpec, TensorSpec } from './tflite-builder.ts';

/** What is int8, and every bias, becomes float32; axes, paddings and shapes stay. Constants keep their numbers. */
export function floatNetwork(network: NetworkSpec): NetworkSpec {
  const biases = new Set(
    network.operators.flatMap(({ inputs, options }) => biasesOf(inputs, 'op' in options ? options.op : '')),
  );
  const tensors = network.tensors.map((tensor, index): TensorSpec => {
    const { type = 'int8', shape, data, raw } = tensor;
    if (type !== 'int8' && type !== 'int16' && !biases.has(index)) return tensor;
    return { shape, type: 'float32', ...(data && { data }), ...(raw && { raw }) };
  });
  return { ...network, tensors };
}

function biasesOf(inputs: readonly number[], op: string): readonly number[] {
  if (op === 'SVDF') return inputs.slice(3, 4);
  if (op === 'UNIDIRECTIONAL_SEQUENCE_LSTM') return inputs.slice(12, 16);
  return /CONV|FULLY_CONNECTED/.test(op) && inputs.length > 2 ? [at(inputs, inputs.length - 1)] : [];
}
