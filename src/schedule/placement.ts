/**
 * Offsets for buffers: first fit over several orders, then a seeded search over orders near the best one. Placing in the
 * order of an optimal plan's offsets by first fit gives an optimal plan, so searching orders loses nothing.
 */
import { at } from '../base/index.ts';
import { type Arrangement, firstFit } from './first-fit.ts';
import { slowTraffic } from './heat.ts';
import { alignUp } from './live-bytes.ts';
import type { Neighbour } from './neighbours.ts';
import type { PlannedBuffer } from './types.ts';

/** How long to search for a smaller arena. */
export type Effort = {
  /** Searches from different seeds: of several short ones the best is mostly better than one long one. */
  readonly searches: number;
  /** Limit of each, in pairs of neighbours looked at. */
  readonly pairs: number;
};

/** Together a second on a desk machine. */
const searchEffort: Effort = { searches: 8, pairs: 1_000_000 };
/** A search ends early when this part of the effort brought nothing. */
const patience = 0.2;
/** Limit of each search for a placement that keeps what is hot in fast memory. */
const warmEffort = 2_000_000;
/** A few buffers have few orders; a search comes by each of them in so many times as many tries. */
const triesOfOrder = 64;
const searchSeed = 0x6d63756e;

/** What makes one arena better than another of the same size. */
export type Warmth = { readonly traffic: readonly number[]; readonly fastBytes: number };

/**
 * Moves what is accessed most into the first `fastBytes` of the arena, without making it larger: orders that place hot
 * buffers first, then a search near the best of them and near the one that the arena's size came from.
 */
export function warmPlacement(
  buffers: readonly PlannedBuffer[],
  neighbours: readonly (readonly Neighbour[])[],
  start: Arrangement,
  { traffic, fastBytes }: Warmth,
): Arrangement {
  if (start.arenaBytes <= fastBytes) return start;
  const sizes = buffers.map((buffer) => alignUp(buffer.bytes));
  const density = (id: number): number => at(traffic, id) / at(sizes, id);
  const offset = (id: number): number => at(start.offsets, id);
  const byOffset = buffers.map(({ id }) => id).sort((a, b) => offset(a) - offset(b) || a - b);
  const byDensity = [...byOffset].sort((a, b) => density(b) - density(a));
  const costOf = ({ offsets }: Arrangement): number => slowTraffic(offsets, sizes, traffic, fastBytes);
  const { place, placeWithin } = firstFit(sizes, neighbours);
  const random = randomIntegers(searchSeed);
  const effortOfOne = neighbours.reduce((sum, each) => sum + 1 + each.length, 0);
  let best = start;
  let leastCost = costOf(start);
  for (const startingOrder of [byOffset, byDensity]) {
    let order: readonly number[] = startingOrder;
    let current = place(order);
    let cost = costOf(current);
    const isBetter = (candidate: Arrangement, candidateCost: number): boolean => {
      const excess = Math.max(0, current.arenaBytes - start.arenaBytes);
      const candidateExcess = Math.max(0, candidate.arenaBytes - start.arenaBytes);
      return candidateExcess < excess || (candidateExcess === excess && candidateCost <= cost);
    };
    const mostEffort = Math.min(warmEffort, effortOfOne * triesOfOrder * orders(buffers.length));
    for (let effort = 0; effort < mostEffort; effort += effortOfOne) {
      const [from, to] = [random(order.length), random(order.length)];
      const candidate = moved(order, from, to);
      const kept = { offsets: current.offsets, turn: Math.min(from, to) };
      const arrangement = placeWithin(Math.max(start.arenaBytes, current.arenaBytes), candidate, kept);
      if (arrangement === undefined) continue;
      const candidateCost = costOf(arrangement);
      if (!isBetter(arrangement, candidateCost)) continue;
      order = candidate;
      current = arrangement;
      cost = candidateCost;
    }
    if (current.arenaBytes > start.arenaBytes || cost >= leastCost) continue;
    best = current;
    leastCost = cost;
  }
  return best;
}

/** In which so many buffers can be placed. */
function orders(count: number): number {
  return count < 2 ? 1 : count * orders(count - 1);
}

function moved(order: readonly number[], from: number, to: number): readonly number[] {
  const result = [...order];
  result.splice(to, 0, ...result.splice(from, 1));
  return result;
}

