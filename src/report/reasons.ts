/** Why a model fails: the figure, the limit, and which layer or symbol it comes from. */
import type { BudgetVerdict } from '../measurement/index.ts';
import { heaviestLayers, type LayerShare, peakLayer, slowestLayers } from './blame.ts';
import { markdownName, markdownProse } from './escape.ts';
import { failingVerdicts } from './figures.ts';
import {
  formatBytes,
  formatFigure,
  formatKib,
  formatLimit,
  formatMilliseconds,
  formatRatio,
  formatSize,
} from './format.ts';
import type { ReportModel } from './types.ts';
import { verdictClause } from './verdict.ts';

/** One Markdown list item for each exceeded limit and for each error. */
export function reasons(models: readonly ReportModel[]): readonly string[] {
  return models.flatMap((model) => [
    ...(model.error === null ? [] : [`- **${markdownName(model.name)}**: ${errorWords(model.error)}`]),
    ...failingVerdicts(model).map(
      (verdict) =>
        `- **${markdownName(model.name)}**: ${verdictClause(verdict)} (${figureWords(model, verdict)}).${blame(model, verdict)}`,
    ),
  ]);
}

function errorWords(error: NonNullable<ReportModel['error']>): string {
  const where = error.where === null ? '' : `${markdownName(error.where, 120)}: `;
  const hint = error.hint === null ? '' : ` **What to do:** ${markdownProse(error.hint, 300)}.`;
  return `${where}${markdownProse(error.message)}.${hint} (${markdownName(error.code, 60)})`;
}

function figureWords(model: ReportModel, { metric, value, limit, origin }: BudgetVerdict): string {
  const bound = origin === 'chip' ? `${markdownName(model.target)} has` : 'budget';
  if (metric === 'sram' || metric === 'flash') return `${formatBytes(value)}; ${bound} ${formatBytes(limit)}`;
  const label = metric === 'latency' ? `${model.latency?.method ?? ''} ` : '';
  return `${label}${formatFigure(metric, value)}; ${bound} ${formatLimit(metric, limit)}`;
}

function blame(model: ReportModel, verdict: BudgetVerdict): string {
  switch (verdict.metric) {
    case 'sram':
      return sramBlame(model);
    case 'flash':
      return flashBlame(model);
    case 'latency':
      return latencyBlame(model);
    case 'accuracy':
      return ` Measured over ${model.accuracy?.samples ?? 0} samples.`;
  }
}

function sramBlame(model: ReportModel): string {
  const peak = peakLayer(model);
  if (peak === undefined || model.sram === null) return '';
  const { arenaBytes, staticBytes, stackBytes } = model.sram;
  const parts = `arena ${formatKib(arenaBytes)}, static ${formatKib(staticBytes)}, stack ${formatKib(stackBytes)}`;
  return ` Peak at layer ${peak.index}, ${markdownName(peak.name)}, ${formatKib(peak.liveBytes)} live (${parts}).`;
}

function flashBlame(model: ReportModel): string {
  const [heaviest] = heaviestLayers(model, 1);
  const [largest] = model.largestSymbols;
  const layer =
    heaviest === undefined
      ? ''
      : ` Heaviest layer: ${layerWords(heaviest, formatKib(heaviest.layer.weightBytes))} of all flash.`;
  const symbol =
    largest === undefined
      ? ''
      : ` Largest symbol: ${markdownName(largest.name)}, ${formatSize(largest.bytes)}.`;
  return `${layer}${symbol}`;
}

function latencyBlame(model: ReportModel): string {
  const { latency } = model;
  if (latency === null || latency.cycles === 0) return '';
  const slowest = slowestLayers(model, 2).map((entry) =>
    layerWords(entry, formatMilliseconds((latency.milliseconds * entry.layer.cycles) / latency.cycles)),
  );
  return slowest.length === 0 ? '' : ` Slowest: ${slowest.join('; ')}.`;
}

function layerWords({ layer, share }: LayerShare, amount: string): string {
  return `${markdownName(layer.name)} (layer ${layer.index}, ${markdownName(layer.op, 40)}), ${amount}, ${formatRatio(share)}`;
}
