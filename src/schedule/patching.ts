/** A stretch of operators divided into patches: what is alike in all of them, and what differs. */
import { at } from '../base/index.ts';
import type { Graph } from '../graph/index.ts';
import type { Target } from '../target/index.ts';
import { clearancesOf } from './clearance.ts';
import type { Columns } from './columns.ts';
import { type PatchStream, patchStreamOf } from './patch-network.ts';
import { evenColumns, outputWidth, type Patch, patchesOf, recomputedMacs } from './patches.ts';
import { collectRanges, type OpenRange } from './ranges.ts';
import { liveBytesOf, type Stream } from './stream.ts';

export type Patching = {
  readonly columns: readonly Columns[];
  readonly patches: readonly Patch[];
  /** For each patch; patches of the same shape share one. */
  readonly streams: readonly PatchStream[];
  readonly recomputedMacs: number;
};

/** How a stretch is divided: patches, and rows that are made together. */
export type Division = { readonly count: number; readonly band: number };

/** `ops` are positions in `graph.ops`. `undefined` where the stretch cannot run in so many patches. */
export function patchingOf(
  graph: Graph,
  target: Target,
  ops: readonly number[],
  { count, band }: Division,
): Patching | undefined {
  const width = outputWidth(graph, ops);
  if (width === undefined || count > width) return undefined;
  const columns = evenColumns(width, count);
  const patches = patchesOf(graph, ops, columns);
  if (patches === undefined) return undefined;
  const streamOfShape = new Map<string, PatchStream | undefined>();
  const streams = patches.map((patch) => {
    const shape = shapeOf(patch);
    if (!streamOfShape.has(shape)) streamOfShape.set(shape, patchStreamOf(patch, target, band));
    return streamOfShape.get(shape);
  });
  if (!streams.every((stream) => stream !== undefined)) return undefined;
  const first = structureOf(at(streams, 0));
  if (!streams.every((stream) => structureOf(stream) === first)) return undefined;
  return { columns, patches, streams, recomputedMacs: recomputedMacs(graph, ops, columns) };
}

/** Most bytes that are live at one call of any patch. */
export function liveBytesOfPatches(patching: Patching): number {
  return Math.max(...shapesOf(patching).map(({ network, stream }) => liveBytesOf(network, stream)));
}

/** Bytes of each part, first the rows, then the scratches, and where two parts must not start in any patch. */
export function partsOfPatches(patching: Patching): {
  readonly bytes: readonly number[];
  readonly barred: (a: number, b: number) => readonly OpenRange[];
} {
  const shapes = shapesOf(patching);
  const bytesOf = ({ rows, scratches }: Stream): readonly number[] => [
    ...rows.map(({ ring, rowBytes }) => ring * rowBytes),
    ...scratches.map(({ bytes }) => bytes),
  ];
  const sizes = shapes.map(({ stream }) => bytesOf(stream));
  const clearances = shapes.map(({ network, stream }) => clearancesOf(network, stream));
  return {
    bytes: at(sizes, 0).map((_, part) => Math.max(...sizes.map((each) => at(each, part)))),
    barred: (a, b) => {
      const ranges = collectRanges();
      for (const clearance of clearances) {
        for (const { after, before } of clearance(a, b)) ranges.add(after, before);
      }
      return ranges.union();
    },
  };
}

function shapesOf({ streams }: Patching): readonly PatchStream[] {
  return [...new Set(streams)];
}

/** What decides how a patch runs: the widths of its tensors and the padding of its operators. */
function shapeOf({ graph, members }: Patch): string {
  const parts = members.map((member) => {
    if (member.kind === 'copy') return member.columns;
    const { op } = member;
    const padding = 'padding' in op ? op.padding.left : op.kind === 'pad' ? op.before[2] : 0;
    return [padding, ...[...op.inputs, op.output].map((tensor) => at(graph.tensors, tensor).shape[2])];
  });
  return JSON.stringify(parts);
}

/** What must be alike in all patches. */
function structureOf({ network, stream }: PatchStream): string {
  return JSON.stringify([
    network.nodes.map(({ kernel }) => kernel),
    stream.order,
    stream.rows.map(({ storage, ring }) => [storage, ring]),
    stream.scratches.map(({ node, calls }) => [node, calls]),
  ]);
}
