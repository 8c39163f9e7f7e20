/** Door of `kernels`: the catalogue of C kernels. */
export type { Argument, Constant, Kernel, KernelCall } from './types.ts';
