/** Why a model fails: the figure, the limit, and which layer or symbol it comes from. */
import type { BudgetVerdict } from '../measurement/index.ts';
import { heaviestLayers, type LayerShare, layerTitle, peakLayer, slowestLayers, streamOf } from './blame.ts';
import { streamName } from './facts.ts';
import { exceededVerdicts } from './figures.ts';
import {
  formatBytes,
  formatCount,
  formatFigure,
  formatKib,
  formatLimit,
  formatMilliseconds,
  formatRatio,
  formatSize,
} from './format.ts';
import type { ReportFailure, ReportModel } from './types.ts';
import { verdictClause } from './verdict.ts';
import { join, name, prose, say, type Words } from './words.ts';

/** A sentence for the error, if there is one, and for each exceeded limit. */
export function reasons(model: ReportModel): readonly Words[] {
  const limits = exceededVerdicts(model).map(
    (verdict) => say`${verdictClause(verdict)} (${figureWords(model, verdict)}).${blame(model, verdict)}`,
  );
  return model.error === null ? limits : [errorWords(model.error), ...limits];
}

function errorWords({ where, message, hint, code }: NonNullable<ReportModel['error']>): Words {
  const place = where === null ? [] : say`${name(where, 120)}: `;
  const advice = hint === null ? [] : say`; ${prose(hint, 300)}`;
  return say`${place}${prose(message)}${advice} (${name(code, 60)})`;
}

/** What is in the way, operator by operator: where, why, and what to do about it; `most` of them, and how many more. */
export function problemWords(
  { error }: ReportModel,
  most: number = Number.POSITIVE_INFINITY,
): readonly Words[] {
  const problems = error?.problems ?? [];
  const shown = problems.slice(0, most).map(({ kind, place, reason, hint }): Words => {
    const at = place.startsWith('operator') ? 'at ' : '';
    return say`${name(kind, 60)} ${at}${prose(place, 600)}: ${prose(reason, 300)}. To do: ${prose(hint, 400)}.`;
  });
  const more = problems.length - shown.length;
  return more === 0 ? shown : [...shown, [`${formatCount(more)} further reasons are in the report files.`]];
}

/** All that a failure says in one line, as it came. */
export function failureLine({ message, hint, problems }: ReportFailure): string {
  const listed = problems.map(({ kind, place, reason }) => `${kind}, ${place} (${reason})`).join('; ');
  return [listed === '' ? message : `${message}: ${listed}`, ...(hint === null ? [] : [hint])].join('; ');
}

function figureWords(model: ReportModel, { metric, value, limit, origin }: BudgetVerdict): Words {
  if (origin === 'regression')
    return [`${formatFigure(metric, value)}; base allows ${formatFigure(metric, limit)}`];
  if (metric === 'accuracy')
    return say`${formatFigure(metric, value)}; minimum ${formatLimit(metric, limit)}`;
  if (metric === 'latency')
    return say`${model.latency?.method ?? ''} ${formatFigure(metric, value)}; budget ${formatLimit(metric, limit)}`;
  const bound = origin === 'chip' ? say`${name(model.target)} has` : ['budget'];
  return say`${formatBytes(value)}; ${bound} ${formatBytes(limit)}`;
}

function blame(model: ReportModel, verdict: BudgetVerdict): Words {
  switch (verdict.metric) {
    case 'sram':
      return sramBlame(model);
    case 'flash':
      return flashBlame(model);
    case 'latency':
      return latencyBlame(model);
    case 'accuracy':
      return [` Measured over ${formatCount(model.accuracy?.samples ?? 0)} samples.`];
  }
}

function sramBlame(model: ReportModel): Words {
  const peak = peakLayer(model);
  if (peak === undefined || model.sram === null) return [];
  const { arenaBytes, staticBytes, stackBytes } = model.sram;
  const parts = `arena ${formatKib(arenaBytes)}, static ${formatKib(staticBytes)}, stack ${formatKib(stackBytes)}`;
  const stream = streamOf(model, peak);
  const where =
    stream === undefined
      ? say`at ${name(layerTitle(peak))} (layer ${String(peak.index)}, ${name(peak.op, 40)})`
      : [`while layers ${streamName(stream, model.layers)} run row by row`];
  return say` Peak ${where}, ${formatKib(peak.liveBytes)} live; ${parts}.`;
}

function flashBlame(model: ReportModel): Words {
  const [heaviest] = heaviestLayers(model, 1);
  const [largest] = model.largestSymbols;
  const layer =
    heaviest === undefined
      ? []
      : say` Heaviest: ${layerWords(heaviest, formatKib(heaviest.layer.weightBytes))} of all flash.`;
  const symbol =
    largest === undefined ? [] : say` Largest symbol: ${name(largest.name)}, ${formatSize(largest.bytes)}.`;
  return [...layer, ...symbol];
}

function latencyBlame(model: ReportModel): Words {
  const { latency } = model;
  if (latency === null || latency.cycles === 0) return [];
  const slowest = slowestLayers(model, 2).map((entry) =>
    layerWords(entry, formatMilliseconds((latency.milliseconds * entry.layer.cycles) / latency.cycles)),
  );
  return slowest.length === 0 ? [] : say` Slowest: ${join(slowest, '; ')}.`;
}

function layerWords({ layer, share }: LayerShare, amount: string): Words {
  return say`${name(layerTitle(layer))} (layer ${String(layer.index)}, ${name(layer.op, 40)}), ${amount}, ${formatRatio(share)}`;
}
