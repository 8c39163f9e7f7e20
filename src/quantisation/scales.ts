/** Scale and zero point of every activation: calibrated, fixed by an operator, or shared where a kernel copies. */
import { at, invariant } from '../base/index.ts';
import type { Model, ModelOperator } from '../model/index.ts';
import { floatsOf, padsBelowAll } from './constants.ts';
import { parametersOf, sameParameters } from './parameters.ts';
import { isValue, ruleOf } from './rules.ts';
import type { Calibration, Parameters, Range } from './types.ts';

export type Scales = {
  /** Of a computed tensor, by its index in the float model. */
  readonly of: (tensor: number) => Parameters;
  /** Of a value at a position of an operator's inputs, constants included, as the operator must find it. */
  readonly ofInput: (operator: ModelOperator, position: number) => Parameters;
};

/** Tensors that share their scale, named by one of them. */
type Groups = {
  readonly find: (tensor: number) => number;
  readonly unite: (a: number, b: number) => void;
};

/**
 * An operand of a concatenation whose scale is fixed by its own operator keeps it; `ofInput` then differs from `of`,
 * and the value must be requantised in between. All other tied operands share one scale, over all their ranges.
 */
export function assignScales(model: Model, calibration: Calibration): Scales {
  const groups = makeGroups();
  const fixed = new Map<number, Parameters>();
  for (const operator of model.operators) {
    const { output: rule } = ruleOf(operator.options);
    const output = at(operator.outputs, 0);
    if (rule === 'tied') tie(model, operator, groups, fixed);
    else if (rule !== 'own' && rule !== 'number') fixed.set(groups.find(output), rule);
  }
  const parameters = new Map<number, Parameters>();
  for (const [root, range] of groupRanges(model, calibration, groups))
    parameters.set(root, parametersOf(range));
  for (const [root, own] of fixed) parameters.set(groups.find(root), own);
  const of = (tensor: number): Parameters => {
    const found = parameters.get(groups.find(tensor));
    invariant(found !== undefined, `tensor ${tensor} was not calibrated`);
    return found;
  };
  const ofInput = (operator: ModelOperator, position: number): Parameters => {
    if (ruleOf(operator.options).output === 'tied') return of(at(operator.outputs, 0));
    const tensor = at(model.tensors, at(operator.inputs, position));
    return tensor.data === undefined ? of(tensor.index) : parametersOf(rangeOfValues(floatsOf(tensor)));
  };
  return { of, ofInput };
}

/** Unites an operator's outputs with those computed inputs whose scale is free, or fixed alike for all of them. */
function tie(model: Model, operator: ModelOperator, groups: Groups, fixed: Map<number, Parameters>): void {
  const output = at(operator.outputs, 0);
  for (const other of operator.outputs.slice(1)) groups.unite(other, output);
  const inputs = valuesOf(operator).map((index) => at(model.tensors, index));
  const computed = inputs.filter(({ data }) => data === undefined).map(({ index }) => index);
  const fixedOf = (tensor: number): Parameters | undefined => fixed.get(groups.find(tensor));
  const common = computed[0] === undefined ? undefined : fixedOf(computed[0]);
  const allAlike =
    common !== undefined &&
    computed.length === inputs.length &&
    computed.every((tensor) => sameParameters(fixedOf(tensor) ?? { scale: 0, zeroPoint: 0 }, common));
  for (const tensor of computed) {
    if (allAlike || fixedOf(tensor) === undefined) groups.unite(tensor, output);
  }
  if (allAlike) fixed.set(groups.find(output), common);
}

/** Values that an operator takes, by tensor index. */
function valuesOf({ options, inputs }: ModelOperator): number[] {
  const rule = ruleOf(options);
  return inputs.filter((input, position) => input >= 0 && isValue(rule, position));
}

/** Over all tensors of a group, and the constants that tied operators put beside them. */
function groupRanges(model: Model, { ranges }: Calibration, groups: Groups): ReadonlyMap<number, Range> {
  const united = new Map<number, Range>();
  const add = (tensor: number, { min, max }: Range): void => {
    const root = groups.find(tensor);
    const before = united.get(root);
    united.set(root, {
      min: Math.min(min, before?.min ?? min),
      max: Math.max(max, before?.max ?? max),
    });
  };
  for (const [tensor, range] of ranges) add(tensor, range);
  for (const operator of model.operators) {
    if (ruleOf(operator.options).output !== 'tied' || padsBelowAll(model, operator)) continue;
    for (const index of valuesOf(operator)) {
      const tensor = at(model.tensors, index);
      if (tensor.data !== undefined) add(at(operator.outputs, 0), rangeOfValues(floatsOf(tensor)));
    }
  }
  return united;
}

function rangeOfValues(values: Float32Array): Range {
  return {
    min: values.reduce((least, value) => Math.min(least, value), 0),
    max: values.reduce((largest, value) => Math.max(largest, value), 0),
  };
}

function makeGroups(): Groups {
  const parents = new Map<number, number>();
  const parentOf = (tensor: number): number => parents.get(tensor) ?? tensor;
  const find = (tensor: number): number => {
    let root = tensor;
    // Each step of the way is halved: thousands of operators may be tied one after the other.
    while (parentOf(root) !== root) {
      parents.set(root, parentOf(parentOf(root)));
      root = parentOf(root);
    }
    return root;
  };
  return {
    find,
    unite(a, b) {
      const [first, second] = [find(a), find(b)];
      if (first !== second) parents.set(first, second);
    },
  };
}
