/** What a stretch of operators takes as a stream, as the planner finds it: each kind of stretch is worked out once. */
import { at } from '../base/index.ts';
import { clearancesOf } from './clearance.ts';
import { alignUp } from './live-bytes.ts';
import type { Network, Node, Storage } from './network.ts';
import type { OperatorProfile } from './operator-profile.ts';
import { liveBytesOf, type Stream, streamOf } from './stream.ts';
import { cyclesOfStream, placedBytes, slowShare } from './stretches.ts';

/** Tensor 0 is the network's input; operator n writes tensor n + 1. The last operator's is the output. */
export type ChainOp = {
  readonly profile: OperatorProfile;
  /** Tensor of each of its reads. */
  readonly reads: readonly number[];
};

type StreamEstimate = {
  /** Arena bytes while it runs; infinite where these operators are no stream. */
  readonly peakBytes: number;
  readonly cycles: number;
  /** Calls that the stream makes. */
  readonly calls: number;
};

const noStream: StreamEstimate = { peakBytes: Number.POSITIVE_INFINITY, cycles: 0, calls: 0 };

/** Limit of the search for places, in pairs of neighbours looked at: plans look longer, which seldom finds more. */
const placementEffort = 4000;

/** Remembers what it worked out for operators of the same profiles that are joined alike. */
export type StretchEstimator = (
  ops: readonly ChainOp[],
  from: number,
  to: number,
  band: number,
) => StreamEstimate;

export function stretchEstimator(fastBytes: number): StretchEstimator {
  const known = new Map<string, StreamEstimate>();
  return (ops, from, to, band) => {
    let key = `${band}`;
    for (let op = from; op < to; op++) {
      const { profile, reads } = at(ops, op);
      key += ` ${profile.id}`;
      if (reads.length > 1) for (const read of reads) key += `,${op - read}`;
    }
    const found = known.get(key);
    if (found !== undefined) return found;
    const estimate = estimateStream(stretchNetwork(ops, from, to, fastBytes), band);
    known.set(key, estimate);
    return estimate;
  };
}

function estimateStream(network: Network, band: number): StreamEstimate {
  const stream = streamOf(
    network,
    network.nodes.map((_, node) => node),
    band,
  );
  if (stream === undefined) return noStream;
  const liveBytes = alignUp(liveBytesOf(network, stream));
  const sizes = [
    ...stream.rows.map(({ ring, rowBytes }) => ring * rowBytes),
    ...stream.scratches.map(({ bytes }) => bytes),
  ];
  return {
    peakBytes: placedBytes(sizes, clearancesOf(network, stream), liveBytes, placementEffort),
    cycles: cyclesOfStream(network, stream, slowShare(network, liveBytes)),
    calls: callCount(stream),
  };
}

function callCount({ order }: Stream): number {
  let calls = 0;
  for (const [turn, node] of order.entries()) if (turn === 0 || order[turn - 1] !== node) calls++;
  return calls;
}

/** The stretch as a network of its own. */
function stretchNetwork(ops: readonly ChainOp[], from: number, to: number, fastBytes: number): Network {
  const storages: Storage[] = [];
  const heights: number[] = [];
  const storageOf = new Map<number, number>();
  const readers: number[][] = [];
  const touch = (tensor: number, bytes: number, height: number): number => {
    const known = storageOf.get(tensor);
    if (known !== undefined) return known;
    const id = storages.length;
    storageOf.set(tensor, id);
    heights.push(height);
    readers.push([]);
    storages.push({
      tensors: [tensor],
      bytes,
      isInput: tensor <= from,
      isOutput: tensor === to,
      isState: false,
      readers: at(readers, id),
      writer: tensor <= from ? undefined : tensor - 1 - from,
    });
    return id;
  };
  const nodes: Node[] = [];
  for (let op = from; op < to; op++) {
    const { profile, reads } = at(ops, op);
    const own = profile.node;
    const joined = reads.map((tensor, read) =>
      touch(tensor, at(profile.readBytes, read), at(profile.readHeights, read)),
    );
    for (const storage of joined) at(readers, storage).push(op - from);
    nodes.push({
      ...own,
      op: op - from,
      reads: joined,
      inputs: own.inputs.map((storage) =>
        storage === undefined ? undefined : at(joined, own.reads.indexOf(storage)),
      ),
      writes: touch(op + 1, profile.outputBytes, profile.outputHeight),
    });
  }
  return { fastBytes, storages, heights, nodes };
}
