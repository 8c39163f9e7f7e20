/** Which numbers a network computes in. */
import { at } from '../base/index.ts';
import type { ElementType, Model } from './types.ts';

const quantised: readonly ElementType[] = ['int8', 'uint8', 'int16'];

/** Whether it computes in float32 throughout, as it was trained: it has to be quantised before it can be built. */
export function isFloatModel({ operators, tensors, inputs: taken }: Model): boolean {
  const typeOf = (index: number): ElementType => at(tensors, index).type;
  return (
    taken.some((index) => typeOf(index) === 'float32') &&
    operators.every(({ inputs, outputs }) =>
      [...inputs, ...outputs].every((index) => index === -1 || !quantised.includes(typeOf(index))),
    )
  );
}
