/** A graph as shapes, for the estimate of its arena. */
import { at } from '../base/index.ts';
import type { Graph } from '../graph/index.ts';
import type { Target } from '../target/index.ts';
import type { ShapeNetwork, ShapeOp } from './estimate-arena.ts';
import { type Network, type Node, networkOf } from './network.ts';

/** What `estimateArena` needs to know of a graph on a target. */
export function shapesOf(graph: Graph, target: Target): ShapeNetwork {
  const network = networkOf(graph, target);
  return {
    tensors: network.storages.map(({ bytes }, storage) => {
      const height = at(network.heights, storage);
      return { height, rowBytes: bytes / height };
    }),
    ops: network.nodes.map((node) => shapeOp(network, node)),
    outputs: network.storages.flatMap(({ isOutput }, storage) => (isOutput ? [storage] : [])),
  };
}

function shapeOp(network: Network, node: Node): ShapeOp {
  const common = {
    inputs: node.reads,
    output: node.writes,
    leadBytes: node.leads.find((lead) => lead !== undefined),
  };
  const { rows } = node;
  const isReshaped = node.reads.some((storage) => at(network.storages, storage).tensors.length > 1);
  if (rows === undefined || isReshaped) {
    const window = { filterHeight: 1, strideHeight: 1, paddingTop: 0 };
    return { ...common, rows: 'whole', ...window, scratchBytes: node.scratchBytes };
  }
  // Two rows in the middle, where no border cuts the window.
  const middle = Math.floor(rows.rowCount / 2);
  const position = node.inputs.findIndex((storage) => storage !== undefined);
  const window = rows.reads(position, middle);
  const next = rows.reads(position, middle + 1);
  const strideHeight = middle + 1 < rows.rowCount ? next.first - window.first : 1;
  return {
    ...common,
    rows: rows.accumulates ? 'sums' : 'window',
    filterHeight: window.end - window.first,
    strideHeight,
    paddingTop: rows.accumulates ? 0 : middle * strideHeight - window.first,
    scratchBytes: rows.scratchBytes,
  };
}
