/** Lets transposed convolutions make only the rows and columns that a slice behind them keeps. */
import { at } from '../../base/index.ts';
import { sameQuantization } from '../quantisation.ts';
import { countReaders, findProducers } from '../rewrite.ts';
import type { Graph, Op, Slice } from '../types.ts';

export function foldSlices(graph: Graph): Graph {
  const readers = countReaders(graph);
  const producers = findProducers(graph);
  const ops = graph.ops.map((op): Op => {
    if (op.kind !== 'slice') return op;
    const producer = producers[at(op.inputs, 0)];
    const isAlone = producer?.kind === 'transposeConv2d' && readers[producer.output] === 1;
    if (!isAlone || !cutsBorders(op, graph)) return op;
    const { top, left } = producer.padding;
    const padding = { top: top + at(op.begin, 1), left: left + at(op.begin, 2) };
    return { ...producer, name: op.name, output: op.output, padding };
  });
  return { ...graph, ops };
}

/** Whether all that a slice takes away are rows and columns before and behind the others. */
function cutsBorders({ begin, stride, inputs, output }: Slice, graph: Graph): boolean {
  const [source, target] = [at(graph.tensors, at(inputs, 0)), at(graph.tensors, output)];
  return (
    stride.every((step) => step === 1) &&
    begin[0] === 0 &&
    begin[3] === 0 &&
    target.shape[3] === source.shape[3] &&
    sameQuantization(source, target)
  );
}
