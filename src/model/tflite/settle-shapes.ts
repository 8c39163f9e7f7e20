/**
 * Sizes that the file leaves open, as converters do where a network has no batch size: with one sample at a time they
 * follow from the network's inputs, operator by operator, and with them what is computed of shapes. What the file states
 * instead is the shape for a batch of one only where the batch is the first dimension and nothing was made of it.
 */
import { at } from '../../base/index.ts';
import { readOptions } from './check-operators.ts';
import { filled, foldSizes, sizesIn } from './fold-shapes.ts';
import { inferShapes } from './infer-shapes.ts';
import { checkLimit, limits } from './limits.ts';
import { within } from './place.ts';
import type { FileOperator } from './read-operators.ts';
import { elementCount, type FileTensor, settled } from './read-tensors.ts';

export type Settled = {
  /** Those that compute what depends on the network's inputs. */
  readonly operators: readonly FileOperator[];
  /** All tensors; what was computed from shapes alone is constant now. */
  readonly tensors: readonly FileTensor[];
};

/** Operators that stand before what they read are left as they are, and those that give outputs of the network. */
export function settleShapes(
  operators: readonly FileOperator[],
  tensors: readonly FileTensor[],
  outputs: readonly number[],
): Settled {
  const all = [...tensors];
  const given = new Set(outputs);
  const kept = operators.filter((operator) =>
    within(`operator ${operator.index} ${operator.kind.name}`, () => {
      if (operator.outputs.some((output) => at(all, output).isOpen)) settle(operator, all);
      const [output, ...others] = operator.outputs;
      if (output === undefined || others.length > 0 || given.has(output)) return true;
      const constant = foldSizes(operator, at(all, output), all) ?? filled(operator, at(all, output), all);
      if (constant !== undefined) all[output] = constant;
      return constant === undefined;
    }),
  );
  return { operators: kept, tensors: all };
}

function settle(operator: FileOperator, tensors: FileTensor[]): void {
  const inputs = operator.inputs.map((input) => tensors[input]);
  if (inputs.some((input) => input?.problem !== undefined)) return;
  const shapes = inferShapes({
    name: operator.kind.name,
    options: readOptions(operator),
    shapes: inputs.map((input) => input?.shape ?? []),
    constants: inputs.map((input) => input && sizesIn(input)),
    outputs: operator.outputs.length,
  });
  for (const [place, shape] of (shapes ?? []).entries()) {
    const output = at(operator.outputs, place);
    const tensor = at(tensors, output);
    if (!tensor.isOpen) continue;
    checkLimit('too many dimensions', shape.length, limits.dimensions);
    checkLimit(
      `too many elements in shape [${shape.join(', ')}]`,
      elementCount(shape),
      limits.elementsPerTensor,
    );
    tensors[output] = settled(tensor, shape);
  }
}
