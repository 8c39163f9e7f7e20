/** Lets convolutions and maximum pools pad by themselves instead of reading a padded copy. */
import { at } from '../../base/index.ts';
import { sameQuantization } from '../quantisation.ts';
import { findProducers } from '../rewrite.ts';
import { filterSpan } from '../shape.ts';
import type {
  Conv2d,
  DepthwiseConv2d,
  Graph,
  GroupedConv2d,
  Op,
  Pad,
  Padding2d,
  Pool2d,
  Size2d,
} from '../types.ts';

/** Average pools are left alone: their own padding is not counted, that of a PAD is. */
type Padded = Conv2d | DepthwiseConv2d | GroupedConv2d | (Pool2d & { readonly kind: 'maxPool2d' });

export function foldPadding(graph: Graph): Graph {
  const producers = findProducers(graph);
  const fold = (op: Op): Op => {
    let widest = op;
    while (isPadded(widest)) {
      const pad = producers[at(widest.inputs, 0)];
      if (pad?.kind !== 'pad' || !isNeutral(pad, widest, graph)) break;
      const folded = widen(widest, pad, graph);
      if (folded === undefined) break;
      widest = folded;
    }
    return widest;
  };
  return { ...graph, ops: graph.ops.map(fold) };
}

function isPadded(op: Op): op is Padded {
  return ['conv2d', 'depthwiseConv2d', 'groupedConv2d', 'maxPool2d'].includes(op.kind);
}

/** Only rows and columns are padded, with what the operator itself takes for padding. */
function isNeutral(pad: Pad, op: Padded, graph: Graph): boolean {
  const source = at(graph.tensors, at(pad.inputs, 0));
  const neutral = op.kind === 'maxPool2d' ? -128 : source.zeroPoint;
  const counts = [...pad.before, ...pad.after];
  return (
    pad.before.length === 4 &&
    counts.every((count, position) => count === 0 || position % 4 === 1 || position % 4 === 2) &&
    pad.value === neutral &&
    sameQuantization(source, at(graph.tensors, pad.output))
  );
}

/** The operator with the padding added, or `undefined` where a window would then lie in padding alone. */
function widen(op: Padded, pad: Pad, graph: Graph): Padded | undefined {
  const source = at(pad.inputs, 0);
  const input = imageSize(at(graph.tensors, source).shape);
  const output = imageSize(at(graph.tensors, op.output).shape);
  const span = spanOf(op);
  const top = op.padding.top + at(pad.before, 1);
  const left = op.padding.left + at(pad.before, 2);
  // Rows and columns after the last window are not padding.
  const bottom = Math.max(0, (output.height - 1) * op.stride.height + span.height - input.height - top);
  const right = Math.max(0, (output.width - 1) * op.stride.width + span.width - input.width - left);
  const padding: Padding2d = { top, left, bottom, right };
  const rowsFit = Math.max(top, bottom) < span.height;
  const columnsFit = Math.max(left, right) < span.width;
  return rowsFit && columnsFit ? { ...op, inputs: [source], padding } : undefined;
}

function spanOf(op: Padded): Size2d {
  const dilation = op.kind === 'maxPool2d' ? { height: 1, width: 1 } : op.dilation;
  return {
    height: filterSpan(op.filter.height, dilation.height),
    width: filterSpan(op.filter.width, dilation.width),
  };
}

function imageSize(shape: readonly number[]): Size2d {
  return { height: at(shape, 1), width: at(shape, 2) };
}
