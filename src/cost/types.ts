/** What a network costs on a board. */

/**
 * `planned`: the plan of the objective `memory`, the smallest arena that a tenth more cycles than the fastest plan's buys.
 * `layerwise`: every layer run whole, memory as TinyEngine counts it.
 */
export type CostPolicy = 'planned' | 'layerwise';

export type LayerCost = {
  readonly name: string;
  readonly macs: number;
  readonly parameters: number;
  /** Constants in flash, as kernels want them: weights with what pads them, and how sums are scaled. */
  readonly constantBytes: number;
  /** Arena bytes while it runs: of the stream that it is part of, where it is part of one. */
  readonly peakBytes: number;
};

export type Cost = {
  /** `planned`: arena, static data and stack. `layerwise`: the arena, as TinyEngine's peak memory. */
  readonly sramBytes: number;
  readonly arenaBytes: number;
  /** Of the linked image: code and constants. */
  readonly flashBytes: number;
  readonly latencyMs: number;
  /** Positions in the padding counted, as MCUNet counts. */
  readonly macs: number;
  readonly parameters: number;
};

/** What a limit is bound by. */
export type CostBreakdown = Cost & { readonly layers: readonly LayerCost[] };
