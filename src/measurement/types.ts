/** Figures of one model on one target, each with its unit in its name and its origin beside it. */

import type { ToolchainIdentity } from '../base/index.ts';
import type { FlashUse, ImageSymbol, SramUse, StackAnalysis } from '../firmware/index.ts';

export type Metric = 'sram' | 'flash' | 'latency' | 'accuracy';

export type LatencyMeasurement = {
  readonly milliseconds: number;
  readonly cycles: number;
  /** Executed instructions; absent for an estimate. */
  readonly instructions: number | null;
  readonly method: 'simulated' | 'estimated' | 'board';
  /** In words: how the figure was made. */
  readonly methodDescription: string;
  /** Known relative error, or null where it is not known. */
  readonly relativeError: number | null;
  /** What the simulator counted for the same image, beside cycles that a board counted; else null. */
  readonly simulatedCycles: number | null;
  /** Where simulated cycles went; null for an estimate. */
  readonly stalls: LatencyStalls | null;
};

/** Shares of all cycles of the inference, or of one operator, 0 ... 1. */
export type LatencyStalls = {
  readonly dataCacheShare: number;
  readonly mispredictionShare: number;
  /** Cycles in which two instructions issued: the opposite of a stall. Null where pairs were not counted. */
  readonly dualIssueShare: number | null;
};

export type AccuracyMeasurement = {
  readonly metric: 'top1' | 'top5' | 'auc';
  /** 0 ... 1. */
  readonly value: number;
  readonly samples: number;
  /** By class index, where the data set names them. */
  readonly classes?: readonly string[] | undefined;
};

export type LayerMeasurement = {
  readonly index: number;
  readonly name: string;
  readonly op: string;
  readonly outputShape: readonly number[];
  readonly macs: number;
  readonly cycles: number;
  /** Where the operator's cycles went, shares of them; null where none were counted. */
  readonly stalls: LatencyStalls | null;
  /** Arena bytes in use while the operator runs. */
  readonly liveBytes: number;
  readonly weightBytes: number;
};

/** A buffer's range of the arena over a range of layers: the picture of the plan. */
export type ArenaBlock = {
  readonly name: string;
  readonly kind: 'tensor' | 'state' | 'scratch' | 'line';
  readonly offsetBytes: number;
  readonly bytes: number;
  readonly firstStep: number;
  readonly lastStep: number;
};

/** One way to plan the network; both figures are estimates made while planning. */
export type PlanChoice = {
  readonly peakBytes: number;
  readonly cycles: number;
  readonly milliseconds: number;
  readonly chosen: boolean;
};

/** Layers that run row by row together, as inclusive positions in `layers`. */
export type LayerStream = { readonly firstLayer: number; readonly lastLayer: number };

/** Layers that run patch by patch together; what borders compute again is counted once for each time. */
export type LayerPatches = LayerStream & { readonly patches: number; readonly recomputedMacs: number };

/** How the arena was planned, and what else was considered. */
export type PlanMeasurement = {
  readonly objective: 'auto' | 'memory' | 'speed';
  /** The arena. */
  readonly peakBytes: number;
  /** No placement of the same buffers in the same order is smaller. */
  readonly lowerBoundBytes: number;
  readonly gapBytes: number;
  /** The gap as a share of the lower bound, from 0. */
  readonly gapShare: number;
  readonly streams: readonly LayerStream[];
  readonly patched: readonly LayerPatches[];
  /** From the fastest to the smallest. */
  readonly tradeOff: readonly PlanChoice[];
};

export type BudgetVerdict = {
  readonly metric: Metric;
  /** bytes, milliseconds or 0 ... 1. */
  readonly limit: number;
  readonly value: number;
  /** Room left, in the metric's unit; negative where exceeded. */
  readonly headroom: number;
  /** `budget`: from `mcunet.yml`; `chip`: the target's memory; `regression`: what the base figure allows. */
  readonly origin: 'budget' | 'chip' | 'regression';
  /** `waived`: over the limit, and someone who may has accepted that for a while. */
  readonly status: 'pass' | 'fail' | 'waived';
};

export type Measurement = {
  readonly name: string;
  readonly path: string;
  readonly sha256: string;
  readonly target: string;
  readonly toolchain: ToolchainIdentity;
  /** Of the network that is executed: without channels that a pass has found to give one value only. */
  readonly macs: number;
  /** Of the network as it is in the file. */
  readonly modelMacs: number;
  readonly parameters: number;
  /** False for an architecture: its weights are random, and its outputs mean nothing. */
  readonly isTrained: boolean;
  readonly sram: SramUse & {
    readonly arenaLowerBoundBytes: number;
    /** Deepest stack of the simulated run, within the static worst case; null where nothing was executed. */
    readonly stackHighWaterBytes: number | null;
  };
  readonly flash: FlashUse;
  readonly stack: StackAnalysis;
  readonly symbols: readonly ImageSymbol[];
  readonly overflow: { readonly flashBytes: number; readonly sramBytes: number };
  readonly latency: LatencyMeasurement;
  readonly accuracy: AccuracyMeasurement | null;
  readonly layers: readonly LayerMeasurement[];
  readonly plan: PlanMeasurement;
  readonly arena: readonly ArenaBlock[];
};
