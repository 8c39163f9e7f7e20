/** Accuracy of the generated C over a data set. */
import { at, type Progress } from '../base/index.ts';
import type { Edge, Graph } from '../graph/index.ts';
import { decidedClasses } from './decided-class.ts';
import { numbersIn } from './edge-values.ts';
import { datasetMismatch } from './failures.ts';
import { type HostModel, runOnHost } from './host-model.ts';
import { areaUnderCurve, crossEntropy, topK } from './metrics.ts';
import type { Accuracy, AccuracyMetric, Dataset } from './types.ts';

/**
 * Runs the network over every sample and scores the outputs. What it keeps between inferences is reset before each, be it
 * one input or a sequence.
 *
 * @throws Failure for a metric that does not fit the network, or a network that does not run here
 */
export async function evaluate(
  model: HostModel,
  graph: Graph,
  dataset: Dataset,
  metric: AccuracyMetric,
  progress?: Progress,
): Promise<Accuracy> {
  const { inputs, path, sequence } = dataset;
  const outputs = await runOnHost(model, inputs, path, progress, sequence?.steps);
  const scored = { ...dataset, inputs: scoredSets(inputs, model.inputSetBytes, dataset) };
  return accuracyOf(scoredSets(outputs, model.outputSetBytes, dataset), scored, metric, graph);
}

/** Sets of those steps of sequences that are scored. */
function scoredSets(sets: Uint8Array, setBytes: number, { sequence }: Dataset): Uint8Array {
  if (sequence === undefined || sequence.scored === 'each') return sets;
  const sequenceBytes = sequence.steps * setBytes;
  const last = new Uint8Array(sets.length / sequence.steps);
  for (let end = sequenceBytes, to = 0; end <= sets.length; end += sequenceBytes, to += setBytes)
    last.set(sets.subarray(end - setBytes, end), to);
  return last;
}

/**
 * Figure of merit of output sets, in the types of the model file.
 *
 * @throws Failure for a metric that does not fit the network
 */
export function accuracyOf(
  outputs: Uint8Array,
  dataset: Dataset,
  metric: AccuracyMetric,
  graph: Graph,
): Accuracy {
  const { samples, classes } = dataset;
  const value = score(outputs, dataset, metric, graph);
  return classes === undefined ? { metric, value, samples } : { metric, value, samples, classes };
}

function score(outputs: Uint8Array, dataset: Dataset, metric: AccuracyMetric, graph: Graph): number {
  if (metric !== 'auc' && decidedClasses(graph) !== undefined) {
    return shareOfClasses(numbersIn(at(graph.outputs, 0).type, outputs), dataset, metric);
  }
  // int8 scores need no scale: ranks do not depend on it.
  if (metric === 'top1') return topK(numbersIn(at(graph.outputs, 0).type, outputs), dataset.labels, 1);
  if (metric === 'top5') return topK(numbersIn(at(graph.outputs, 0).type, outputs), dataset.labels, 5);
  if (new Set(dataset.labels).size !== 2 || dataset.labels.some((label) => label > 1)) {
    throw datasetMismatch(
      dataset.path,
      'AUC needs samples of both classes',
      'label normal samples 0 and others 1',
    );
  }
  return areaUnderCurve(positiveScores(outputs, dataset, graph), dataset.labels);
}

/** Mean cross-entropy of the samples' classes, nats; undefined where classes are not what the metric is of. */
export function lossOf(
  outputs: Uint8Array,
  { labels }: Dataset,
  metric: AccuracyMetric,
  graph: Graph,
): number | undefined {
  if (metric === 'auc') return undefined;
  const edge = at(graph.outputs, 0);
  const last = graph.ops.find(({ output }) => output === edge.tensor);
  const values = realValues(outputs, edge, graph);
  return last?.kind === 'softmax' ? crossEntropy(values.map(logOf), labels) : crossEntropy(values, labels);
}

/** Of a probability in steps of 1/256: what rounds to zero counts as half a step. */
function logOf(probability: number): number {
  return Math.log(Math.max(probability, 1 / 512));
}

/** Share of samples whose label is the class that the network gives. */
function shareOfClasses(classes: ArrayLike<number>, dataset: Dataset, metric: 'top1' | 'top5'): number {
  const { labels, path } = dataset;
  if (metric === 'top5' || classes.length !== labels.length) {
    throw datasetMismatch(
      path,
      `the network gives ${classes.length / labels.length} classes a sample and no scores`,
      'use `metric: top1` with a network that gives one class, or leave its ARG_MAX out',
    );
  }
  return labels.filter((label, sample) => label === classes[sample]).length / labels.length;
}

/**
 * How strongly each sample speaks for class 1: its score where the network gives one or two, the mean squared
 * reconstruction error where it gives back its input (an autoencoder, as MLPerf Tiny's anomaly detection).
 */
function positiveScores(outputs: Uint8Array, dataset: Dataset, graph: Graph): Float64Array {
  const [inputEdge, outputEdge] = [at(graph.inputs, 0), at(graph.outputs, 0)];
  const real = realValues(outputs, outputEdge, graph);
  const size = real.length / dataset.samples;
  if (size <= 2) return real.filter((_, index) => index % size === size - 1);
  const expected = realValues(dataset.inputs, inputEdge, graph);
  if (expected.length !== real.length) {
    throw datasetMismatch(
      dataset.path,
      `AUC is of two classes or of a reconstruction, the network gives ${size} scores`,
      'use `metric: top1`, or a network with one or two scores',
    );
  }
  return Float64Array.from({ length: dataset.samples }, (_, sample) => {
    let sum = 0;
    for (let index = sample * size; index < (sample + 1) * size; index++) {
      sum += (at(real, index) - at(expected, index)) ** 2;
    }
    return sum / size;
  });
}

function realValues(bytes: Uint8Array, edge: Edge, graph: Graph): Float64Array {
  const { scale, zeroPoint } = at(graph.tensors, edge.tensor);
  const isFloat = edge.type === 'float32';
  return Float64Array.from(numbersIn(edge.type, bytes), (value) =>
    isFloat ? value : scale * (value - zeroPoint),
  );
}
