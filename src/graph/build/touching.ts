/** Which operators of a model read and write each tensor: looking through all of them for each would take a square of time. */
import type { ModelOperator } from '../../model/index.ts';

/** Operators by tensor, each once. */
export type Touching = ReadonlyMap<number, readonly ModelOperator[]>;

export function readersOf(operators: readonly ModelOperator[]): Touching {
  return byTensor(operators, ({ inputs }) => inputs);
}

export function writersOf(operators: readonly ModelOperator[]): Touching {
  return byTensor(operators, ({ outputs }) => outputs);
}

function byTensor(
  operators: readonly ModelOperator[],
  tensorsOf: (operator: ModelOperator) => readonly number[],
): Touching {
  const touching = new Map<number, ModelOperator[]>();
  for (const operator of operators)
    for (const tensor of new Set(tensorsOf(operator))) {
      const known = touching.get(tensor);
      if (known === undefined) touching.set(tensor, [operator]);
      else known.push(operator);
    }
  return touching;
}
