/** From a graph to a verified plan: kernels, order, streams, buffers, offsets. */
import { at } from '../base/index.ts';
import type { Graph } from '../graph/index.ts';
import { demandKernels } from '../kernels/index.ts';
import type { Target } from '../target/index.ts';
import { buffersOf, type Task } from './buffers.ts';
import { type Grouping, groupingsOf } from './grouping.ts';
import { fastBytesOf, trafficOf } from './heat.ts';
import { lowerBoundBytes } from './lower-bound.ts';
import { neighboursOf } from './neighbours.ts';
import { type Network, networkOf } from './network.ts';
import { searchOrder } from './order.ts';
import { type PatchTask, patchStretches } from './patch-stretches.ts';
import { placeBuffers, warmPlacement } from './placement.ts';
import type { PlanOptions, Schedule, TradeOff } from './types.ts';
import { verifySchedule } from './verify-schedule.ts';

/** What the memory objective may cost, as a fraction of the cycles of the fastest plan. */
const usualSlowdown = 0.1;
/** What patches aim at, of the limit: buffers beyond their step may leave them less. */
const aimsOfPatches = [1, 0.9, 0.75] as const;
/** Plans of this many of the smallest groupings are compared when memory is the objective. */
const smallestTried = 3;

/**
 * Plans one inference on a target: chooses kernels, orders operators for the fewest live bytes (the graph's order stays
 * where no other needs a smaller arena), runs stretches of them row by row where the objective asks for it, lets outputs
 * overwrite inputs that die where the kernels allow it, and places every buffer. The same graph gives the same plan.
 * Throws a `Failure` where an operator has no kernel or an edge of the network is a constant. Whether the arena fits the
 * target is for the caller to judge.
 */
export function planSchedule(graph: Graph, target: Target, options: PlanOptions = {}): Schedule {
  demandKernels(graph, target);
  const network = networkOf(graph, target);
  const order = orderOf(graph, network);
  const groupings = groupingsOf(network, order);
  const planner = (all: readonly Grouping[]) => (chosen: Grouping) =>
    scheduleOf(
      graph,
      network,
      tasksOf(order, chosen.stretches),
      all.map((one) => ({ peakBytes: one.peakBytes, cycles: one.cycles, chosen: one === chosen })),
      fastBytesOf(target),
    );
  const limitBytes = options.sramBytes ?? target.sramBytes;
  const streamed = choose(groupings, planner(groupings), options, limitBytes);
  const isTooLarge = streamed.arenaBytes > limitBytes && options.objective !== 'speed';
  const patched = isTooLarge
    ? planPatches({ graph, target, network, order, limitBytes }, planner)
    : undefined;
  const schedule = patched ?? streamed;
  verifySchedule(schedule, target);
  return schedule;
}

/** The fastest plan with patches that fits the limit, where one does. */
function planPatches(
  task: PatchTask,
  planner: (all: readonly Grouping[]) => (chosen: Grouping) => Schedule,
): Schedule | undefined {
  for (const share of aimsOfPatches) {
    const patched = patchStretches({ ...task, limitBytes: Math.floor(task.limitBytes * share) });
    if (patched.length === 0) continue;
    const groupings = groupingsOf(task.network, task.order, patched);
    for (const grouping of groupings) {
      if (grouping.peakBytes > task.limitBytes) continue;
      const schedule = planner(groupings)(grouping);
      if (schedule.arenaBytes <= task.limitBytes) return schedule;
    }
  }
  return undefined;
}

/** The graph's own order, or one that needs a smaller arena when every operator runs whole. */
function orderOf(graph: Graph, network: Network): readonly number[] {
  const own = network.nodes.map((_, index) => index);
  const found = searchOrder(network);
  if (found === undefined) return own;
  const arenaOf = (order: readonly number[]): number =>
    scheduleOf(graph, network, tasksOf(order, undefined), []).arenaBytes;
  return arenaOf(found) < arenaOf(own) ? found : own;
}

function choose(
  groupings: readonly Grouping[],
  plan: (grouping: Grouping) => Schedule,
  { objective = 'auto', mostSlowdown = usualSlowdown }: PlanOptions,
  limitBytes: number,
): Schedule {
  if (objective === 'memory') {
    const mostCycles = at(groupings, 0).cycles * (1 + mostSlowdown);
    const quick = groupings.filter(({ cycles }) => cycles <= mostCycles);
    return smallestOf(quick.slice(-smallestTried).map(plan));
  }
  const fastest = plan(at(groupings, 0));
  if (objective === 'speed' || fastest.arenaBytes <= limitBytes) return fastest;
  const tried = [fastest];
  for (const grouping of groupings.slice(1)) {
    if (grouping.peakBytes > limitBytes) continue;
    const schedule = plan(grouping);
    if (schedule.arenaBytes <= limitBytes) return schedule;
    tried.push(schedule);
  }
  return smallestOf(tried.length > 1 ? tried : [...tried, plan(at(groupings, groupings.length - 1))]);
}

/** Schedules come from the fastest on: of those that are as small, the first is taken. */
function smallestOf(schedules: readonly Schedule[]): Schedule {
  return schedules.reduce((least, schedule) => (schedule.arenaBytes < least.arenaBytes ? schedule : least));
}

/** One task a stretch, or one an operator. */
function tasksOf(order: readonly number[], stretches: Grouping['stretches'] | undefined): readonly Task[] {
  if (stretches === undefined)
    return order.map((node) => ({ nodes: [node], stream: undefined, patching: undefined }));
  return stretches.map(({ from, to, stream, patching }) => ({
    nodes: order.slice(from, to),
    stream,
    patching,
  }));
}

function scheduleOf(
  graph: Graph,
  network: Network,
  tasks: readonly Task[],
  tradeOff: readonly TradeOff[],
  fastBytes?: number,
): Schedule {
  const { steps, buffers, overlaps, clearances } = buffersOf(graph, network, tasks);
  const arenaLowerBoundBytes = lowerBoundBytes(buffers, overlaps, clearances, steps);
  const neighbours = neighboursOf(buffers, overlaps, clearances);
  const placed = placeBuffers(buffers, neighbours, arenaLowerBoundBytes);
  const traffic = trafficOf(graph, steps, buffers);
  const { offsets, arenaBytes } =
    fastBytes === undefined ? placed : warmPlacement(buffers, neighbours, placed, { traffic, fastBytes });
  const placements = buffers.map((buffer) => ({ buffer: buffer.id, offset: at(offsets, buffer.id) }));
  return {
    graph,
    steps,
    buffers,
    placements,
    overlaps,
    clearances,
    arenaBytes,
    arenaLowerBoundBytes,
    tradeOff,
  };
}
