/** One way into every data set format: samples encoded for a network, checked against its shapes and classes. */
import { at, type Host } from '../base/index.ts';
import type { Graph } from '../graph/index.ts';
import { edgeBytes } from './datasets/input-encoding.ts';
import { loadMlperfTiny } from './datasets/mlperf-tiny.ts';
import { loadNpz } from './datasets/npz.ts';
import { datasetMismatch } from './failures.ts';
import type { AccuracyMetric, Dataset, DatasetSource } from './types.ts';

/**
 * Loads labelled samples for a network of one input and one output.
 *
 * @throws Failure `DATASET_UNREADABLE` or `DATASET_MISMATCH`, naming file, line or array
 */
export async function loadDataset(
  source: DatasetSource,
  metric: AccuracyMetric,
  graph: Graph,
  host: Host,
): Promise<Dataset> {
  if (graph.inputs.length !== 1 || graph.outputs.length !== 1) {
    throw datasetMismatch(
      source.path,
      `the network has ${graph.inputs.length} inputs and ${graph.outputs.length} outputs`,
      'accuracy is measured on networks of one input and one output; remove `dataset` from this model',
    );
  }
  const scores = at(graph.outputs, 0).shape.reduce((product, dimension) => product * dimension, 1);
  // AUC tells two kinds apart, whether by one score, two, or a reconstruction.
  const classes = metric === 'auc' ? 2 : scores;
  const edge = at(graph.inputs, 0);
  if (source.format === 'mlperf-tiny') return loadMlperfTiny(source.path, edgeBytes(edge), classes, host);
  return loadNpz(source, edge, at(graph.tensors, edge.tensor), classes, host);
}
