/** `report.json`, version 1, as types: the one source of every table, comment, plot and gate. */
import type {
  AccuracyMeasurement,
  ArenaBlock,
  BudgetVerdict,
  LatencyMeasurement,
  LayerMeasurement,
  Metric,
  PlanMeasurement,
} from '../measurement/index.ts';
import type { Proposal } from '../proposal/index.ts';

export type ReportStatus = 'pass' | 'fail' | 'error';

/** The parts add up to `totalBytes`. */
export type ReportSram = {
  readonly totalBytes: number;
  readonly arenaBytes: number;
  readonly staticBytes: number;
  readonly stackBytes: number;
  readonly arenaLowerBoundBytes: number;
  /** Deepest stack of the simulated run; `stackBytes` is the static worst case. Null where nothing was executed. */
  readonly stackHighWaterBytes: number | null;
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

/** Operators of one kind that are in the way for one reason; all texts are sentences without a full stop. */
type ReportProblem = {
  /** As the model's format names the operator. */
  readonly kind: string;
  /** Indices and names, for example `operators 3 "a", 7 "b"`. */
  readonly place: string;
  readonly reason: string;
  /** What to change, in the training script or where the model is converted. */
  readonly hint: string;
};

export type ReportFailure = {
  readonly code: string;
  readonly message: string;
  readonly where: string | null;
  readonly hint: string | null;
  /** All that is in the way; empty where the failure is none of operators. */
  readonly problems: readonly ReportProblem[];
};

export type ReportToolchain = {
  readonly kind: 'container' | 'local';
  readonly compiler: string;
  readonly engine: 'docker' | 'podman' | null;
  readonly imageDigest: string | null;
  /** Pulled as published, built from the Dockerfile on the spot, or the user's own; null where not known. */
  readonly imageOrigin: 'published' | 'built' | 'given' | null;
};

/** Where a base figure is from, in the order in which they are tried. */
export type BaseSource = 'cache' | 'artifact' | 'rebuilt' | 'file';

/** What the base has to set against one model of the head. */
export type BaseRow = {
  /** `none` where the base offers nothing, for the reason given. */
  readonly kind: 'same-name' | 'renamed' | 'added' | 'none';
  readonly source: BaseSource | null;
  /** Path of the model in the base. */
  readonly path: string | null;
  /** Why there are no figures; null where there are. */
  readonly reason: string | null;
  readonly row: ReportModel | null;
};

export type LayerChange = {
  readonly name: string;
  readonly op: string;
  readonly state: 'added' | 'removed' | 'changed';
  /** Head less base. */
  readonly cycles: number;
  readonly weightBytes: number;
  readonly liveBytes: number;
};

/** A symbol in flash that both sides list among their largest; `bytes` is head less base. */
export type SymbolChange = { readonly name: string; readonly bytes: number };

/** How a model compares with its base, largest differences first. */
export type ReportComparison = Omit<BaseRow, 'row'> & {
  readonly layers: readonly LayerChange[];
  readonly symbols: readonly SymbolChange[];
};

/** A limit that the change itself moves; the base's is the one that holds. */
export type LimitEdit = {
  readonly model: string;
  /** For example `budgets.sram`. */
  readonly limit: string;
  /** Bytes, milliseconds or a fraction; null where there is no such limit. */
  readonly from: number | null;
  readonly to: number | null;
};

/** What the report compares. */
export type ReportRevision = {
  readonly head: string;
  /** The merge base; null where it is not known. */
  readonly base: string | null;
  /** Why there is no base, or null. */
  readonly reason: string | null;
  readonly limitEdits: readonly LimitEdit[];
  /** Models that the base has and the head has not. */
  readonly deleted: readonly { readonly name: string; readonly path: string }[];
  /** Whether latency would have been measured on a board, had the change not come from a fork. */
  readonly isBoardWithheld: boolean;
};

/** For a model over a limit, where a search is configured. */
export type ReportOffer =
  /** The network that the last search found; its measured firmware keeps every limit of the model. */
  | {
      readonly kind: 'found';
      readonly space: string;
      /** Path of the data that its accuracy was measured on; null where it was not. */
      readonly dataset: string | null;
      readonly figures: ReportFigures;
      /** Run of the workflow that has its files. */
      readonly runId: number;
    }
  /** A search for this commit can be started. */
  | { readonly kind: 'search'; readonly sha: string };

/** One model on one target. What was not reached because of `error` is null or empty. */
export type ReportModel = {
  readonly name: string;
  readonly path: string;
  readonly sha256: string | null;
  readonly target: string;
  readonly status: ReportStatus;
  /** Of the network that is executed; `modelMacs` of the file, channels included that can only give one value. */
  readonly macs: number | null;
  readonly modelMacs: number | null;
  readonly parameters: number | null;
  /** False for an architecture, whose weights are random; null where it is not known. */
  readonly isTrained: boolean | null;
  readonly toolchain: ReportToolchain | null;
  readonly sram: ReportSram | null;
  readonly flash: ReportFlash | null;
  readonly latency: ReportLatency | null;
  readonly accuracy: ReportAccuracy | null;
  readonly base: ReportFigures | null;
  readonly comparison: ReportComparison | null;
  readonly overflow: { readonly flashBytes: number; readonly sramBytes: number } | null;
  readonly budgets: readonly BudgetVerdict[];
  readonly layers: readonly LayerMeasurement[];
  readonly plan: PlanMeasurement | null;
  /** What would bring a model within its limits; null where none is exceeded that a smaller network keeps. */
  readonly proposal: Proposal | null;
  /** What a search has found, or might; null where there is none to be had. */
  readonly offer: ReportOffer | null;
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

/** A limit that someone lets a pull request exceed for a while; that of one metric, for all its models. */
export type ReportWaiver = {
  readonly metric: Metric;
  /** Who said so. */
  readonly by: string;
  /** ISO 8601; over from then on. */
  readonly until: string;
  readonly reason: string;
};

export type Report = {
  readonly schemaVersion: 1;
  readonly generator: { readonly name: string; readonly version: string };
  readonly status: ReportStatus;
  /** Null where no commits are compared. */
  readonly revision: ReportRevision | null;
  /** Those that cover something in this report. */
  readonly waivers: readonly ReportWaiver[];
  readonly models: readonly ReportModel[];
};
