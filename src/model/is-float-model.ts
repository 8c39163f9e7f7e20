/** Which numbers a network computes in. */
import { at } from '../base/index.ts';
import type { Model, ModelTensor } from './types.ts';

/** Whether it computes in float32 throughout, as it was trained: it has to be quantised before it can be built. */
export function isFloatModel({ operators, tensors }: Model): boolean {
  return operators.every(({ inputs, outputs }) =>
    [...inputs, ...outputs].every((index) => index === -1 || !isQuantised(at(tensors, index))),
  );
}

function isQuantised({ type }: ModelTensor): boolean {
  return type === 'int8' || type === 'int16';
}
