/** One way into every data set format: samples, read once, and encoded for a network whose shapes and classes fit. */
import { at, type Host } from '../base/index.ts';
import { type Graph, statesOf } from '../graph/index.ts';
import { readCsv } from './datasets/csv.ts';
import { readImageFolder } from './datasets/image-folder.ts';
import { readMlperfTiny } from './datasets/mlperf-tiny.ts';
import { readNpz } from './datasets/npz.ts';
import { encodeNumbers } from './datasets/numeric-samples.ts';
import { encodeRaw } from './datasets/raw-samples.ts';
import { decidedClasses } from './decided-class.ts';
import { edgeBytes } from './edge-values.ts';
import { datasetMismatch } from './failures.ts';
import type { AccuracyMetric, Dataset, DatasetSource, Samples } from './types.ts';

/**
 * Reads labelled samples, for any number of networks.
 *
 * @param shape of the networks' input; pictures are brought to it
 * @throws Failure `DATASET_UNREADABLE` or `DATASET_MISMATCH`, naming file, line or array
 */
export async function readSamples(
  source: DatasetSource,
  shape: readonly number[],
  host: Host,
): Promise<Samples> {
  return { ...(await readFrom(source, shape, host)), sequence: source.sequence };
}

function readFrom(source: DatasetSource, shape: readonly number[], host: Host): Promise<Samples> {
  switch (source.format) {
    case 'mlperf-tiny':
      return readMlperfTiny(source.path, host);
    case 'npz':
      return readNpz(source, host);
    case 'csv':
      return readCsv(source, host);
    case 'image-folder':
      return readImageFolder(source, shape, host);
  }
}

/**
 * Samples as a network of one input and one output takes them.
 *
 * @throws Failure `DATASET_MISMATCH` where shapes, sizes, classes or labels are not the network's
 */
export function encodeSamples(samples: Samples, metric: AccuracyMetric, graph: Graph): Dataset {
  if (graph.inputs.length !== 1 || graph.outputs.length !== 1) {
    throw datasetMismatch(
      samples.path,
      `the network has ${graph.inputs.length} inputs and ${graph.outputs.length} outputs`,
      'accuracy is measured on networks of one input and one output; remove `dataset` from this model',
    );
  }
  if (samples.sequence !== undefined && statesOf(graph).length === 0) {
    throw datasetMismatch(
      samples.path,
      'the samples are said to be sequences, but the network keeps nothing from one inference to the next',
      'remove `sequence` from the data set, or keep state in variables of the network',
    );
  }
  const scores = at(graph.outputs, 0).shape.reduce((product, dimension) => product * dimension, 1);
  // AUC tells two kinds apart, whether by one score, two, or a reconstruction.
  const classes = metric === 'auc' ? 2 : (decidedClasses(graph) ?? scores);
  const edge = at(graph.inputs, 0);
  return samples.kind === 'raw'
    ? encodeRaw(samples, edgeBytes(edge), classes, samples.sequence)
    : encodeNumbers(samples, edge, at(graph.tensors, edge.tensor), classes, samples.sequence);
}

/** The same for one network: `readSamples`, then `encodeSamples`. */
export async function loadDataset(
  source: DatasetSource,
  metric: AccuracyMetric,
  graph: Graph,
  host: Host,
): Promise<Dataset> {
  const samples = await readSamples(source, at(graph.inputs, 0).shape, host);
  return encodeSamples(samples, metric, graph);
}
