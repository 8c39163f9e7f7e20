/** What is supported, put together from the catalogues that decide it: readers, graph, kernels, quantisation. */
import { opKinds } from '../graph/index.ts';
import { kernelCatalogue } from '../kernels/index.ts';
import { isDilationOperator, type SupportedOperator, supportedOperators } from '../model/index.ts';
import { quantisableOperators } from '../quantisation/index.ts';

export type ListedOperator = SupportedOperator & {
  /** C functions, those for special cases first; none where it becomes no code. */
  readonly kernels: readonly string[];
  /** Whether `mcunet quantize` makes a float32 one int8. */
  readonly isQuantisable: boolean;
};

export function listOperators(): readonly ListedOperator[] {
  return supportedOperators().map((operator) => {
    const { op, types } = operator;
    const kinds = opKinds[op];
    const kernels = kernelCatalogue
      .filter((kernel) => kinds.some((kind) => kernel.computes(kind, types)))
      .map(({ name }) => name);
    return { ...operator, kernels, isQuantisable: isDilationOperator(op) || quantisableOperators.has(op) };
  });
}

/** Its types, with those of its weights where they are others. */
export function typeWords({ types, weightTypes }: ListedOperator): string {
  const others = weightTypes.filter((type) => !types.includes(type));
  return [...types, ...others.map((type) => `${type} weights`)].join(', ');
}

/** Limits, and what its lists do not show. */
export function noteWords({ kernels, isQuantisable, note }: ListedOperator): string {
  const parts = [
    note,
    kernels.length === 0 ? 'becomes no code' : undefined,
    isQuantisable || note?.includes('float32') ? undefined : 'not by `mcunet quantize`',
  ];
  return parts.filter((part) => part !== undefined).join('; ');
}
