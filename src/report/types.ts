/** `report.json`, version 1, as types: the one source of every table, comment, plot and gate. */
import type {
  AccuracyMeasurement,
  ArenaBlock,
  BudgetVerdict,
  LatencyMeasurement,
  LayerMeasurement,
} from '../measurement/index.ts';

export type ReportStatus = 'pass' | 'fail' | 'error';

/** The parts add up to `totalBytes`. */
export type ReportSram = {
  readonly totalBytes: number;
  readonly arenaBytes: number;
  readonly staticBytes: number;
  readonly stackBytes: number;
  readonly arenaLowerBoundBytes: number;
  /** The tightest limit that applies: the budget, else the chip's memory. */
  readonly limitBytes: number;
};

/** `codeBytes` is kernels and runtime; with weights, data image and other it adds up to `totalBytes`. */
export type ReportFlash = {
  readonly totalBytes: number;
  readonly codeBytes: number;
  readonly kernelBytes: number;
  readonly runtimeBytes: number;
  readonly weightBytes: number;
  readonly dataImageBytes: number;
  readonly otherBytes: number;
  readonly limitBytes: number;
};

export type ReportLatency = LatencyMeasurement & { readonly limitMilliseconds: number | null };
type ReportAccuracy = AccuracyMeasurement & { readonly limit: number | null };

/** The figures that are compared between head and base. */
export type ReportFigures = {
  readonly sram: ReportSram;
  readonly flash: ReportFlash;
  readonly latency: ReportLatency;
  readonly accuracy: ReportAccuracy | null;
};

export type ReportFailure = {
  readonly code: string;
  readonly message: string;
  readonly where: string | null;
  readonly hint: string | null;
};

export type ReportToolchain = {
  readonly kind: 'container' | 'local';
  readonly compiler: string;
  readonly engine: 'docker' | 'podman' | null;
  readonly imageDigest: string | null;
};

/** One model on one target. What was not reached because of `error` is null or empty. */
export type ReportModel = {
  readonly name: string;
  readonly path: string;
  readonly sha256: string | null;
  readonly target: string;
  readonly status: ReportStatus;
  readonly macs: number | null;
  readonly parameters: number | null;
  readonly toolchain: ReportToolchain | null;
  readonly sram: ReportSram | null;
  readonly flash: ReportFlash | null;
  readonly latency: ReportLatency | null;
  readonly accuracy: ReportAccuracy | null;
  readonly base: ReportFigures | null;
  readonly overflow: { readonly flashBytes: number; readonly sramBytes: number } | null;
  readonly budgets: readonly BudgetVerdict[];
  readonly layers: readonly LayerMeasurement[];
  readonly arena: readonly ArenaBlock[];
  readonly deepestStack: readonly { readonly symbol: string; readonly frameBytes: number }[];
  /** Of those in flash. */
  readonly largestSymbols: readonly {
    readonly name: string;
    readonly bytes: number;
    readonly section: string;
  }[];
  /** Paths relative to the report. */
  readonly artifacts: {
    readonly elf: string;
    readonly bin: string;
    readonly hex: string;
    readonly map: string;
    readonly sources: string;
  } | null;
  readonly error: ReportFailure | null;
};

export type Report = {
  readonly schemaVersion: 1;
  readonly generator: { readonly name: string; readonly version: string };
  readonly status: ReportStatus;
  readonly models: readonly ReportModel[];
};
