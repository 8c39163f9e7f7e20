/**
 * Estimated cycles of the kernels, until a processor model measures them: instructions that an inner loop executes for
 * each multiply-accumulate and each result, at the rate at which a Cortex-M7 issues such code. Instructions are counted
 * in what arm-none-eabi-gcc 12.2 makes of the loops at -O2.
 */
import type { Target } from '../target/index.ts';

/** Instructions of a loop on the two paths of the kernels. */
type Cost = { readonly dsp: number; readonly portable: number };

/** Cycles an instruction of straight integer code takes: the M7 issues up to two a cycle, the M4 one. */
const cyclesPerInstruction: Readonly<Record<Target['core'], number>> = { 'cortex-m7': 0.7, 'cortex-m4': 1.2 };

/** One result: bias, fixed-point scaling, clamp, store. */
const outputInstructions = 17;
/** 2 x 2 blocks: 22 instructions for 16 products, or 10 for 4 without SMLAD. */
const matrixMac: Cost = { dsp: 1.4, portable: 2.5 };
const depthwiseMac: Cost = { dsp: 3.5, portable: 7 };
const depthwiseMultipliedMac: Cost = { dsp: 7, portable: 7 };
/** A run of a patch: bounds and a copy. */
const patchRowInstructions = 20;
const copiedByteInstructions = 0.6;
const poolTap: Cost = { dsp: 1.5, portable: 4 };
const poolOutputInstructions = 12;

function cyclesOf(instructions: number, target: Target): number {
  return Math.round(instructions * cyclesPerInstruction[target.core]);
}

function costOn(cost: Cost, target: Target): number {
  return target.hasDsp ? cost.dsp : cost.portable;
}

/** `pixels` rows of `depth` bytes against `channels` rows of weights. */
export function cyclesOfMatrix(pixels: number, channels: number, depth: number, target: Target): number {
  return cyclesOf(pixels * channels * (depth * costOn(matrixMac, target) + outputInstructions), target);
}

/** Gathers `pixels` patches of `rows` runs, `bytes` in all. */
export function cyclesOfPatches(pixels: number, rows: number, bytes: number, target: Target): number {
  return cyclesOf(pixels * (rows * patchRowInstructions + bytes * copiedByteInstructions), target);
}

/** `results` output elements of `taps` products each. */
export function cyclesOfDepthwise(
  results: number,
  taps: number,
  depthMultiplier: number,
  target: Target,
): number {
  const mac = costOn(depthMultiplier === 1 ? depthwiseMac : depthwiseMultipliedMac, target);
  return cyclesOf(results * (taps * mac + outputInstructions), target);
}

/** `results` windows of `taps` inputs each, summed or compared. */
export function cyclesOfPool(results: number, taps: number, target: Target): number {
  return cyclesOf(results * (taps * costOn(poolTap, target) + poolOutputInstructions), target);
}

/** `elements` results that each take the same number of instructions. */
export function cyclesOfElements(elements: number, instructions: number, target: Target): number {
  return cyclesOf(elements * instructions, target);
}
