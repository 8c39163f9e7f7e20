/** An image as the simulator loads it: bytes at addresses, symbols, and how it begins. */

export type ImageSegment = { readonly address: number; readonly bytes: Uint8Array };

export type ImageSymbol = { readonly name: string; readonly address: number; readonly bytes: number };

export type Image = {
  readonly segments: readonly ImageSegment[];
  /** Functions and labels of code, by address; empty for a raw image. */
  readonly symbols: readonly ImageSymbol[];
  /** Objects, for `sizeof` and watchpoints of a debugger; empty for a raw image. */
  readonly objects: readonly ImageSymbol[];
  /** Address ranges that the linker gave to sections; empty for a raw image. */
  readonly allocated: readonly { readonly name: string; readonly address: number; readonly bytes: number }[];
};
