/** From a graph to a verified plan: kernels, order, buffers, offsets. */
import { at } from '../base/index.ts';
import type { Graph } from '../graph/index.ts';
import type { Target } from '../target/index.ts';
import { buffersOf } from './buffers.ts';
import { lowerBoundBytes } from './lower-bound.ts';
import { type Network, networkOf } from './network.ts';
import { searchOrder } from './order.ts';
import { placeBuffers } from './placement.ts';
import type { Schedule } from './types.ts';
import { verifySchedule } from './verify-schedule.ts';

/**
 * Plans one inference on a target: chooses kernels, orders operators for the fewest live bytes (the graph's order stays
 * where no other needs a smaller arena), lets outputs overwrite inputs that die where the kernel allows it, and places
 * every buffer. The same graph gives the same plan. Throws a `Failure` where an operator has no kernel or an edge of
 * the network is a constant. Whether the arena fits the target is for the caller to judge.
 */
export function planSchedule(graph: Graph, target: Target): Schedule {
  const network = networkOf(graph, target);
  const own = scheduleInOrder(
    graph,
    network,
    network.nodes.map((_, index) => index),
  );
  const order = searchOrder(network);
  const found = order === undefined ? own : scheduleInOrder(graph, network, order);
  const schedule = found.arenaBytes < own.arenaBytes ? found : own;
  verifySchedule(schedule, target);
  return schedule;
}

function scheduleInOrder(graph: Graph, network: Network, order: readonly number[]): Schedule {
  const { steps, buffers, overlaps } = buffersOf(graph, network, order);
  const arenaLowerBoundBytes = lowerBoundBytes(buffers, overlaps, steps.length);
  const { offsets, arenaBytes } = placeBuffers(buffers, overlaps, arenaLowerBoundBytes);
  const placements = buffers.map((buffer) => ({ buffer: buffer.id, offset: at(offsets, buffer.id) }));
  return { graph, steps, buffers, placements, overlaps, arenaBytes, arenaLowerBoundBytes };
}
