/**
 * Estimated cycles of the kernels, until a processor model measures them: instructions for each product and each result,
 * times the rate at which a core executes such code. The instructions were counted under QEMU (one tick of the virtual
 * clock each, -icount shift=0) in what arm-none-eabi-gcc 12.2 makes of the kernels at -O2, over 33 layers of usual
 * shapes; the sums below are within 16 % of the counts
 * on the DSP path and 33 % on the other, worst where borders clip large filters.
 */
import type { Target } from '../target/index.ts';

/** Instructions on the two paths of the kernels. */
export type Cost = { readonly dsp: number; readonly portable: number };

/**
 * Cycles an instruction takes in loops of loads and multiply-accumulates: the M7 issues up to two a cycle and waits for
 * flash and cache misses; the M4 issues one and spends two on most loads.
 */
const cyclesPerInstruction: Readonly<Record<Target['core'], number>> = {
  'cortex-m7': 0.8,
  'cortex-m4': 1.25,
};

const matrix = { product: { dsp: 1.45, portable: 2.6 }, result: { dsp: 13, portable: 16 } };
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

/** `pixels` rows of `depth` bytes against `channels` rows of weights. */
export function cyclesOfMatrix(pixels: number, channels: number, depth: number, target: Target): number {
  const instructions = depth * on(target, matrix.product) + on(target, matrix.result);
  return cyclesOf(pixels * channels * instructions, target);
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
  const { product, result } = depthMultiplier === 1 ? depthwise : depthwiseMultiplied;
  return cyclesOf(results * (taps * on(target, product) + on(target, result)), target);
}

/** `results` windows of `taps` inputs each; `tap` is for one input, `result` for one result. */
export function cyclesOfWindows(
  results: number,
  taps: number,
  cost: { readonly tap: Cost; readonly result: Cost },
  target: Target,
): number {
  return cyclesOf(results * (taps * on(target, cost.tap) + on(target, cost.result)), target);
}

/** `elements` results that each take the same number of instructions. */
export function cyclesOfElements(elements: number, cost: Cost, target: Target): number {
  return cyclesOf(elements * on(target, cost), target);
}
