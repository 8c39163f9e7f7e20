/** Stretches that run patch by patch, for arenas that nothing else fits into. */
import { at } from '../base/index.ts';
import type { Graph } from '../graph/index.ts';
import type { Target } from '../target/index.ts';
import { alignUp } from './live-bytes.ts';
import type { Network } from './network.ts';
import { type Division, liveBytesOfPatches, partsOfPatches, patchingOf } from './patching.ts';
import { cyclesOfStream, type Life, livesOf, narrowPlaces, placedBytes, type Stretch } from './stretches.ts';

/** Longer stretches compute more beside the borders than they save. */
const mostOperators = 32;
/** Rows that are made together where there is room. */
const bands = [8, 4, 2, 1] as const;

/** What patches are planned for. */
export type PatchTask = {
  readonly graph: Graph;
  readonly target: Target;
  readonly network: Network;
  readonly order: readonly number[];
  readonly limitBytes: number;
};

type Place = { readonly from: number; readonly to: number; readonly besideBytes: number };

/**
 * For each pair of places where few tensors are live, the fewest patches with which the stretch between them fits the
 * limit, in the widest bands that do.
 */
export function patchStretches(task: PatchTask): readonly Stretch[] {
  const { network, order, limitBytes } = task;
  const lives = livesOf(network, order);
  const places = narrowPlaces(network, lives, order.length);
  return places.flatMap((from, index) =>
    places.slice(index + 1).flatMap((to): Stretch[] => {
      if (to - from < 2 || to - from > mostOperators) return [];
      const inside = insideOf(network, order, { from, to });
      if (inside === undefined) return [];
      const besideBytes = wholeBytes(network, lives, from, to, inside);
      if (besideBytes > limitBytes) return [];
      const stretch = fittingStretch(task, { from, to, besideBytes });
      return stretch === undefined ? [] : [stretch];
    }),
  );
}

/** Tensors that only the stretch touches; `undefined` where more than its last one is needed outside, or seen otherwise. */
function insideOf(
  { nodes, storages }: Network,
  order: readonly number[],
  { from, to }: { readonly from: number; readonly to: number },
): ReadonlySet<number> | undefined {
  const members = order.slice(from, to);
  const touched = members.flatMap((node) => [...at(nodes, node).reads, at(nodes, node).writes]);
  if (touched.some((storage) => at(storages, storage).tensors.length > 1)) return undefined;
  const inside = new Set(members.slice(0, -1).map((node) => at(nodes, node).writes));
  const isInside = (storage: number): boolean => {
    const { isOutput, readers } = at(storages, storage);
    return !isOutput && readers.length > 0 && readers.every((reader) => members.includes(reader));
  };
  return [...inside].every(isInside) ? inside : undefined;
}

/** All that lives while the stretch runs, but what it keeps to itself: inputs and output are whole to its end. */
function wholeBytes(
  { storages }: Network,
  lives: readonly Life[],
  from: number,
  to: number,
  inside: ReadonlySet<number>,
): number {
  return storages.reduce((sum, { bytes }, storage) => {
    const { first, last } = at(lives, storage);
    return first < to && last >= from && !inside.has(storage) ? sum + alignUp(bytes) : sum;
  }, 0);
}

function fittingStretch(task: PatchTask, place: Place): Stretch | undefined {
  const count = fewestPatches(task, place);
  if (count === undefined) return undefined;
  for (const band of bands) {
    const stretch = stretchOf(task, place, { count, band });
    if (stretch !== undefined && stretch.peakBytes <= task.limitBytes) return stretch;
  }
  return undefined;
}

/** Between one patch, which is the stream, and one for each column. */
function fewestPatches(task: PatchTask, place: Place): number | undefined {
  const { graph, network, order } = task;
  const last = at(graph.ops, at(network.nodes, at(order, place.to - 1)).op);
  const width = at(graph.tensors, last.output).shape[2] ?? 0;
  const fits = (count: number): boolean => {
    const stretch = stretchOf(task, place, { count, band: 1 });
    return stretch !== undefined && stretch.peakBytes <= task.limitBytes;
  };
  if (width < 2 || !fits(width)) return undefined;
  let tooFew = 1;
  let enough = width;
  while (enough - tooFew > 1) {
    // Few patches are the usual case: guess low.
    const guess = Math.min(2 * tooFew, Math.floor((tooFew + enough) / 2));
    if (fits(guess)) enough = guess;
    else tooFew = guess;
  }
  return enough;
}

function stretchOf(
  task: PatchTask,
  { from, to, besideBytes }: Place,
  division: Division,
): Stretch | undefined {
  const { graph, target, network, order, limitBytes } = task;
  const ops = order.slice(from, to).map((node) => at(network.nodes, node).op);
  const patching = patchingOf(graph, target, ops, division);
  if (patching === undefined) return undefined;
  const boundBytes = alignUp(liveBytesOfPatches(patching));
  const isHopeless = boundBytes + besideBytes > limitBytes;
  const { bytes, barred } = partsOfPatches(patching);
  return {
    from,
    to,
    stream: undefined,
    patching,
    peakBytes: besideBytes + (isHopeless ? boundBytes : placedBytes(bytes, barred, boundBytes)),
    isPlaced: true,
    cycles: patching.streams.reduce(
      (sum, { network: own, stream }) => sum + cyclesOfStream(own, stream, 0),
      0,
    ),
  };
}
