/** The linked image and what is in it. */
import type { ToolchainIdentity } from '../base/index.ts';

/** Loadable bytes in flash; the parts add up to `totalBytes`, the linker's total. */
export type FlashUse = {
  /** Functions of the model's operators and kernels. */
  readonly kernelBytes: number;
  /** Start-up, drivers, application, library functions. */
  readonly runtimeBytes: number;
  /** Weights, biases, multipliers and tables of the model. */
  readonly weightBytes: number;
  /** Initial values of `.data`. */
  readonly dataImageBytes: number;
  /** Vector table, other constants, alignment gaps. */
  readonly otherBytes: number;
  readonly totalBytes: number;
};

/** RAM; the parts add up to `totalBytes`, the linker's total with the stack that the call graph asks for. */
export type SramUse = {
  readonly arenaBytes: number;
  /** `.data` and `.bss` beside the arena, with alignment. */
  readonly staticBytes: number;
  /** Worst case over the call graph, exception frames included. */
  readonly stackBytes: number;
  readonly totalBytes: number;
};

export type StackAnalysis = {
  readonly worstCaseBytes: number;
  /** Functions of the deepest chain, outermost first, with their frames. */
  readonly deepestChain: readonly { readonly symbol: string; readonly frameBytes: number }[];
};

export type ImageSymbol = {
  readonly name: string;
  readonly address: number;
  readonly bytes: number;
  readonly section: string;
};

export type FirmwareImage = {
  readonly target: string;
  readonly toolchain: ToolchainIdentity;
  readonly elf: Uint8Array;
  readonly bin: Uint8Array;
  /** Intel HEX. */
  readonly hex: Uint8Array;
  /** Linker map, text. */
  readonly map: Uint8Array;
  readonly flash: FlashUse;
  readonly sram: SramUse;
  readonly stack: StackAnalysis;
  readonly symbols: readonly ImageSymbol[];
  /** Bytes beyond the chip's memory; both 0 for an image that can be flashed. */
  readonly overflow: { readonly flashBytes: number; readonly sramBytes: number };
};
