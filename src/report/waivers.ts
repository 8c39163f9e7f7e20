/** Limits that were waived for a while: the report still shows what is over them, and no longer fails for it. */
import type { BudgetVerdict } from '../measurement/index.ts';
import { worstStatus } from './compose.ts';
import { markdownWords } from './escape.ts';
import { metricTitles } from './figures.ts';
import type { Report, ReportModel, ReportWaiver } from './types.ts';
import { name, prose, say, type Words } from './words.ts';

/**
 * The report as these waivers leave it, and as no others do: what it says itself about waivers is not believed. What
 * does not fit the chip and what could not be verified stays so.
 */
export function underWaivers(report: Report, waivers: readonly ReportWaiver[]): Report {
  const waived = new Set(waivers.map(({ metric }) => metric));
  const models = report.models.map((model): ReportModel => {
    const budgets = model.budgets.map((verdict): BudgetVerdict => {
      const isWaived = verdict.origin !== 'chip' && waived.has(verdict.metric);
      return { ...verdict, status: verdict.headroom >= 0 ? 'pass' : isWaived ? 'waived' : 'fail' };
    });
    const isOver = budgets.some(({ status }) => status === 'fail');
    return { ...model, budgets, status: model.status === 'error' ? 'error' : isOver ? 'fail' : 'pass' };
  });
  const used = waivers.filter(({ metric }) => models.some((model) => isWaivedIn(model, metric)));
  return { ...report, status: worstStatus(models.map(({ status }) => status)), waivers: used, models };
}

function isWaivedIn({ budgets }: ReportModel, metric: ReportWaiver['metric']): boolean {
  return budgets.some((verdict) => verdict.metric === metric && verdict.status === 'waived');
}

/** Whether any waiver could change the verdict. */
export function isWaivable({ models }: Report): boolean {
  return models.some(({ budgets }) =>
    budgets.some(({ origin, headroom }) => origin !== 'chip' && headroom < 0),
  );
}

/** Who waived what until when. */
export function waiverWords({ metric, by, until, reason }: ReportWaiver): Words {
  return say`${metricTitles[metric]} is waived until ${until.slice(0, 10)} by ${name(by, 40)}: ${prose(reason, 300)}`;
}

/** The same in Markdown. */
export function waiverSentence(waiver: ReportWaiver): string {
  return `🏳️ ${markdownWords(waiverWords(waiver))}`;
}
