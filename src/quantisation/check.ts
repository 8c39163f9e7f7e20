/** Whether a network can be quantised: float32 values, constant finite weights, operators that have a rule. */
import { at, type OperatorProblem } from '../base/index.ts';
import type { Model, ModelOperator } from '../model/index.ts';
import { elementCount, floatsOf, operandAt } from './constants.ts';
import { inputNotFloat, notQuantisable, weightsNotFinite } from './failures.ts';
import { isValue, layerPositions, operatorRules } from './rules.ts';

/** Throws a `Failure` (QUANTISATION_UNSUPPORTED with every problem, WEIGHTS_NOT_FINITE) unless it can. */
export function checkQuantisable(model: Model): void {
  for (const index of model.inputs) {
    const { name, type } = at(model.tensors, index);
    if (type !== 'float32') throw inputNotFloat(name, type);
  }
  const kept = (model.variables ?? []).map(({ operator, name, assigned }): OperatorProblem => {
    const kind = assigned === undefined ? 'READ_VARIABLE' : 'ASSIGN_VARIABLE';
    return { operator, kind, name, reason: 'it is a variable of float32', hint: hintFor('variable') };
  });
  const refused = model.operators.flatMap((operator): OperatorProblem[] => {
    const { name } = at(model.tensors, at(operator.outputs, 0));
    const kind = operator.options.op;
    return problemsOf(model, operator).map((reason) => ({
      operator: operator.index,
      kind,
      name,
      reason,
      hint: hintFor(reason),
    }));
  });
  const problems = [...refused, ...kept];
  if (problems.length > 0) throw notQuantisable(problems);
  for (const operator of model.operators) checkConstants(model, operator);
}

function hintFor(reason: string): string {
  return /quantised already|not float32/.test(reason)
    ? 'give the network as it was before quantisation, float32 throughout'
    : 'replace it in the training script, or quantise the network with tf.lite.TFLiteConverter';
}

function problemsOf(model: Model, operator: ModelOperator): readonly string[] {
  const rule = operatorRules[operator.options.op];
  if ('refused' in rule) return [rule.refused];
  const problems = new Set<string>();
  operator.inputs.forEach((_, position) => {
    const tensor = operandAt(model, operator, position);
    if (tensor === undefined) return;
    const weighted = rule.weightAxis !== undefined && position > 0;
    if ((weighted || isValue(rule, position)) && tensor.type !== 'float32') {
      problems.add(`its input ${position} is ${tensor.type}, not float32`);
    } else if (!(isValue(rule, position) || tensor.data !== undefined)) {
      problems.add(`its input ${position} is computed; it must be a constant`);
    }
  });
  for (const reason of weightProblems(model, operator, rule.weightAxis)) problems.add(reason);
  for (const output of operator.outputs) {
    const { type } = at(model.tensors, output);
    const isRight = rule.output === 'number' ? type === 'int32' || type === 'int64' : type === 'float32';
    if (!isRight) problems.add(`its output is ${type}`);
  }
  return [...problems];
}

/** Later steps find output channels along the axis, and one bias for each of them. */
function weightProblems(model: Model, operator: ModelOperator, axis: number | undefined): readonly string[] {
  if (axis === undefined) return [];
  const { values, bias: biasPosition } = layerPositions(operator.options);
  if (operandAt(model, operator, values)?.data !== undefined) return [`its input ${values} is a constant`];
  const shape = operandAt(model, operator, 1)?.shape ?? [];
  const bias = operandAt(model, operator, biasPosition)?.shape;
  const rank = operator.options.op === 'FULLY_CONNECTED' ? 2 : 4;
  if (shape.length !== rank) return [`its weights have ${shape.length} dimensions instead of ${rank}`];
  return bias !== undefined && elementCount(bias) !== shape[axis]
    ? [`its bias has ${elementCount(bias)} values for ${shape[axis]} outputs`]
    : [];
}

function checkConstants(model: Model, operator: ModelOperator): void {
  operator.inputs.forEach((_, position) => {
    const tensor = operandAt(model, operator, position);
    if (tensor?.type !== 'float32' || tensor.data === undefined) return;
    if (!floatsOf(tensor).every(Number.isFinite)) throw weightsNotFinite(operator.index, tensor.name);
  });
}
