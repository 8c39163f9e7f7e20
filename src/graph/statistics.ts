/** Work and size of a network: multiply-accumulates and parameters. */
import { at } from '../base/index.ts';
import type { Gate } from './recurrent-types.ts';
import { elementCount } from './shape.ts';
import type { Graph, Op } from './types.ts';

/**
 * Multiply-accumulates: convolution N*OH*OW*OC*KH*KW*IC, depthwise N*OH*OW*C*KH*KW (padding positions counted), fully
 * connected inputs*outputs*batches, transposed convolution every tap of every input position (also where the output does
 * not have it), recurrent operators their weights for
 * each batch and step, all others 0. MLPerf Tiny and MCUNet count the same way.
 */
export function countMacs(op: Op, graph: Graph): number {
  switch (op.kind) {
    case 'conv2d':
    case 'groupedConv2d':
    case 'depthwiseConv2d': {
      const outputs = elementCount(at(graph.tensors, op.output).shape);
      return outputs * (op.weights.length / op.bias.length);
    }
    case 'transposeConv2d': {
      const [, height = 1, width = 1] = at(graph.tensors, at(op.inputs, 0)).shape;
      return height * width * op.weights.length;
    }
    case 'fullyConnected':
      return op.batches * op.inputSize * op.outputSize;
    case 'svdf':
      return op.batches * (op.featureWeights.length + op.timeWeights.length);
    case 'lstm':
      return op.batches * op.steps * 4 * op.units * (op.inputSize + op.units);
    default:
      return 0;
  }
}

function parametersOf(op: Op): number {
  const gateOf = ({ inputWeights, hiddenWeights, bias }: Gate): number =>
    inputWeights.length + hiddenWeights.length + bias.length;
  switch (op.kind) {
    case 'svdf':
      return op.featureWeights.length + op.timeWeights.length + op.bias.length;
    case 'lstm':
      return Object.values(op.gates).reduce((sum, gate) => sum + gateOf(gate), 0);
    default:
      return 'weights' in op ? op.weights.length + op.bias.length : 0;
  }
}

/** Trained values: weights, biases and constant operands. */
export function parameterCount(graph: Graph): number {
  const inOps = graph.ops.map(parametersOf);
  const inTensors = graph.tensors.map((tensor) => tensor.data?.length ?? 0);
  return [...inOps, ...inTensors].reduce((sum, count) => sum + count, 0);
}
