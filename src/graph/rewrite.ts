/** Small edits that passes are made of. Tensors and operators that nothing reaches are left for `collectReachable`. */
import { at } from '../base/index.ts';
import type { Edge, Graph, Op, TensorId } from './types.ts';

/** How often each tensor is read, by operators and as an output of the network. */
export function countReaders(graph: Graph): number[] {
  const counts = graph.tensors.map(() => 0);
  const readings = [...graph.ops.flatMap((op) => op.inputs), ...graph.outputs.map((edge) => edge.tensor)];
  for (const id of readings) counts[id] = at(counts, id) + 1;
  return counts;
}

/** The operator that writes each tensor, `undefined` for inputs of the network and constants. */
export function findProducers(graph: Graph): (Op | undefined)[] {
  const producers: (Op | undefined)[] = graph.tensors.map(() => undefined);
  for (const op of graph.ops) producers[op.output] = op;
  return producers;
}

/** Operators that an output depends on, and the tensors these touch, numbered anew in order of first use. */
export function collectReachable({ tensors, ops, inputs, outputs, states = [] }: Graph): Graph {
  const live = reachable(ops, outputs);
  const renumbered = new Map<TensorId, TensorId>();
  const renumber = (id: TensorId): TensorId => {
    const known = renumbered.get(id);
    if (known !== undefined) return known;
    renumbered.set(id, renumbered.size);
    return renumbered.size - 1;
  };
  const moveEdge = (edge: Edge): Edge => ({ ...edge, tensor: renumber(edge.tensor) });
  const graphInputs = inputs.map(moveEdge);
  const graphOps = live.map((op) => ({
    ...op,
    inputs: op.inputs.map(renumber),
    output: renumber(op.output),
  }));
  const graphOutputs = outputs.map(moveEdge);
  const kept = states.filter(({ tensor }) => renumbered.has(tensor));
  const graphStates = kept.map((state) => ({ ...state, tensor: renumber(state.tensor) }));
  const graphTensors = [...renumbered].map(([old, id]) => ({ ...at(tensors, old), id }));
  const graph = { tensors: graphTensors, ops: graphOps, inputs: graphInputs, outputs: graphOutputs };
  return graphStates.length === 0 ? graph : { ...graph, states: graphStates };
}

/** What an output depends on, in this invocation or a later one: what is stored is needed where its state is read. */
function reachable(ops: readonly Op[], outputs: readonly Edge[]): readonly Op[] {
  const needed = new Set(outputs.map((edge) => edge.tensor));
  for (let before = -1; before < needed.size; ) {
    before = needed.size;
    for (const op of [...ops].reverse()) {
      if (isNeeded(op, needed)) for (const id of [op.output, ...op.inputs]) needed.add(id);
    }
  }
  return ops.filter((op) => isNeeded(op, needed));
}

function isNeeded(op: Op, needed: ReadonlySet<TensorId>): boolean {
  return needed.has(op.output) || (op.kind === 'store' && needed.has(at(op.inputs, 1)));
}
