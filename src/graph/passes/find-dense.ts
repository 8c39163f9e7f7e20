/** Convolutions that read all of their input for every output are fully connected: kernels of those need no window. */
import { at } from '../../base/index.ts';
import type { Conv2d, Graph, Op } from '../types.ts';

export function findDense(graph: Graph): Graph {
  const ops = graph.ops.map((op): Op => {
    if (op.kind !== 'conv2d' || !readsAll(op, graph)) return op;
    const { filter, stride, dilation, padding, ...common } = op;
    const outputSize = op.bias.length;
    return {
      ...common,
      kind: 'fullyConnected',
      batches: 1,
      inputSize: op.weights.length / outputSize,
      outputSize,
    };
  });
  return { ...graph, ops };
}

/** One output pixel, whose filter lies on the whole input, element on element. */
function readsAll({ filter, dilation, padding, inputs, output }: Conv2d, { tensors }: Graph): boolean {
  const [, height, width] = at(tensors, at(inputs, 0)).shape;
  const [, rows, columns] = at(tensors, output).shape;
  const isDense = (dilation.height === 1 || height === 1) && (dilation.width === 1 || width === 1);
  const isWhole =
    filter.height === height && filter.width === width && padding.top === 0 && padding.left === 0;
  return rows === 1 && columns === 1 && isDense && isWhole;
}
