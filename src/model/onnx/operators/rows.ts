/** Operators over one dimension: Softmax, LogSoftmax, LpNormalization, ArgMax, ArgMin. */
import type { OperatorOptions } from '../../types.ts';
import { ordered, unflattened } from '../layout.ts';
import { axisOf, demand, integerAttribute, real, type Site, stored } from '../site.ts';
import { type Parameters, type Pending, physicalShape, type Stored, type Value } from '../values.ts';
import { fixedElementwise, probability } from './pending.ts';

/** The outputs of TensorFlow Lite's kernels: -16 to 0, and -1 to 1. */
const logarithm: Parameters = { scale: 1 / 16, zeroPoint: 127 };
const unit: Parameters = { scale: 1 / 128, zeroPoint: 0 };
/** The kernel's inverse root is an integer: its results are off by more than half a step. */
const mostOfUnit = 1.5;

export function softmax(site: Site): Pending {
  return overSoftmaxRows(site, { op: 'SOFTMAX', beta: 1 }, probability);
}

export function logSoftmax(site: Site): Pending {
  const whole = overSoftmaxRows(site, { op: 'LOG_SOFTMAX' }, logarithm);
  const finish: Pending['finish'] = (parameters, activation) => {
    const lowest = parameters === undefined ? 0 : (-128 - parameters.zeroPoint) * parameters.scale;
    demand(
      lowest > -16 - logarithm.scale,
      `its output reaches down to ${lowest.toPrecision(3)}; -16 is the lowest that is computed`,
      'end the network before it, whose largest output is the same, or calibrate it with outputs of -16 to 0',
    );
    return whole.finish(parameters, activation);
  };
  return { ...whole, finish };
}

export function lpNormalization(site: Site): Pending {
  const norm = integerAttribute(site, 'p', 2);
  demand(
    norm === 2,
    `it divides by the norm of p = ${norm}`,
    'use p=2, as torch.nn.functional.normalize does',
  );
  const value = unflattened(site.draft, real(site, 0));
  const axis = axisOf(integerAttribute(site, 'axis', -1), value.shape.length);
  const options = { op: 'L2_NORMALIZATION', activation: 'none' } as const;
  return overRows(site, value, axis, options, unit, mostOfUnit);
}

function overSoftmaxRows(site: Site, options: OperatorOptions, fixed: Parameters): Pending {
  const value = unflattened(site.draft, real(site, 0));
  const rank = value.shape.length;
  const axis = axisOf(integerAttribute(site, 'axis', site.opset >= 13 ? -1 : 1), rank);
  demand(
    site.opset >= 13 || axis === rank - 1,
    'it runs over several dimensions',
    'export with opset_version 13 or newer',
  );
  return overRows(site, value, axis, options, fixed);
}

/** The kernels run over the last dimension: where another is asked for, it lies last meanwhile. */
function overRows(
  site: Site,
  value: Stored,
  axis: number,
  options: OperatorOptions,
  fixed: Parameters,
  most?: number,
): Pending {
  const { draft } = site;
  if (value.order.at(-1) === axis) return fixedElementwise(site, value, options, fixed, most);
  const order = [...value.order.filter((dimension) => dimension !== axis), axis];
  const turned = fixedElementwise(site, ordered(draft, value, order), options, fixed, most);
  const finish: Pending['finish'] = (parameters, activation) =>
    ordered(draft, turned.finish(parameters, activation), value.order);
  return { ...turned, finish };
}

export function argMax(site: Site): Value {
  return argExtremum(site, 'ARG_MAX');
}

export function argMin(site: Site): Value {
  return argExtremum(site, 'ARG_MIN');
}

/** Places as whole numbers, which only the network's outputs may be; without the dimension, also where it is kept as 1. */
function argExtremum(site: Site, op: Extract<OperatorOptions['op'], 'ARG_MAX' | 'ARG_MIN'>): Value {
  const { draft, name } = site;
  demand(
    integerAttribute(site, 'select_last_index', 0) === 0,
    'it takes the last of equal values',
    'leave select_last_index out: the first of equal values is taken',
  );
  const input = unflattened(draft, stored(site, 0));
  const axis = axisOf(integerAttribute(site, 'axis', 0), input.shape.length);
  const places = input.shape.flatMap((_, dimension) => (dimension === axis ? [] : [dimension]));
  const view = {
    shape: places.map((dimension) => input.shape[dimension] ?? 1),
    order: input.order
      .filter((dimension) => dimension !== axis)
      .map((dimension) => places.indexOf(dimension)),
    unflattened: undefined,
  };
  const physical = Int32Array.of(input.order.indexOf(axis));
  const constant = draft.constant(`${name}.axis`, [1], 'int32', () => physical);
  const output = draft.add(name, physicalShape(view), 'int64');
  draft.operator({ op }, [input.tensor, constant], [output]);
  return { kind: 'stored', ...view, tensor: output, isReal: false, isUnsigned: false };
}
