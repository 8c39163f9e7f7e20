/** Operators of constants alone give constants: so do the first steps of unrolled recurrent layers, whose states are zeros. */
import { at } from '../base/index.ts';
import type { Model, ModelOperator, ModelTensor } from '../model/index.ts';
import { checkShapes } from './calibrate.ts';
import { floatsOf } from './constants.ts';
import { runFloat } from './float/run-float.ts';
import { isValue, operatorRules } from './rules.ts';

/**
 * The float network without operators whose values are all constants. What the network gives out or keeps stays computed.
 * Throws a `Failure` where such an operator could not be quantised if its values were computed.
 */
export function foldConstants(model: Model): Model {
  const tensors = [...model.tensors];
  const given = new Set([
    ...model.outputs,
    ...(model.variables ?? []).flatMap(({ assigned }) => assigned ?? []),
  ]);
  const operators = model.operators.filter((operator) => {
    const values = constantValues(operator, tensors);
    if (values === undefined || operator.outputs.some((output) => given.has(output))) return true;
    const results = computed(operator, values, tensors);
    for (const [place, output] of operator.outputs.entries()) {
      const data = new Uint8Array(at(results, place).slice().buffer);
      tensors[output] = { ...at(tensors, output), data };
    }
    return false;
  });
  return { ...model, tensors, operators };
}

/** The float32 constants that are all of the operator's values; `undefined` where some are computed, or are no values. */
function constantValues(
  { options, inputs }: ModelOperator,
  tensors: readonly ModelTensor[],
): readonly number[] | undefined {
  const rule = operatorRules[options.op];
  if ('refused' in rule || rule.output === 'number') return undefined;
  const values = inputs.filter((input, position) => input >= 0 && isValue(rule, position));
  const isFolded = inputs.every((input) => input < 0 || at(tensors, input).data !== undefined);
  const areFloat = values.every((input) => at(tensors, input).type === 'float32');
  return isFolded && areFloat && values.length > 0 ? [...new Set(values)] : undefined;
}

/** By a network of the operator alone, which is given the constants. */
function computed(
  operator: ModelOperator,
  values: readonly number[],
  all: readonly ModelTensor[],
): readonly Float32Array[] {
  const touched = [...new Set([...operator.inputs.filter((input) => input >= 0), ...operator.outputs])];
  const place = (index: number): number => touched.indexOf(index);
  const tensors = touched.map((index) => {
    const tensor = { ...at(all, index), index: place(index) };
    return values.includes(index) ? { ...tensor, data: undefined } : tensor;
  });
  const [inputs, outputs] = [operator.inputs.map(place), operator.outputs.map(place)];
  const alone: Model = {
    format: 'tflite',
    tensors,
    operators: [{ ...operator, inputs, outputs }],
    inputs: values.map(place),
    outputs,
  };
  checkShapes(alone);
  const constants = values.map((index) => floatsOf(at(all, index)));
  return runFloat(alone, constants, 1);
}
