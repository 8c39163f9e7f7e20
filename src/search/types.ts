/** What is searched: a family of spaces, one space of it, and one network of a space. */
import type { Size2d } from '../model/index.ts';

/** Blocks of one width; every block chooses its own kernel and expansion. */
export type Stage = {
  /** Output channels before the width multiplier. */
  readonly width: number;
  /** Of the first block; the others have stride 1. */
  readonly stride: Size2d;
  /** Numbers of blocks to choose from, ascending. */
  readonly depths: readonly number[];
  /** Channels inside a block over its input channels, ascending; `[1]` alone: blocks without expansion. */
  readonly expands: readonly number[];
  /** Odd extents of the depthwise kernels, ascending; `k x k`, or `k x 1` where the family has one dimension. */
  readonly kernels: readonly number[];
};

/** What all spaces of a family share. */
type SpaceBase = {
  readonly stem: { readonly width: number; readonly kernel: Size2d; readonly stride: Size2d };
  readonly stages: readonly Stage[];
  /** Channels of the 1x1 convolution before the average, which widths below 1 do not scale; `undefined`: none. */
  readonly head: number | undefined;
  readonly classes: number;
  /** 1: kernels are `k x 1`, along the height (time), and numbers for strides and resolutions mean the height. */
  readonly dimensions: 1 | 2;
  /** Channels are multiples of this. */
  readonly divisor: number;
};

/** Spaces that differ in width multiplier and resolution: what stage one chooses from. */
export type SpaceFamily = SpaceBase & {
  readonly input: { readonly channels: number; readonly resolutions: readonly Size2d[] };
  /** Width multipliers. */
  readonly widths: readonly number[];
};

/** One width and one resolution of a family: what a super-network covers and stage two searches. */
export type Space = SpaceBase & {
  /** `w0.5-r144`, or `w0.5-r49x10` where height and width differ. */
  readonly name: string;
  readonly input: Size2d & { readonly channels: number };
  /** Width multiplier. */
  readonly width: number;
};

export type BlockGene = { readonly kernel: number; readonly expand: number };

/** One network of a space: the blocks that each stage has, and no others, so that equal networks are equal genotypes. */
export type Genotype = { readonly stages: readonly (readonly BlockGene[])[] };

/** What a network needs on the target, as estimated from its shapes. */
export type Cost = {
  /** All RAM: arena, static data and stack. */
  readonly sramBytes: number;
  readonly arenaBytes: number;
  readonly flashBytes: number;
  readonly latencyMs: number;
  /** Multiply-accumulates of one inference; what MCUNet's paper calls FLOPs. */
  readonly macs: number;
  readonly parameters: number;
};

/** Hard limits; a network over any of them is never taken. */
export type Limits = {
  readonly sramBytes: number | undefined;
  readonly flashBytes: number | undefined;
  readonly latencyMs: number | undefined;
};
