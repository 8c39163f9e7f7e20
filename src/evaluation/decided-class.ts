/** Networks that give a class instead of scores. */
import { at } from '../base/index.ts';
import type { Graph, TensorId } from '../graph/index.ts';

/** Among how many classes an ARG_MAX or ARG_MIN chooses the network's only output; `undefined` for any other network. */
export function decidedClasses(graph: Graph): number | undefined {
  const [output] = graph.outputs;
  return output === undefined ? undefined : classesOf(output.tensor, graph);
}

/** Casts and reshapes leave a class what it is. */
function classesOf(tensor: TensorId, graph: Graph): number | undefined {
  const maker = graph.ops.find((op) => op.output === tensor);
  if (maker === undefined) return undefined;
  const input = at(maker.inputs, 0);
  switch (maker.kind) {
    case 'cast':
    case 'reshape':
      return classesOf(input, graph);
    case 'argMax':
    case 'argMin':
      return at(at(graph.tensors, input).shape, maker.axis);
    default:
      return undefined;
  }
}
