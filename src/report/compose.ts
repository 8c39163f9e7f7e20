/** From measurements, verdicts and failures to the one value that everything shown is made of. */
import { type Failure, groupProblems } from '../base/index.ts';
import type {
  AccuracyMeasurement,
  BudgetVerdict,
  LatencyMeasurement,
  Measurement,
  Metric,
  PlanMeasurement,
} from '../measurement/index.ts';
import type { Proposal } from '../proposal/index.ts';
import { compare } from './comparison.ts';
import type {
  BaseRow,
  Report,
  ReportFailure,
  ReportFigures,
  ReportFlash,
  ReportModel,
  ReportRevision,
  ReportSram,
  ReportStatus,
  ReportToolchain,
} from './types.ts';

/** What became of one model on one target; `measurement` is null where `failure` came before it. */
export type ReportEntry = {
  readonly name: string;
  readonly path: string;
  readonly target: string;
  /** Lower-case hexadecimal digest of the model file; null where it could not be read. */
  readonly sha256: string | null;
  readonly measurement: Measurement | null;
  /** A row of an earlier report of the same bytes, instead of a measurement. */
  readonly earlier: ReportModel | null;
  readonly verdicts: readonly BudgetVerdict[];
  /** What the merge base has; null where nothing is compared. */
  readonly base: BaseRow | null;
  /** Paths relative to the report. */
  readonly artifacts: ReportModel['artifacts'];
  readonly failure: Failure | null;
  /** What would bring it within its limits, where it is not. */
  readonly proposal?: Proposal | undefined;
};

/** Longest lists and texts that a report holds; the schema refuses more. */
const largestSymbolCount = 20;
const deepestStackCount = 200;
const choiceCount = 100;
const problemCount = 200;

/** One report of all models, in the order given. An entry that failed is a row and leaves the others alone. */
export function composeReport(
  entries: readonly ReportEntry[],
  generator: Report['generator'],
  revision: ReportRevision | null = null,
): Report {
  const models = entries.map(composeModel);
  const status = worstStatus(models.map((model) => model.status));
  return { schemaVersion: 1, generator, status, revision, waivers: [], models };
}

function composeModel(entry: ReportEntry): ReportModel {
  const { measurement, earlier, verdicts, base } = entry;
  const measured = measurement === null && earlier !== null ? again(earlier, verdicts) : measuredParts(entry);
  return {
    ...measured,
    name: clip(entry.name, 200),
    path: clip(entry.path, 1000),
    sha256: entry.sha256,
    target: clip(entry.target, 100),
    status: statusOf(entry),
    base: base === null ? null : figuresOf(base.row),
    comparison: base === null ? null : compare(base, measured),
    budgets: verdicts,
    proposal: entry.proposal ?? null,
    offer: null,
    artifacts: entry.artifacts,
    error: entry.failure === null ? null : composeFailure(entry.failure),
  };
}

type MeasuredParts = Omit<
  ReportModel,
  | 'name'
  | 'path'
  | 'sha256'
  | 'target'
  | 'status'
  | 'base'
  | 'comparison'
  | 'budgets'
  | 'proposal'
  | 'offer'
  | 'artifacts'
  | 'error'
>;

/** The figures that rows are compared by, or null where one is missing. */
export function figuresOf(row: ReportModel | null): ReportFigures | null {
  if (row === null || row.sram === null || row.flash === null || row.latency === null) return null;
  return { sram: row.sram, flash: row.flash, latency: row.latency, accuracy: row.accuracy };
}

/** Earlier figures under today's limits. */
function again(earlier: ReportModel, verdicts: readonly BudgetVerdict[]): MeasuredParts {
  const figures = figuresOf(earlier);
  return { ...earlier, ...(figures === null ? noFigures : limitFigures(figures, verdicts)) };
}

function measuredParts({ measurement, verdicts }: ReportEntry): MeasuredParts {
  return {
    macs: measurement?.macs ?? null,
    modelMacs: measurement?.modelMacs ?? null,
    parameters: measurement?.parameters ?? null,
    isTrained: measurement?.isTrained ?? null,
    toolchain: measurement === null ? null : composeToolchain(measurement),
    ...(measurement === null ? noFigures : composeFigures(measurement, verdicts)),
    overflow: measurement?.overflow ?? null,
    plan: measurement === null ? null : composePlan(measurement.plan),
    layers: (measurement?.layers ?? []).map((layer) => ({ ...layer, name: clip(layer.name, 1000) })),
    arena: (measurement?.arena ?? []).map((block) => ({ ...block, name: clip(block.name, 1000) })),
    deepestStack: (measurement?.stack.deepestChain ?? [])
      .slice(0, deepestStackCount)
      .map((frame) => ({ ...frame, symbol: clip(frame.symbol, 500) })),
    largestSymbols: measurement === null ? [] : largestSymbols(measurement),
  };
}

