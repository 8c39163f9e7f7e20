/** Work and size of operators as the field counts them. */
import type { Schedule } from '../schedule/index.ts';

type Graph = Schedule['graph'];
type Op = Graph['ops'][number];

/** The operator's name in TensorFlow Lite's schema. */
export function operatorName(op: Op): string {
  const names: Readonly<Record<Op['kind'], string>> = {
    conv2d: 'CONV_2D',
    depthwiseConv2d: 'DEPTHWISE_CONV_2D',
    fullyConnected: 'FULLY_CONNECTED',
    add: 'ADD',
    mul: 'MUL',
    averagePool2d: 'AVERAGE_POOL_2D',
    maxPool2d: 'MAX_POOL_2D',
    mean: 'MEAN',
    pad: 'PAD',
    reshape: 'RESHAPE',
    transpose: 'TRANSPOSE',
    softmax: 'SOFTMAX',
    concatenation: 'CONCATENATION',
    requantize: 'QUANTIZE',
    relu: 'RELU',
    logistic: 'LOGISTIC',
    resizeNearest: 'RESIZE_NEAREST_NEIGHBOR',
  };
  return names[op.kind];
}

/** Multiply-accumulates of convolutions and fully connected layers, padding counted; others have none. */
export function countMacs(op: Op, graph: Graph): number {
  switch (op.kind) {
    case 'conv2d':
      // Weights are [O, kh, kw, I], and every output position uses those of its own channel.
      return (elementsOf(graph, op.output) * op.weights.length) / op.bias.length;
    case 'depthwiseConv2d':
      return elementsOf(graph, op.output) * op.filter.height * op.filter.width;
    case 'fullyConnected':
      return op.batches * op.inputSize * op.outputSize;
    default:
      return 0;
  }
}

/** Weights, biases and constant operands. */
export function countParameters(graph: Graph): number {
  const constants = graph.tensors.reduce((sum, tensor) => sum + (tensor.data?.length ?? 0), 0);
  return graph.ops.reduce(
    (sum, op) => sum + ('weights' in op ? op.weights.length + op.bias.length : 0),
    constants,
  );
}

function elementsOf(graph: Graph, tensor: number): number {
  return graph.tensors[tensor]?.shape.reduce((product, dimension) => product * dimension, 1) ?? 0;
}
