/** What a search found, metric by metric: estimated, measured and allowed, alike in every format. */
import type { Cost, Limits } from '../../search/index.ts';
import {
  accuracyTitles,
  decidingVerdict,
  figureOf,
  headroomWords,
  latencyLabel,
  limitWords,
} from '../figures.ts';
import {
  formatBytes,
  formatCount,
  formatDistance,
  formatFigure,
  formatLimit,
  formatRatio,
} from '../format.ts';
import { accuracyWords } from './accuracy-words.ts';
import type { SearchMeasured, SearchReport } from './types.ts';

export type FoundRow = {
  readonly title: string;
  readonly estimated: string;
  /** How the estimate came about, where that is not by costing the network's shapes. */
  readonly estimatedLabel: string | null;
  /** Of the firmware; null where it was not measured. */
  readonly measured: string | null;
  readonly measuredLabel: string | null;
  /** `of 64 KiB`, or null. */
  readonly limit: string | null;
  /** `47.3 KiB free`, or null. */
  readonly headroom: string | null;
  readonly status: 'pass' | 'fail' | 'unlimited';
  /** Of the limit, 0 ... 1 and beyond; null where nothing is used up. */
  readonly used: number | null;
};

const costs = [
  { metric: 'sram', title: 'SRAM', cost: 'sramBytes' },
  { metric: 'flash', title: 'Flash', cost: 'flashBytes' },
  { metric: 'latency', title: 'Latency', cost: 'latencyMs' },
] as const;

type CostMetric = (typeof costs)[number];

/** A row for each figure of the found network; empty where none was searched. */
export function foundRows(report: SearchReport): readonly FoundRow[] {
  if (report.evolution === null) return [];
  const { cost, loss } = report.evolution.found;
  return [
    accuracyRow(report, report.evolution),
    ...(loss === null ? [] : [plainRow('Cross-entropy', loss.toFixed(4))]),
    ...costs.map((metric) => costRow(report, cost, metric)),
    plainRow('MACs', formatCount(cost.macs)),
    plainRow('Parameters', formatCount(cost.parameters)),
  ];
}

function accuracyRow(
  { measured }: SearchReport,
  evolution: NonNullable<SearchReport['evolution']>,
): FoundRow {
  const words = accuracyWords(evolution.accuracy);
  const value = measured?.accuracy ?? null;
  return {
    ...plainRow(words.title, formatRatio(evolution.found.accuracy)),
    estimatedLabel: words.label,
    measured: value === null ? null : formatRatio(value.value),
    measuredLabel:
      value === null ? null : `${accuracyTitles[value.metric]}, ${formatCount(value.samples)} samples`,
    ...judgement(measured, 'accuracy'),
  };
}

function costRow(report: SearchReport, cost: Cost, { metric, title, cost: key }: CostMetric): FoundRow {
  const { measured, limits } = report;
  const value = measured === null ? null : figureOf(measured, metric);
  return {
    ...plainRow(title, formatFigure(metric, cost[key])),
    estimatedLabel: bytesLabel(metric, cost[key]),
    measured: value === null ? null : formatFigure(metric, value),
    measuredLabel: measured === null || value === null ? null : measuredLabel(measured, metric, value),
    ...(value === null ? estimatedJudgement(cost, limits, metric, key) : judgement(measured, metric)),
  };
}

function measuredLabel(measured: SearchMeasured, metric: CostMetric['metric'], value: number): string | null {
  return metric === 'latency' ? latencyLabel(measured) : bytesLabel(metric, value);
}

/** Exactly, where kibibytes are shown. */
function bytesLabel(metric: CostMetric['metric'], value: number): string | null {
  return metric === 'latency' || value < 1024 ? null : formatBytes(value);
}

function plainRow(title: string, estimated: string): FoundRow {
  return {
    title,
    estimated,
    estimatedLabel: null,
    measured: null,
    measuredLabel: null,
    limit: null,
    headroom: null,
    status: 'unlimited',
    used: null,
  };
}

type Judgement = Pick<FoundRow, 'limit' | 'headroom' | 'status' | 'used'>;

const unlimited: Judgement = { limit: null, headroom: null, status: 'unlimited', used: null };

function judgement(measured: SearchMeasured | null, metric: CostMetric['metric'] | 'accuracy'): Judgement {
  const verdict = measured === null ? undefined : decidingVerdict(measured, metric);
  if (verdict === undefined) return unlimited;
  return {
    limit: limitWords(verdict),
    headroom: headroomWords(verdict),
    status: verdict.status === 'pass' ? 'pass' : 'fail',
    used: metric === 'accuracy' || verdict.limit === 0 ? null : verdict.value / verdict.limit,
  };
}

/** Before anything is built: the search keeps its limits by estimates. */
function estimatedJudgement(
  cost: Cost,
  limits: Limits,
  metric: CostMetric['metric'],
  key: keyof Limits,
): Judgement {
  const limit = limits[key];
  if (limit === undefined) return unlimited;
  const room = limit - cost[key];
  const distance = formatDistance(metric, room);
  return {
    limit: `of ${formatLimit(metric, limit)}`,
    headroom: room < 0 ? `over by ${distance}` : `${distance} free`,
    status: room < 0 ? 'fail' : 'pass',
    used: limit === 0 ? null : cost[key] / limit,
  };
}
