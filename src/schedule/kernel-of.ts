/** Kernels by the names that a plan holds. */
import { invariant } from '../base/index.ts';
import { type Kernel, kernelCatalogue } from '../kernels/index.ts';
import type { OperatorStep } from './types.ts';

/** The kernel that a step calls. */
export function kernelOf(step: OperatorStep): Kernel {
  const kernel = kernelCatalogue.find((candidate) => candidate.name === step.kernel);
  invariant(kernel !== undefined, `there is no kernel ${step.kernel}`);
  return kernel;
}
