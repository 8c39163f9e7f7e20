/** Results that wait for their scale. */
import type { Activation, OperatorOptions } from '../../types.ts';
import { addTensor } from '../edges.ts';
import { demand, type Site } from '../site.ts';
import { inOrder, type Parameters, type Pending, physicalShape, type Stored, type View } from '../values.ts';
import { requantised } from './quantise.ts';

/** 256 steps from 0 to 1: the outputs of TensorFlow Lite's logistic function and softmax. */
export const probability: Parameters = { scale: 1 / 256, zeroPoint: -128 };

/** Adds the operator that writes this tensor. */
export type Emit = (output: number, activation: Activation, parameters: Parameters | undefined) => void;

type More = Partial<Pick<Pending, 'takesActivation' | 'preferred' | 'isExact' | 'gateOf'>>;

export function pending(
  { draft, name }: Site,
  view: Pick<View, 'shape' | 'order'>,
  emit: Emit,
  more: More = {},
): Pending {
  return {
    kind: 'pending',
    takesActivation: more.takesActivation ?? true,
    preferred: more.preferred,
    isExact: more.isExact ?? false,
    gateOf: more.gateOf,
    finish: (parameters, activation) => {
      const output = addTensor(draft, name, view, parameters);
      emit(output.tensor, activation, parameters);
      return output;
    },
  };
}

/** A function of each element, wherever the element lies. */
export function elementwise(site: Site, input: Stored, emit: Emit, more: More = {}): Pending {
  const shape = physicalShape(input);
  const flat = pending(site, { shape, order: inOrder(shape) }, emit, { takesActivation: false, ...more });
  return {
    ...flat,
    finish: (parameters, activation) => ({ ...input, ...tensorOf(flat.finish(parameters, activation)) }),
  };
}

/**
 * One whose kernel has a scale of its own; where the graph wants another, it is converted behind it. Steps more than twice
 * as large as those asked for, or `most` times where the kernel is less exact, would be off by more than one of these.
 */
export function fixedElementwise(
  site: Site,
  input: Stored,
  options: OperatorOptions,
  fixed: Parameters,
  most = 2,
): Pending {
  const { draft, name } = site;
  const own = elementwise(site, input, (output) => draft.operator(options, [input.tensor], [output]));
  const finish: Pending['finish'] = (parameters) => {
    if (parameters === undefined) return own.finish(undefined, 'none');
    demand(
      fixed.scale <= most * parameters.scale,
      `${options.op} makes steps of ${fixed.scale}, more than ${most} times those asked for (${parameters.scale})`,
      'calibrate its output over its whole range, for example to 0..1',
    );
    return requantised(draft, name, own.finish(fixed, 'none'), parameters);
  };
  return { ...own, preferred: fixed, finish };
}

function tensorOf({ tensor, isReal, isUnsigned }: Stored): Pick<Stored, 'tensor' | 'isReal' | 'isUnsigned'> {
  return { tensor, isReal, isUnsigned };
}
