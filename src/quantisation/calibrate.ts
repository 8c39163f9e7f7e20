/** Runs a float network over typical inputs and keeps what quantisation needs to know of its tensors. */
import { at, invariant } from '../base/index.ts';
import { buildGraph } from '../graph/index.ts';
import type { Model } from '../model/index.ts';
import { elementCount, padsBelowAll } from './constants.ts';
import { calibrationEmpty, calibrationNotFinite, calibrationShape } from './failures.ts';
import { runFloat } from './float/run-float.ts';
import { type MeanObserver, type Observer, observeMean, observeRange } from './observer.ts';
import { quantise } from './quantise.ts';
import { layerPositions, ruleOf } from './rules.ts';
import type { Calibration, Range, RangeMethod } from './types.ts';

/** Values of the largest tensor that are computed at a time: 32 MiB. */
const valuesAtATime = 2 ** 23;

/**
 * `inputs` has one array for each input of the model: float32 samples back to back, normalised as in training. The
 * result does not depend on how samples are divided into portions, except that means are sums of doubles.
 * Throws a `Failure`: CALIBRATION_EMPTY, CALIBRATION_SHAPE, CALIBRATION_NOT_FINITE, QUANTISATION_UNSUPPORTED,
 * WEIGHTS_NOT_FINITE, GRAPH_UNSUPPORTED.
 */
export function calibrate(
  model: Model,
  inputs: readonly Float32Array[],
  method: RangeMethod = { kind: 'minmax' },
): Calibration {
  checkShapes(model);
  const samples = countSamplesOf(model, inputs);
  const portion = Math.max(1, Math.floor(valuesAtATime / largestTensor(model)));
  const observers = observeTensors(model, method);
  for (let first = 0; first < samples; first += portion) {
    const last = Math.min(samples, first + portion);
    const parts = inputs.map((values) => {
      const size = values.length / samples;
      return values.subarray(first * size, last * size);
    });
    runFloat(model, parts, last - first, observers.observe);
  }
  return observers.result();
}

/**
 * Files state shapes; that operators make them is known to `graph`, for int8. So the network is made int8 with ranges
 * that mean nothing and has its shapes checked; what passes can also be built once it is quantised in earnest.
 */
export function checkShapes(model: Model): void {
  const computed = [...model.inputs, ...model.operators.flatMap(({ outputs }) => outputs)];
  const ranges = new Map(computed.map((tensor) => [tensor, { min: 0, max: 1 }]));
  buildGraph(quantise(model, { ranges, means: new Map() }, { biasCorrection: false, edges: 'int8' }), []);
}

/** Observers of all tensors of a model, to be fed in any order. */
export type TensorObservers = {
  readonly observe: (tensor: number, values: Float32Array) => void;
  /** Throws a `Failure` (CALIBRATION_NOT_FINITE) that names the first tensor with a value that is not finite. */
  readonly result: () => Calibration;
};

export function observeTensors(model: Model, method: RangeMethod): TensorObservers {
  const ranges = new Map<number, Observer>();
  const means = new Map<number, MeanObserver>();
  for (const index of [...model.inputs, ...model.operators.flatMap(({ outputs }) => outputs)]) {
    ranges.set(index, observeRange(method));
  }
  const padded = new Set(
    model.operators.flatMap((operator) => (padsBelowAll(model, operator) ? operator.outputs : [])),
  );
  for (const index of padded) ranges.delete(index);
  for (const { options, inputs } of model.operators) {
    if (ruleOf(options).weightAxis === undefined) continue;
    const read = at(inputs, layerPositions(options).values);
    if (!ranges.has(read)) continue;
    means.set(read, observeMean(elementCount(at(model.tensors, read).shape)));
  }
  return {
    observe(tensor, values) {
      if (padded.has(tensor)) return;
      const observer = ranges.get(tensor);
      invariant(observer !== undefined, `tensor ${tensor} is not computed`);
      observer.observe(values);
      means.get(tensor)?.observe(values);
    },
    result: () => ({
      ranges: new Map([...ranges].map(([index, { range }]) => [index, demandRange(model, index, range())])),
      means: new Map([...means].map(([index, { mean }]) => [index, mean()])),
    }),
  };
}

function demandRange(model: Model, index: number, range: Range | undefined): Range {
  if (range === undefined) {
    throw calibrationNotFinite(at(model.tensors, index).name, model.inputs.includes(index));
  }
  return range;
}

function countSamplesOf(model: Model, inputs: readonly Float32Array[]): number {
  invariant(inputs.length === model.inputs.length, `${inputs.length} inputs for ${model.inputs.length}`);
  const tensors = model.inputs.map((index) => at(model.tensors, index));
  const counts = tensors.map(({ name, shape }, position) => countSamples(name, shape, at(inputs, position)));
  const [first = 0] = counts;
  counts.forEach((count, position) => {
    const { name, shape } = at(tensors, position);
    if (count !== first) throw calibrationShape(name, shape, at(inputs, position).length);
  });
  return first;
}

/**
 * How many samples of `shape` the values of an input named `name` are. Throws a `Failure` (CALIBRATION_EMPTY,
 * CALIBRATION_SHAPE) where they are none, or not whole ones.
 */
export function countSamples(name: string, shape: readonly number[], values: Float32Array): number {
  const count = values.length / elementCount(shape);
  if (!Number.isInteger(count)) throw calibrationShape(name, shape, values.length);
  if (count === 0) throw calibrationEmpty();
  return count;
}

function largestTensor(model: Model): number {
  return Math.max(...model.tensors.map(({ shape }) => elementCount(shape)));
}
