/**
 * Estimated cycles of the kernels, until a processor model measures them: instructions for each product and each result,
 * times the rate at which a core executes such code. The instructions are those that scripts/count-instructions.ts
 * counts under QEMU in what arm-none-eabi-gcc 12.2 makes of the kernels at -O2; the sums below are within 16 % of the
 * counts on the DSP path and 34 % on the other, worst where borders clip large filters.
 */
import type { Target } from '../target/index.ts';

/** Instructions on the two paths of the kernels. */
export type Cost = { readonly dsp: number; readonly portable: number };

/** What one product (or input of a window) and one result take. */
export type ProductCost = { readonly product: Cost; readonly result: Cost };

/**
 * Cycles an instruction takes in loops of loads and multiply-accumulates: the M7 issues up to two a cycle and waits for
 * flash and cache misses; the M4 issues one and spends two on most loads.
 */
const cyclesPerInstruction: Readonly<Record<Target['core'], number>> = {
  'cortex-m7': 0.8,
  'cortex-m4': 1.25,
};

const matrix = { product: { dsp: 1.45, portable: 2.6 }, result: { dsp: 13, portable: 16 } };
const dense = { product: { dsp: 1.67, portable: 3.02 }, result: { dsp: 13, portable: 16 } };
const depthwise = { product: { dsp: 2.5, portable: 8 }, result: { dsp: 17, portable: 30 } };
const depthwiseMultiplied = { product: { dsp: 8, portable: 8 }, result: { dsp: 30, portable: 30 } };
/** A run of a patch: bounds and the start of a copy; then the copy. */
const patchRow: Cost = { dsp: 18, portable: 18 };
const patchByte: Cost = { dsp: 0.7, portable: 0.7 };

function cyclesOf(instructions: number, target: Target): number {
  return Math.round(instructions * cyclesPerInstruction[target.core]);
}

function on(target: Target, cost: Cost): number {
  return target.hasDsp ? cost.dsp : cost.portable;
}

/** `pixels` rows of `depth` bytes against `channels` rows of weights, two by two. */
export function cyclesOfMatrix(pixels: number, channels: number, depth: number, target: Target): number {
  return cyclesOfProducts(pixels * channels, depth, matrix, target);
}

/** Rows of `depth` bytes, each against rows of weights of its own. */
export function cyclesOfDense(results: number, depth: number, target: Target): number {
  return cyclesOfProducts(results, depth, dense, target);
}

/** `results` sums or comparisons of `products` each. */
export function cyclesOfProducts(
  results: number,
  products: number,
  cost: ProductCost,
  target: Target,
): number {
  return cyclesOf(results * (products * on(target, cost.product) + on(target, cost.result)), target);
}

/** Gathers `pixels` patches of `rows` runs, `bytes` in all. */
export function cyclesOfPatches(pixels: number, rows: number, bytes: number, target: Target): number {
  return cyclesOf(pixels * (rows * on(target, patchRow) + bytes * on(target, patchByte)), target);
}

/** `results` output elements of `taps` products each. */
export function cyclesOfDepthwise(
  results: number,
  taps: number,
  depthMultiplier: number,
  target: Target,
): number {
  return cyclesOfProducts(results, taps, depthMultiplier === 1 ? depthwise : depthwiseMultiplied, target);
}

/** `elements` results that each take the same number of instructions. */
export function cyclesOfElements(elements: number, cost: Cost, target: Target): number {
  return cyclesOf(elements * on(target, cost), target);
}