/** An offset for each buffer, multiples of `arenaAlignment`; stops early where `lowerBoundBytes` is reached. */
export function placeBuffers(
  buffers: readonly PlannedBuffer[],
  neighbours: readonly (readonly Neighbour[])[],
  lowerBoundBytes: number,
  { searches, pairs }: Effort = searchEffort,
): Arrangement {
  const sizes = buffers.map((buffer) => alignUp(buffer.bytes));
  let bestOrder: readonly number[] = [];
  let best: Arrangement | undefined;
  const { place } = firstFit(sizes, neighbours);
  for (const order of startingOrders(buffers, neighbours)) {
    const arrangement = place(order);
    if (best === undefined || arrangement.arenaBytes < best.arenaBytes) {
      best = arrangement;
      bestOrder = order;
    }
  }
  if (best === undefined || best.arenaBytes <= lowerBoundBytes) return best ?? { offsets: [], arenaBytes: 0 };
  let least = best;
  for (let search = 0; search < searches && least.arenaBytes > lowerBoundBytes; search++) {
    const limits = { lowerBoundBytes, pairs, seed: searchSeed + search };
    const found = searchNear(bestOrder, best, sizes, neighbours, limits);
    if (found.arenaBytes < least.arenaBytes) least = found;
  }
  return least;
}

function startingOrders(
  buffers: readonly PlannedBuffer[],
  neighbours: readonly (readonly Neighbour[])[],
): readonly (readonly number[])[] {
  const steps = (id: number): number => at(buffers, id).lastStep - at(buffers, id).firstStep;
  const first = (id: number): number => at(buffers, id).firstStep;
  const bytes = (id: number): number => at(buffers, id).bytes;
  const degree = (id: number): number => at(neighbours, id).length;
  const pressure = (id: number): number =>
    at(neighbours, id).reduce((sum, neighbour) => sum + bytes(neighbour.other), bytes(id));
  const comparisons: readonly ((a: number, b: number) => number)[] = [
    (a, b) => bytes(b) - bytes(a) || steps(b) - steps(a),
    (a, b) => bytes(b) - bytes(a) || first(b) - first(a),
    (a, b) => steps(b) - steps(a) || bytes(b) - bytes(a),
    (a, b) => bytes(b) * (1 + steps(b)) - bytes(a) * (1 + steps(a)),
    (a, b) => first(a) - first(b) || bytes(b) - bytes(a),
    (a, b) => first(b) - first(a) || bytes(b) - bytes(a),
    (a, b) => degree(b) - degree(a) || bytes(b) - bytes(a),
    (a, b) => pressure(b) - pressure(a) || bytes(b) - bytes(a),
  ];
  return comparisons.map((compare) =>
    buffers.map((buffer) => buffer.id).sort((a, b) => compare(a, b) || a - b),
  );
}

type SearchLimits = { readonly lowerBoundBytes: number; readonly pairs: number; readonly seed: number };

/** Moves buffers that end too high to earlier turns, and keeps what does not make the arena larger. */
function searchNear(
  order: readonly number[],
  start: Arrangement,
  sizes: readonly number[],
  neighbours: readonly (readonly Neighbour[])[],
  { lowerBoundBytes, pairs, seed }: SearchLimits,
): Arrangement {
  const { placeWithin } = firstFit(sizes, neighbours);
  const random = randomIntegers(seed);
  const effortOfOne = neighbours.reduce((sum, each) => sum + 1 + each.length, 0);
  const turnsOfHigh = (turns: readonly number[], { offsets }: Arrangement): readonly number[] =>
    turns.flatMap((id, turn) => (at(offsets, id) + at(sizes, id) > lowerBoundBytes ? [turn] : []));
  let currentOrder = order;
  let current = start;
  let high = turnsOfHigh(order, start);
  let gainedAt = 0;
  for (let effort = 0; effort < pairs && current.arenaBytes > lowerBoundBytes; effort += effortOfOne) {
    if (effort - gainedAt > patience * pairs) break;
    const from = random(4) === 0 ? random(order.length) : at(high, random(high.length));
    const to = random(3) === 0 ? random(order.length) : random(from + 1);
    const candidate = moved(currentOrder, from, to);
    const kept = { offsets: current.offsets, turn: Math.min(from, to) };
    const arrangement = placeWithin(current.arenaBytes, candidate, kept);
    if (arrangement === undefined) continue;
    if (arrangement.arenaBytes < current.arenaBytes) gainedAt = effort;
    currentOrder = candidate;
    current = arrangement;
    high = turnsOfHigh(candidate, arrangement);
  }
  return current;
}

/** Seeded random integers below a limit: a linear congruential generator's high bits. */
function randomIntegers(seed: number): (limit: number) => number {
  let state = seed >>> 0;
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}
