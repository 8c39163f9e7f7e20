/** Which channels of its operands each output channel of an operator is made from. */
import { at } from '../../../base/index.ts';
import type { Graph, Op, Slice, TensorId } from '../../types.ts';

/** Output channel `to` is made from channel `from` of the operand at this position, and from no other channel of it. */
export type ChannelLink = { readonly operand: number; readonly from: number; readonly to: number };

/** Channels of a tensor: its last dimension. */
export function channelCount(graph: Graph, id: TensorId): number {
  return at(graph.tensors, id).shape.at(-1) ?? 1;
}

/** Whether an operand's only channel takes part in every output channel. */
export function repeatsChannel(op: Op, operand: number, graph: Graph): boolean {
  return (
    op.inputs.length === 2 &&
    op.kind !== 'concatenation' &&
    channelCount(graph, at(op.inputs, operand)) === 1 &&
    channelCount(graph, op.output) > 1
  );
}

/** `undefined` where the operator mixes channels, so that none of them can be told from the others. */
export function channelLinks(op: Op, graph: Graph): readonly ChannelLink[] | undefined {
  const channels = channelCount(graph, op.output);
  const each = (from: (to: number) => number, operand = 0): ChannelLink[] =>
    Array.from({ length: channels }, (_, to) => ({ operand, from: from(to), to }));
  const same = (to: number): number => to;
  switch (op.kind) {
    case 'conv2d':
    case 'groupedConv2d':
    case 'transposeConv2d':
    case 'fullyConnected':
    case 'softmax':
    case 'logSoftmax':
    case 'l2Normalise':
    case 'store':
    case 'svdf':
    case 'lstm':
      return undefined;
    case 'depthwiseConv2d':
      return each((to) => Math.floor(to / op.depthMultiplier));
    case 'add':
    case 'sub':
    case 'mul':
    case 'maximum':
    case 'minimum':
    case 'prelu':
      return op.inputs.flatMap((_, operand) =>
        each(repeatsChannel(op, operand, graph) ? () => 0 : same, operand),
      );
    case 'mean':
    case 'sum':
    case 'reduceMax':
    case 'reduceMin':
      return op.axes.includes(rankOf(op, graph) - 1) ? undefined : each(same);
    // A class of channels knows no places of its own: indices stay as they are.
    case 'argMax':
    case 'argMin':
      return undefined;
    case 'pad':
      return op.before.at(-1) === 0 && op.after.at(-1) === 0 ? each(same) : undefined;
    case 'transpose':
      return op.permutation.at(-1) === op.permutation.length - 1 ? each(same) : undefined;
    case 'slice':
      return keepsLast(op, graph) ? each(same) : undefined;
    case 'take':
      return op.sources.at(-1) === undefined ? each(same) : undefined;
    case 'reshape':
      return reshapeLinks(channelCount(graph, at(op.inputs, 0)), channels);
    case 'concatenation':
      if (op.axis < rankOf(op, graph) - 1) return op.inputs.flatMap((_, operand) => each(same, operand));
      return joinLinks(op.inputs.map((id) => channelCount(graph, id)));
    case 'averagePool2d':
    case 'maxPool2d':
    case 'requantize':
    case 'cast':
    case 'relu':
    case 'logistic':
    case 'lookup':
    case 'resizeBilinear':
    case 'curve':
    case 'piecewise':
    case 'resizeNearest':
      return each(same);
  }
}

/** Whether a slice takes all channels as they are. */
function keepsLast(op: Slice, graph: Graph): boolean {
  const channels = channelCount(graph, op.output);
  return op.stride.at(-1) === 1 && channels === channelCount(graph, at(op.inputs, 0));
}

function rankOf(op: Op, graph: Graph): number {
  return at(graph.tensors, at(op.inputs, 0)).shape.length;
}

/** Element e is of channel e mod channels on either side, so one count must divide the other. */
function reshapeLinks(before: number, after: number): readonly ChannelLink[] | undefined {
  const [less, more] = before < after ? [before, after] : [after, before];
  if (more % less !== 0) return undefined;
  return Array.from({ length: more }, (_, channel) => ({
    operand: 0,
    from: channel % before,
    to: channel % after,
  }));
}

/** The parts' channels one after another. */
function joinLinks(counts: readonly number[]): readonly ChannelLink[] {
  const links: ChannelLink[] = [];
  for (const [operand, count] of counts.entries()) {
    const start = links.length;
    for (let from = 0; from < count; from += 1) links.push({ operand, from, to: start + from });
  }
  return links;
}
