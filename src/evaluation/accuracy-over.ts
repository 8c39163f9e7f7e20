/** Accuracy of many networks over the same samples, through the engine. */
import { at } from '../base/index.ts';
import type { Edge, Graph } from '../graph/index.ts';
import { encodeSamples } from './dataset.ts';
import { toFile, toMemory } from './edge-values.ts';
import type { Engine } from './engine.ts';
import { accuracyOf, lossOf } from './evaluate.ts';
import type { Accuracy, AccuracyMetric, Dataset, Samples } from './types.ts';

/** Samples encoded for a network, and as the engine takes them. */
type Encoding = { readonly dataset: Dataset; readonly inMemory: Uint8Array };

/**
 * Measures networks one after the other or beside each other; the figure is that of `evaluate`, bit for bit. Samples
 * are encoded again only for a network whose input has another type, shape or scale than the last.
 *
 * @returns a function that gives the accuracy, and for classes the mean cross-entropy in nats; that throws Failure `DATASET_MISMATCH` for samples or a metric that do not fit the network, and
 *   those of `Engine.run`
 */
export function accuracyOver(
  engine: Engine,
  samples: Samples,
  metric: AccuracyMetric,
): (graph: Graph) => Promise<Accuracy & { readonly loss: number | undefined }> {
  let last: (Encoding & { readonly key: string }) | undefined;
  const encodingFor = (graph: Graph): Encoding => {
    const key = JSON.stringify([graph.inputs, graph.outputs].map((edges) => edges.map(edgeKey(graph))));
    if (last?.key !== key) last = { ...encode(samples, metric, graph), key };
    return last;
  };
  return async (graph) => {
    const { dataset, inMemory } = encodingFor(graph);
    const edge = at(graph.outputs, 0);
    const outputs = toFile(await engine.run(graph, inMemory), edge, at(graph.tensors, edge.tensor));
    const accuracy = accuracyOf(outputs, dataset, metric, graph);
    return { ...accuracy, loss: lossOf(outputs, dataset, metric, graph) };
  };
}

/** What the encoding of an edge depends on. */
function edgeKey({ tensors }: Graph): (edge: Edge) => unknown {
  return ({ type, shape, tensor }) => [type, shape, at(tensors, tensor).scale, at(tensors, tensor).zeroPoint];
}

function encode(samples: Samples, metric: AccuracyMetric, graph: Graph): Encoding {
  const dataset = encodeSamples(samples, metric, graph);
  const edge = at(graph.inputs, 0);
  return { dataset, inMemory: toMemory(dataset.inputs, edge, at(graph.tensors, edge.tensor)) };
}
