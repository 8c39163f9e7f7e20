/** The loops of a kernel over dimensions: as few as can be, padded to the four that the C has. */
import { at } from '../base/index.ts';
import { broadcastStrides } from '../graph/index.ts';

/** Loop sizes of the result and, for each operand, the step in elements of each loop; 0 repeats. */
export type Loops = { readonly sizes: readonly number[]; readonly steps: readonly (readonly number[])[] };

/** Loops of the C kernels. */
export const loopCount = 4;

/**
 * The fewest loops over `shape`, padded to four on the outside; `undefined` where more than four remain. A dimension
 * joins the one inside it where every operand steps through both as through one.
 */
export function broadcastLoops(
  shape: readonly number[],
  operands: readonly (readonly number[])[],
): Loops | undefined {
  return joinLoops(
    shape,
    operands.map((operand) => broadcastStrides(operand, shape)),
  );
}

/** The same for operands whose steps are known. */
export function joinLoops(
  shape: readonly number[],
  steps: readonly (readonly number[])[],
): Loops | undefined {
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
  if (joined.length > loopCount) return undefined;
  const missing = loopCount - joined.length;
  return {
    sizes: [...Array<number>(missing).fill(1), ...joined.map(({ size }) => size)],
    steps: steps.map((_, operand) => [
      ...Array<number>(missing).fill(0),
      ...joined.map((loop) => at(loop.steps, operand)),
    ]),
  };
}

/**
 * The same loops over bytes, where elements of several bytes are copied together: `undefined` where the innermost loop
 * steps over some.
 */
export function inBytes({ sizes, steps }: Loops, elementBytes: number): Loops | undefined {
  if (elementBytes === 1) return { sizes, steps };
  const last = loopCount - 1;
  if (steps.some((operand) => operand[last] !== 1)) return undefined;
  return {
    sizes: sizes.with(last, at(sizes, last) * elementBytes),
    steps: steps.map((operand) => operand.map((step, loop) => (loop === last ? 1 : step * elementBytes))),
  };
}
