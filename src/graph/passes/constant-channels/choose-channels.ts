/**
 * Which channels of every tensor stay. Channels that stay or go together (both operands and the sum of an addition,
 * the input and output of a depthwise convolution) are one class; a class goes where everything that reads it and mixes
 * channels can do without it.
 */
import { at } from '../../../base/index.ts';
import type { Conv2d, FullyConnected, Graph, Op, TensorId } from '../../types.ts';
import { channelCount, channelLinks, repeatsChannel } from './channel-links.ts';
import { foldableChannels } from './folding.ts';
import type { Interval } from './interval.ts';

/** By tensor id, then by channel. */
export type KeptChannels = readonly (readonly boolean[])[];

export function chooseChannels(graph: Graph, intervals: readonly (readonly Interval[])[]): KeptChannels {
  const classes = channelClasses(graph);
  const needed = neededClasses(graph, intervals, classes);
  // A tensor has at least one channel.
  for (const members of classes) {
    if (!members.some((name) => needed.has(name))) needed.add(at(members, 0));
  }
  return classes.map((members) => members.map((name) => needed.has(name)));
}

/** Names of the classes that each tensor's channels are in: a number that all members share. */
type ChannelClasses = readonly (readonly number[])[];

function channelClasses(graph: Graph): ChannelClasses {
  const names = graph.tensors.map(({ id }) => Array.from({ length: channelCount(graph, id) }, () => 0));
  let count = 0;
  for (const channels of names) for (const channel of channels.keys()) channels[channel] = count++;
  const parents = Array.from({ length: count }, (_, name) => name);
  const find = (name: number): number => {
    let root = name;
    // Each step of the way is halved: a tensor of one channel may be tied to thousands, one after the other.
    while (at(parents, root) !== root) {
      parents[root] = at(parents, at(parents, root));
      root = at(parents, root);
    }
    return root;
  };
  for (const op of graph.ops) {
    for (const { operand, from, to } of channelLinks(op, graph) ?? []) {
      // The operand's only channel stays anyway, and must not tie those of the output to each other.
      if (repeatsChannel(op, operand, graph)) continue;
      const first = find(at(at(names, at(op.inputs, operand)), from));
      parents[find(at(at(names, op.output), to))] = first;
    }
  }
  return names.map((channels) => channels.map(find));
}

/** Classes with a channel that something cannot do without. */
function neededClasses(
  graph: Graph,
  intervals: readonly (readonly Interval[])[],
  classes: ChannelClasses,
): Set<number> {
  const needed = new Set<number>();
  const need = (id: TensorId, spare: readonly boolean[] = []): void => {
    for (const [channel, name] of at(classes, id).entries()) if (!spare[channel]) needed.add(name);
  };
  for (const edge of [...graph.inputs, ...graph.outputs]) need(edge.tensor);
  for (const op of graph.ops) {
    for (const [operand, id] of op.inputs.entries()) {
      need(id, spareChannels(op, operand, graph, at(intervals, id)));
    }
    if (!isSum(op) && channelLinks(op, graph) === undefined) need(op.output);
  }
  return needed;
}

/** A convolution or fully connected operator: inputs and outputs can be left out one by one. */
function isSum(op: Op): op is Conv2d | FullyConnected {
  return op.kind === 'conv2d' || op.kind === 'fullyConnected';
}

/** Channels of an operand that the operator itself does not ask for: its readers may, where it passes them on. */
function spareChannels(
  op: Op,
  operand: number,
  graph: Graph,
  values: readonly Interval[],
): readonly boolean[] {
  if (isSum(op)) {
    const isWhole = op.kind === 'conv2d' || op.inputSize % values.length === 0;
    const { zeroPoint } = at(graph.tensors, at(op.inputs, operand));
    return isWhole ? foldableChannels(op, values, zeroPoint) : [];
  }
  const passesOn = channelLinks(op, graph) !== undefined;
  return values.map(() => passesOn);
}
