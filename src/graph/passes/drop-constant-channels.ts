/**
 * Drops channels that hold one value whatever the network's inputs are, as dead filters do, and what they add to later
 * sums goes into biases. Shapes of the network's inputs and outputs stay.
 *
 * Channels are not kept to fill groups of four, although kernels like those: measured on the simulated STM32F746, counts
 * as they fall are 2.3 % (mcunet-in3) and 1.2 % (tinyengine_vww) faster than rounded up and need 1.1 to 1.6 KB less SRAM;
 * vww_96 is as fast either way.
 */
import type { Graph } from '../types.ts';
import { channelIntervals } from './constant-channels/channel-intervals.ts';
import { chooseChannels } from './constant-channels/choose-channels.ts';
import { keepChannels } from './constant-channels/keep-channels.ts';

/** Of all tensors. What has more fits no microcontroller; looking at each would cost seconds and gigabytes. */
const mostChannels = 2 ** 18;

export function dropConstantChannels(graph: Graph): Graph {
  const channels = graph.tensors.reduce((sum, { shape }) => sum + (shape.at(-1) ?? 1), 0);
  if (channels > mostChannels) return graph;
  const intervals = channelIntervals(graph);
  const kept = chooseChannels(graph, intervals);
  if (kept.every((channels) => channels.every(Boolean))) return graph;
  // Without the rows that went, further channels may have no weights left.
  return dropConstantChannels(keepChannels(graph, kept, intervals));
}
