/** Moves paddings of sequences below the reshapes that make images of them, to the convolutions that can pad by themselves. */
import { at } from '../../base/index.ts';
import { sameQuantization } from '../quantisation.ts';
import { collectReachable, countReaders, findProducers } from '../rewrite.ts';
import { sameShape } from '../shape.ts';
import type { Graph, Op, Pad, Reshape, Tensor } from '../types.ts';

export function sinkPadding(given: Graph): Graph {
  // Readers that nothing needs any more do not count.
  const graph = collectReachable(given);
  const readers = countReaders(graph);
  const producers = findProducers(graph);
  const tensors = [...graph.tensors];
  const ops = graph.ops.flatMap((op): readonly Op[] => {
    if (op.kind !== 'reshape') return [op];
    const pad = producers[at(op.inputs, 0)];
    if (pad?.kind !== 'pad' || readers[pad.output] !== 1) return [op];
    return swapped(pad, op, tensors) ?? [op];
  });
  return { ...graph, ops, tensors };
}

/** The reshape, of what is padded, and the padding of what it makes; `undefined` where it adds no dimension of 1. */
function swapped(pad: Pad, reshape: Reshape, tensors: Tensor[]): readonly Op[] | undefined {
  const [source, padded, image] = [at(pad.inputs, 0), pad.output, reshape.output].map((id) =>
    at(tensors, id),
  );
  if (source === undefined || padded === undefined || image === undefined) return undefined;
  const added = [1, 2].find((axis) => sameShape(padded.shape.toSpliced(axis, 0, 1), image.shape));
  const isSequence = source.shape.length === 3 && source.data === undefined;
  if (!isSequence || added === undefined || !sameQuantization(padded, image)) return undefined;
  const lifted: Tensor = { ...source, id: tensors.length, shape: source.shape.toSpliced(added, 0, 1) };
  tensors.push(lifted);
  return [
    { ...reshape, inputs: pad.inputs, output: lifted.id },
    {
      ...pad,
      inputs: [lifted.id],
      output: reshape.output,
      before: pad.before.toSpliced(added, 0, 0),
      after: pad.after.toSpliced(added, 0, 0),
    },
  ];
}
