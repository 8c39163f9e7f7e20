/** Operands that repeat along some dimensions of a result, brought to the four loops of the C kernels. */
import { at } from '../base/index.ts';

/** Loop sizes of the result and, for each operand, the step in elements of each loop; 0 repeats. */
export type Broadcast = { readonly sizes: readonly number[]; readonly steps: readonly (readonly number[])[] };

/** Loops of the C kernels. */
const loops = 4;

/** Steps of an operand by NumPy's rules: aligned at the last dimension, 0 where its size is 1. */
function operandSteps(shape: readonly number[], rank: number): number[] {
  const padded = [...Array<number>(rank - shape.length).fill(1), ...shape];
  let step = 1;
  return padded
    .toReversed()
    .map((size) => {
      const own = size === 1 ? 0 : step;
      step *= size;
      return own;
    })
    .toReversed();
}

/**
 * The fewest loops over `shape`, padded to four on the outside; `undefined` where more than four remain. A dimension
 * joins the one inside it where every operand steps through both as through one.
 */
export function broadcast(
  shape: readonly number[],
  operands: readonly (readonly number[])[],
): Broadcast | undefined {
  const steps = operands.map((operand) => operandSteps(operand, shape.length));
  return joinLoops(shape, steps);
}

/** The same for operands whose steps are known. */
export function joinLoops(
  shape: readonly number[],
  steps: readonly (readonly number[])[],
): Broadcast | undefined {
  const joined: { size: number; steps: number[] }[] = [];
  for (const [axis, size] of shape.entries()) {
    if (size === 1) continue;
    const own = steps.map((operand) => at(operand, axis));
    const outer = joined.at(-1);
    if (outer?.steps.every((step, operand) => step === at(own, operand) * size)) {
      joined.splice(-1, 1, { size: outer.size * size, steps: own });
    } else {
      joined.push({ size, steps: own });
    }
  }
  if (joined.length > loops) return undefined;
  const missing = loops - joined.length;
  return {
    sizes: [...Array<number>(missing).fill(1), ...joined.map(({ size }) => size)],
    steps: steps.map((_, operand) => [
      ...Array<number>(missing).fill(0),
      ...joined.map((loop) => at(loop.steps, operand)),
    ]),
  };
}
