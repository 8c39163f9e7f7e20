/** Drops operators and tensors that no output depends on. */
import { collectReachable } from '../rewrite.ts';
import type { Graph } from '../types.ts';

export function dropUnused(graph: Graph): Graph {
  return collectReachable(graph);
}
