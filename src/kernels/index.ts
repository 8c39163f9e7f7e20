/** Door of `kernels`: the catalogue of C kernels, their headers, and the choice for an operator. */
export { chooseKernel, demandKernels, findKernel, kernelCatalogue } from './catalogue.ts';
export { dispatchCycles } from './cycles/coefficients.generated.ts';
export { estimateShapeCycles } from './cycles/estimate.ts';
export type { KernelShape } from './cycles/shape.ts';
export { kernelHeaders } from './headers.generated.ts';
export type { Argument, Constant, Kernel, KernelCall, RowForm } from './types.ts';
