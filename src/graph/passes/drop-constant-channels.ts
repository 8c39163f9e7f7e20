/**
 * Drops channels that hold one value whatever the network's inputs are, as dead filters do, and what they add to later
 * sums goes into biases. Shapes of the network's inputs and outputs stay.
 */
import type { Graph } from '../types.ts';
import { channelIntervals } from './constant-channels/channel-intervals.ts';
import { chooseChannels } from './constant-channels/choose-channels.ts';
import { keepChannels } from './constant-channels/keep-channels.ts';

export function dropConstantChannels(graph: Graph): Graph {
  const intervals = channelIntervals(graph);
  const kept = chooseChannels(graph, intervals);
  if (kept.every((channels) => channels.every(Boolean))) return graph;
  // Without the rows that went, further channels may have no weights left.
  return dropConstantChannels(keepChannels(graph, kept, intervals));
}
