/** Door of `kernels`: the catalogue of C kernels, their headers, and the choice for an operator. */
export { chooseKernel, findKernel, kernelCatalogue } from './catalogue.ts';
export { kernelHeaders } from './headers.generated.ts';
export type { Argument, Constant, Kernel, KernelCall, RowForm } from './types.ts';
