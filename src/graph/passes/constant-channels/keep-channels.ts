/** A graph with fewer channels: tensors, weights, biases and factors cut to those that stay. */
import { at } from '../../../base/index.ts';
import type { Conv2d, DepthwiseConv2d, Graph, Op, Tensor } from '../../types.ts';
import type { KeptChannels } from './choose-channels.ts';
import { foldedBias, type Mixing, weightsOfOutput } from './folding.ts';
import type { Interval } from './interval.ts';

/** Channels that go must be such as `chooseChannels` finds; what they add to later sums moves into biases. */
export function keepChannels(
  graph: Graph,
  kept: KeptChannels,
  intervals: readonly (readonly Interval[])[],
): Graph {
  const cut = (op: Op): Op => {
    const input = at(graph.tensors, at(op.inputs, 0));
    const outputs = at(kept, op.output);
    switch (op.kind) {
      case 'conv2d':
      case 'fullyConnected': {
        const inputs = at(kept, input.id);
        const bias = foldedBias(op, at(intervals, input.id), input.zeroPoint, inputs);
        return cutMixing({ ...op, bias }, inputs, outputs);
      }
      case 'depthwiseConv2d':
        return cutDepthwise(op, outputs);
      default:
        return op;
    }
  };
  const tensors = graph.tensors.map((tensor) => cutTensor(tensor, at(kept, tensor.id)));
  return { ...graph, tensors, ops: graph.ops.map(cut) };
}

function cutTensor(tensor: Tensor, kept: readonly boolean[]): Tensor {
  const dropped = kept.length - countKept(kept);
  if (dropped === 0) return tensor;
  return {
    ...tensor,
    shape: [...tensor.shape.slice(0, -1), kept.length - dropped],
    data: tensor.data?.filter((_, position) => kept[position % kept.length]),
    droppedChannels: dropped + (tensor.droppedChannels ?? 0),
  };
}

function cutMixing(op: Mixing, inputs: readonly boolean[], outputs: readonly boolean[]): Mixing {
  if (inputs.every(Boolean) && outputs.every(Boolean)) return op;
  const cut = { ...cutOutputs(op, outputs), weights: keptWeights(op, inputs, outputs) };
  if (op.kind === 'conv2d') return { ...op, ...cut };
  const inputSize = (op.inputSize / inputs.length) * countKept(inputs);
  return { ...op, ...cut, inputSize, outputSize: countKept(outputs) };
}

function keptWeights(op: Mixing, inputs: readonly boolean[], outputs: readonly boolean[]): Int8Array {
  const taps = weightsOfOutput(op);
  const keptTaps = Array.from({ length: taps }, (_, tap) => tap).filter((tap) => inputs[tap % inputs.length]);
  const kept = new Int8Array(countKept(outputs) * keptTaps.length);
  let position = 0;
  for (const [output, isKept] of outputs.entries()) {
    if (!isKept) continue;
    for (const tap of keptTaps) kept[position++] = at(op.weights, output * taps + tap);
  }
  return kept;
}

function cutDepthwise(op: DepthwiseConv2d, outputs: readonly boolean[]): DepthwiseConv2d {
  if (outputs.every(Boolean)) return op;
  const weights = op.weights.filter((_, position) => outputs[position % outputs.length]);
  return { ...op, ...cutOutputs(op, outputs), weights };
}

/** One for each output channel. */
function cutOutputs<T extends Pick<Conv2d, 'bias' | 'multipliers'>>(
  { bias, multipliers }: T,
  outputs: readonly boolean[],
): Pick<Conv2d, 'bias' | 'multipliers'> {
  return {
    bias: bias.filter((_, channel) => outputs[channel]),
    multipliers: multipliers.filter((_, channel) => outputs[channel]),
  };
}

function countKept(kept: readonly boolean[]): number {
  return kept.filter(Boolean).length;
}
