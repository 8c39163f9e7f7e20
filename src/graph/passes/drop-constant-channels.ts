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

/** About half a second. A round brings something only behind channels that the one before it dropped. */
const mostWork = 2 ** 26;

export function dropConstantChannels(graph: Graph): Graph {
  if (channelsOf(graph) > mostChannels) return graph;
  let current = graph;
  // Without the rows that went, further channels may have no weights left.
  for (let work = 0; work < mostWork; work += workOf(current)) {
    const intervals = channelIntervals(current);
    const kept = chooseChannels(current, intervals);
    if (kept.every((each) => each.every(Boolean))) break;
    current = keepChannels(current, kept, intervals);
  }
  return current;
}

function channelsOf({ tensors }: Graph): number {
  return tensors.reduce((sum, { shape }) => sum + (shape.at(-1) ?? 1), 0);
}

/** Of one round, in weights looked at: an operator takes as long as a thousand of them, a channel as ten. */
function workOf(graph: Graph): number {
  const weights = graph.ops.reduce((sum, op) => sum + ('weights' in op ? op.weights.length : 0), 0);
  return weights + 10 * channelsOf(graph) + 1000 * graph.ops.length;
}
