/** A float32 network over many samples at once: the arithmetic that quantisation is measured against. */
import { at, invariant } from '../../base/index.ts';
import type { Model } from '../../model/index.ts';
import { elementCount, floatsOf } from '../constants.ts';
import { runOperator } from './operators.ts';

/** Called with every input and every operator's output, in order, all samples back to back; not to be changed. */
export type Observe = (tensor: number, values: Float32Array) => void;

/**
 * Runs a float32 model over `samples` samples; `inputs` has one array for each input of the model, its samples back to
 * back, and so has the result for its outputs. Sums are made in double and rounded to float32 once an operator.
 */
export function runFloat(
  model: Model,
  inputs: readonly Float32Array[],
  samples: number,
  observe: Observe = () => {},
): readonly Float32Array[] {
  const values = new Map<number, Float32Array>();
  const keep = (tensor: number, computed: Float32Array): void => {
    const elements = elementCount(at(model.tensors, tensor).shape) * samples;
    invariant(
      computed.length === elements,
      `tensor ${tensor} has ${computed.length} values, not ${elements}`,
    );
    values.set(tensor, computed);
    observe(tensor, computed);
  };
  model.inputs.forEach((tensor, position) => {
    keep(tensor, at(inputs, position));
  });
  const lastReaders = findLastReaders(model);
  model.operators.forEach((operator, position) => {
    const { options } = operator;
    const valuesAt = (index: number): Float32Array =>
      valuesOf(model, at(operator.inputs, index), values, samples);
    const results = runOperator({ model, operator, options, samples, valuesAt });
    operator.outputs.forEach((output, place) => {
      keep(output, at(results, place));
    });
    for (const tensor of operator.inputs) if (lastReaders.get(tensor) === position) values.delete(tensor);
  });
  return model.outputs.map((tensor) => valuesOf(model, tensor, values, samples));
}

/** A constant is repeated for every sample. */
function valuesOf(
  model: Model,
  tensor: number,
  values: ReadonlyMap<number, Float32Array>,
  samples: number,
): Float32Array {
  const computed = values.get(tensor);
  if (computed !== undefined) return computed;
  const constant = floatsOf(at(model.tensors, tensor));
  const repeated = new Float32Array(constant.length * samples);
  for (let sample = 0; sample < samples; sample += 1) repeated.set(constant, sample * constant.length);
  return repeated;
}

/** Position of the operator after which a tensor is not needed; the model's outputs are needed for ever. */
function findLastReaders(model: Model): ReadonlyMap<number, number> {
  const last = new Map<number, number>();
  model.operators.forEach(({ inputs }, position) => {
    for (const tensor of inputs) last.set(tensor, position);
  });
  for (const tensor of model.outputs) last.delete(tensor);
  return last;
}
