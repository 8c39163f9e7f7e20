/** A plan: what runs in which order, and where every buffer lives in the arena. */
import type { Graph, TensorId } from '../graph/index.ts';

/** Index into `Schedule.buffers`. */
export type BufferId = number;

/** A range of the arena over a range of steps. */
export type PlannedBuffer = {
  readonly id: BufferId;
  readonly kind: 'tensor' | 'scratch' | 'line';
  readonly name: string;
  /** Tensors that this buffer holds: more than one where a reshape gives the same bytes another shape. */
  readonly tensors: readonly TensorId[];
  readonly bytes: number;
  /** Inclusive step indices; network inputs live from step 0, network outputs to the last step. */
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

/** Chained spatial operators, run row by row with rolling line buffers between them. */
export type StreamStep = {
  readonly kind: 'stream';
  readonly ops: readonly number[];
  /** Rows of each intermediate tensor that are kept, and where. */
  readonly lines: readonly { readonly tensor: TensorId; readonly rows: number; readonly buffer: BufferId }[];
};

/** Chained spatial operators, run patch by patch; halos are computed again. */
export type PatchStep = {
  readonly kind: 'patch';
  readonly ops: readonly number[];
  readonly patches: { readonly rows: number; readonly columns: number };
  /** Multiply-accumulates spent again on halos. */
  readonly recomputedMacs: number;
  readonly intermediates: readonly { readonly tensor: TensorId; readonly buffer: BufferId }[];
};

export type Step = OperatorStep | StreamStep | PatchStep;

/** A permitted overlap at one step: `output` starts at least `leadBytes` before `input`. */
export type Overlap = {
  readonly step: number;
  readonly input: BufferId;
  readonly output: BufferId;
  readonly leadBytes: number;
};

export type Schedule = {
  readonly graph: Graph;
  readonly steps: readonly Step[];
  readonly buffers: readonly PlannedBuffer[];
  /** One for each buffer, in the order of `buffers`. */
  readonly placements: readonly Placement[];
  readonly overlaps: readonly Overlap[];
  /** Highest end of a placed buffer, rounded up to `arenaAlignment`. */
  readonly arenaBytes: number;
  /** No placement of these buffers in this order can be smaller. */
  readonly arenaLowerBoundBytes: number;
};
