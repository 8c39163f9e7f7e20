/** A plan: what runs in which order, and where every buffer lives in the arena. */
import type { Graph, TensorId } from '../graph/index.ts';
import type { Columns } from './columns.ts';
import type { OpenRange } from './ranges.ts';

/** Index into `Schedule.buffers`. */
export type BufferId = number;

/** A range of the arena over a range of steps. */
export type PlannedBuffer = {
  readonly id: BufferId;
  /** A `state` is a tensor that is kept from one inference to the next. */
  readonly kind: 'tensor' | 'state' | 'scratch' | 'line';
  readonly name: string;
  /** Tensors that this buffer holds: more than one where a reshape gives the same bytes another shape. */
  readonly tensors: readonly TensorId[];
  readonly bytes: number;
  /** Inclusive step indices; network inputs live from step 0, network outputs to the last step, states throughout. */
  readonly firstStep: number;
  readonly lastStep: number;
};

type Placement = { readonly buffer: BufferId; readonly offset: number };

/** One operator over whole tensors. */
export type OperatorStep = {
  readonly kind: 'operator';
  /** Index into `graph.ops`. */
  readonly op: number;
  readonly kernel: string;
  readonly scratch: BufferId | undefined;
};

/** Rows of a tensor that are kept: row y lives in place y mod `rows`. */
export type Line = { readonly tensor: TensorId; readonly rows: number; readonly buffer: BufferId };

/** Operators run row by row, with rings of a few rows between them. Nothing is computed twice. */
export type StreamStep = {
  readonly kind: 'stream';
  /** In an executable order; only the last one's output is read by none of them. */
  readonly ops: readonly number[];
  /** For each of `ops`. */
  readonly kernels: readonly string[];
  readonly scratches: readonly (BufferId | undefined)[];
  /** For each row that is made, position among `ops` of its operator. */
  readonly order: readonly number[];
  /** Tensors that only these operators touch. */
  readonly lines: readonly Line[];
  /** Most bytes of its rows and scratch memories that are live at one call. */
  readonly liveBytes: number;
};

/**
 * Operators run patch by patch, each on some columns of the image; in a patch they stream row by row as `patchesOf` lays
 * it out. Columns beside the patches' borders are computed again.
 */
export type PatchStep = {
  readonly kind: 'patch';
  /** In an executable order; only the last one's output is needed outside. */
  readonly ops: readonly number[];
  /** For each of `ops`. */
  readonly kernels: readonly string[];
  readonly scratches: readonly (BufferId | undefined)[];
  /** Columns of the last operator's output that each patch makes, from left to right. */
  readonly patches: readonly Columns[];
  /** For each row that is made in a patch, position among its members. */
  readonly order: readonly number[];
  /** Tensors of a patch; those beyond the graph's are copies of columns. */
  readonly lines: readonly Line[];
  /** Most bytes of its rows and scratch memories that are live at one call. */
  readonly liveBytes: number;
  /** Multiply-accumulates spent again. */
  readonly recomputedMacs: number;
};

export type Step = OperatorStep | StreamStep | PatchStep;

/** A permitted overlap at one step: `output` starts at least `leadBytes` before `input`. */
export type Overlap = {
  readonly step: number;
  readonly input: BufferId;
  readonly output: BufferId;
  readonly leadBytes: number;
};

/** During a stream: `b` does not start within these ranges, seen from the start of `a`; elsewhere no live bytes meet. */
export type Clearance = {
  readonly step: number;
  readonly a: BufferId;
  readonly b: BufferId;
  readonly barred: readonly OpenRange[];
};

/** What one choice of streams would take: both are estimates until the plan is placed and measured. */
export type TradeOff = {
  /** Arena bytes of its most demanding step. */
  readonly peakBytes: number;
  /** One inference. */
  readonly cycles: number;
  /** Whether the plan is made of it. */
  readonly chosen: boolean;
};

export type PlanOptions = {
  /**
   * `speed` takes the fastest plan, whatever it takes; `memory` the smallest arena that the allowed slowdown can buy; `auto` (the default)
   * the fastest plan whose arena has at most `sramBytes`, or the smallest of all where none fits.
   */
  readonly objective?: 'auto' | 'memory' | 'speed';
  /** Default: the target's SRAM. */
  readonly sramBytes?: number;
  /** For `memory`: estimated cycles beyond those of the fastest plan, as a fraction of these. Default 0.1. */
  readonly mostSlowdown?: number;
};

export type Schedule = {
  readonly graph: Graph;
  readonly steps: readonly Step[];
  readonly buffers: readonly PlannedBuffer[];
  /** One for each buffer, in the order of `buffers`. */
  readonly placements: readonly Placement[];
  readonly overlaps: readonly Overlap[];
  readonly clearances: readonly Clearance[];
  /** Highest end of a placed buffer, rounded up to `arenaAlignment`. */
  readonly arenaBytes: number;
  /** No placement of these buffers in this order can be smaller. */
  readonly arenaLowerBoundBytes: number;
  /** Choices of streams that were considered, from the fastest to the smallest. */
  readonly tradeOff: readonly TradeOff[];
};