const noFigures = { sram: null, flash: null, latency: null, accuracy: null } as const;

function composeFigures(measurement: Measurement, verdicts: readonly BudgetVerdict[]): ReportFigures {
  const { sram, flash, latency, accuracy } = measurement;
  const codeBytes = flash.kernelBytes + flash.runtimeBytes;
  return limitFigures({ sram, flash: { ...flash, codeBytes }, latency, accuracy }, verdicts);
}

/** Figures whose limits are still to be set. */
type Unlimited = {
  readonly sram: Omit<ReportSram, 'limitBytes'>;
  readonly flash: Omit<ReportFlash, 'limitBytes'>;
  readonly latency: LatencyMeasurement;
  readonly accuracy: AccuracyMeasurement | null;
};

function limitFigures(
  { sram, flash, latency, accuracy }: Unlimited,
  verdicts: readonly BudgetVerdict[],
): ReportFigures {
  return {
    sram: { ...sram, limitBytes: tightestLimit(verdicts, 'sram') ?? sram.totalBytes },
    flash: { ...flash, limitBytes: tightestLimit(verdicts, 'flash') ?? flash.totalBytes },
    latency: { ...latency, limitMilliseconds: tightestLimit(verdicts, 'latency') ?? null },
    accuracy: accuracy === null ? null : { ...accuracy, limit: tightestLimit(verdicts, 'accuracy') ?? null },
  };
}

/** Accuracy is the one metric whose limit is a minimum. */
function tightestLimit(verdicts: readonly BudgetVerdict[], metric: Metric): number | undefined {
  const limits = verdicts
    .filter((verdict) => verdict.metric === metric && verdict.origin !== 'regression')
    .map((verdict) => verdict.limit);
  if (limits.length === 0) return undefined;
  return metric === 'accuracy' ? Math.max(...limits) : Math.min(...limits);
}

function statusOf(entry: ReportEntry): ReportStatus {
  if (entry.failure !== null) return 'error';
  return entry.verdicts.some((verdict) => verdict.status === 'fail') ? 'fail' : 'pass';
}

export function worstStatus(statuses: readonly ReportStatus[]): ReportStatus {
  if (statuses.includes('error')) return 'error';
  return statuses.includes('fail') ? 'fail' : 'pass';
}

function composeToolchain(measurement: Measurement): ReportToolchain {
  const { kind, compiler, engine, imageDigest, imageOrigin } = measurement.toolchain;
  return {
    kind,
    compiler: clip(compiler, 200),
    engine: engine ?? null,
    imageDigest: imageDigest === undefined ? null : clip(imageDigest, 200),
    imageOrigin: imageOrigin ?? null,
  };
}

/** Where there are too many choices to hold: every nth, and in any case both ends and the one that was taken. */
function composePlan(plan: PlanMeasurement): PlanMeasurement {
  const { tradeOff } = plan;
  const every = Math.ceil(tradeOff.length / (choiceCount - 2));
  const kept = tradeOff.filter(
    ({ chosen }, index) => chosen || index % every === 0 || index === tradeOff.length - 1,
  );
  return { ...plan, tradeOff: kept };
}

/** Armv7-M has code and constants below this address and data from it on. */
const ramOrigin = 0x2000_0000;

function largestSymbols(measurement: Measurement): ReportModel['largestSymbols'] {
  return measurement.symbols
    .filter((symbol) => symbol.address < ramOrigin)
    .sort((a, b) => b.bytes - a.bytes || compareText(a.name, b.name))
    .slice(0, largestSymbolCount)
    .map(({ name, bytes, section }) => ({ name: clip(name, 500), bytes, section: clip(section, 100) }));
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function composeFailure(failure: Failure): ReportFailure {
  return {
    code: clip(failure.code, 100),
    message: clip(failure.summary, 4000),
    where: failure.where === undefined ? null : clip(failure.where, 2000),
    hint: failure.advice === undefined ? null : clip(failure.advice, 2000),
    problems: groupProblems(failure.problems)
      .slice(0, problemCount)
      .map(({ kind, place, reason, hint }) => ({
        kind: clip(kind, 200),
        place: clip(place, 1000),
        reason: clip(reason, 1000),
        hint: clip(hint, 1000),
      })),
  };
}

function clip(text: string, longest: number): string {
  return text.length <= longest ? text : `${text.slice(0, longest - 1)}…`;
}
