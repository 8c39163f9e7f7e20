/** Kernels by the names that a plan holds. */
import { invariant } from '../base/index.ts';
import { type Kernel, kernelCatalogue } from '../kernels/index.ts';
import type { OperatorStep } from './types.ts';

/** The kernel that a step calls. */
export function kernelOf(step: OperatorStep): Kernel {
  return kernelNamed(step.kernel);
}

export function kernelNamed(name: string): Kernel {
  const kernel = kernelCatalogue.find((candidate) => candidate.name === name);
  invariant(kernel !== undefined, `there is no kernel ${name}`);
  return kernel;
}
