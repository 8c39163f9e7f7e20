/**
 * The order of operators that needs the fewest live bytes at its worst step. A state is the set of operators that ran;
 * all states with the same count form a level, and each keeps its best way there. This is exact as long as no level
 * holds too many states; beyond that the best ones go on, as in a beam search.
 */
import { at } from '../base/index.ts';
import { alignUp, shareableBytes } from './live-bytes.ts';
import { type Network, type Node, nodesBefore } from './network.ts';

/** States of a level that go on, fewer in networks of many levels: bounds the time to about a second. */
const mostStates = 512;
const statesOfAllLevels = 40_000;

type State = {
  /** Bit i is set where node i ran. */
  readonly ran: bigint;
  /** Nodes whose inputs are all there, ascending. */
  readonly ready: readonly number[];
  readonly liveBytes: number;
  readonly peakBytes: number;
  readonly node: number;
  readonly previous: State | undefined;
};

/** The network with bit masks of what a node waits for and of who reads a storage. */
type Search = {
  readonly network: Network;
  readonly waitsFor: readonly bigint[];
  /** Nodes that wait for a node. */
  readonly followers: readonly (readonly number[])[];
  readonly readBy: readonly bigint[];
  /** Inputs that nobody reads: live at the first step only. */
  readonly unreadInputBytes: number;
};

/** Node indices in an order with a lower peak than the graph's own; `undefined` where none was found. */
export function searchOrder(network: Network): readonly number[] | undefined {
  const search = searchOver(network);
  const start = startOf(search);
  const ownOrder = network.nodes.map((_, index) => index);
  const ownPeakBytes = ownOrder.reduce((state, node) => advance(search, state, node), start).peakBytes;

  let level: readonly State[] = [start];
  for (let count = 0; count < network.nodes.length && level.length > 0; count++) {
    level = nextLevel(search, level, ownPeakBytes);
  }
  const best = level[0];
  if (best === undefined || best === start) return undefined;
  const order: number[] = [];
  for (let state: State = best; state.previous !== undefined; state = state.previous) order.push(state.node);
  return order.reverse();
}

function nextLevel(search: Search, level: readonly State[], limitBytes: number): readonly State[] {
  const next = new Map<bigint, State>();
  for (const state of level) {
    for (const node of state.ready) {
      const successor = advance(search, state, node);
      if (successor.peakBytes >= limitBytes) continue;
      const known = next.get(successor.ran);
      if (known === undefined || successor.peakBytes < known.peakBytes) next.set(successor.ran, successor);
    }
  }
  return [...next.values()]
    .sort((a, b) => a.peakBytes - b.peakBytes || a.liveBytes - b.liveBytes)
    .slice(0, Math.min(mostStates, Math.ceil(statesOfAllLevels / search.network.nodes.length)));
}

function advance(search: Search, state: State, index: number): State {
  const { storages, nodes } = search.network;
  const node = at(nodes, index);
  const ran = state.ran | bit(index);
  const dies = (storage: number): boolean =>
    !at(storages, storage).isOutput && (at(search.readBy, storage) & ~ran) === 0n;
  // A state's memory is there already.
  const { bytes, isInput } = at(storages, node.writes);
  const outputBytes = isInput ? 0 : alignUp(bytes);
  const neededBytes =
    state.liveBytes + outputBytes + alignUp(node.scratchBytes) - sharedBytes(search, node, dies);
  const freedBytes = [...node.reads, node.writes]
    .filter(dies)
    .reduce(
      (sum, storage) => sum + alignUp(at(storages, storage).bytes),
      state.ran === 0n ? search.unreadInputBytes : 0,
    );
  return {
    ran,
    ready: readyAfter(search, state, index, ran),
    liveBytes: state.liveBytes + outputBytes - freedBytes,
    peakBytes: Math.max(state.peakBytes, neededBytes),
    node: index,
    previous: state,
  };
}

function readyAfter(search: Search, state: State, index: number, ran: bigint): readonly number[] {
  const added = at(search.followers, index).filter(
    (follower) => (at(search.waitsFor, follower) & ~ran) === 0n,
  );
  const left = state.ready.filter((node) => node !== index);
  return added.length === 0 ? left : [...left, ...added].sort((a, b) => a - b);
}

function sharedBytes(search: Search, node: Node, dies: (storage: number) => boolean): number {
  const { storages } = search.network;
  const inputs = node.reads.flatMap((storage, position) => {
    const leadBytes = node.leads[position];
    return leadBytes === undefined || !dies(storage)
      ? []
      : [{ bytes: at(storages, storage).bytes, leadBytes }];
  });
  return shareableBytes(at(storages, node.writes).bytes, inputs);
}

function searchOver(network: Network): Search {
  const unread = network.storages.filter(
    (storage) => storage.isInput && !storage.isOutput && storage.readers.length === 0,
  );
  const awaited = network.nodes.map((node, index) => [
    ...node.reads.flatMap((storage) => at(network.storages, storage).writer ?? []),
    ...nodesBefore(network, index),
  ]);
  return {
    network,
    followers: network.nodes.map((_, index) =>
      awaited.flatMap((before, follower) => (before.includes(index) ? [follower] : [])),
    ),
    readBy: network.storages.map((storage) => mask(storage.readers)),
    waitsFor: awaited.map(mask),
    unreadInputBytes: unread.reduce((sum, storage) => sum + alignUp(storage.bytes), 0),
  };
}

function startOf(search: Search): State {
  const inputs = search.network.storages.filter((storage) => storage.isInput);
  return {
    ran: 0n,
    ready: search.waitsFor.flatMap((waitsFor, node) => (waitsFor === 0n ? [node] : [])),
    liveBytes: inputs.reduce((sum, storage) => sum + alignUp(storage.bytes), 0),
    peakBytes: 0,
    node: -1,
    previous: undefined,
  };
}

function bit(node: number): bigint {
  return 1n << BigInt(node);
}

function mask(nodes: readonly number[]): bigint {
  return nodes.reduce((bits, node) => bits | bit(node), 0n);
}
