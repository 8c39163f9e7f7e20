/** The verdict in words: one headline for the report, one clause for each limit that is exceeded. */
import { at } from '../base/index.ts';
import type { BudgetVerdict } from '../measurement/index.ts';
import { exceededVerdicts, headroomWords, metricTitles } from './figures.ts';
import type { Report, ReportModel, ReportStatus } from './types.ts';

export const statusMarks: Readonly<Record<ReportStatus, string>> = { pass: '✅', fail: '❌', error: '⚠️' };

/** One sentence without a full stop; `quote` makes a model's name safe where the sentence goes. */
export function headline(report: Report, quote: (name: string) => string): string {
  const { models } = report;
  if (models.length === 0) return 'no model to verify';
  if (models.length === 1) return modelHeadline(at(models, 0), quote);
  const bad = models.filter((model) => model.status !== 'pass');
  if (bad.length === 0) return allWellHeadline(models);
  if (bad.length === 1) return modelHeadline(at(bad, 0), quote);
  const failed = bad.filter((model) => model.status === 'fail').length;
  const unverified = bad.length - failed;
  return [
    failed > 0 ? `${failed} of ${models.length} models ${failed === 1 ? 'is' : 'are'} over a limit` : '',
    unverified > 0 ? `${unverified} of ${models.length} could not be verified` : '',
  ]
    .filter((clause) => clause !== '')
    .join(', ');
}

function allWellHeadline(models: readonly ReportModel[]): string {
  const waived = models.filter((model) => exceededVerdicts(model).length > 0).length;
  const all = models.length === 2 ? 'both' : `all ${models.length}`;
  return waived === 0
    ? `${all} models are within their limits`
    : `${waived} of ${models.length} models ${waived === 1 ? 'is' : 'are'} over a limit that is waived`;
}

function modelHeadline(model: ReportModel, quote: (name: string) => string): string {
  const name = quote(model.name);
  if (model.status === 'error') return `${name} could not be verified`;
  const exceeded = exceededVerdicts(model);
  if (exceeded.length > 0) return `${name}: ${exceeded.map(verdictClause).join(', ')}`;
  return model.budgets.some((verdict) => verdict.origin === 'budget')
    ? `${name} is within its budgets`
    : `${name} fits its target`;
}

/** `flash over by 28 B` for the chip, `latency over budget by 3.73 ms` for a budget. */
export function verdictClause(verdict: BudgetVerdict): string {
  return verdict.status === 'waived' ? `${exceededClause(verdict)} (waived)` : exceededClause(verdict);
}

function exceededClause(verdict: BudgetVerdict): string {
  const metric = verdict.metric === 'sram' ? 'SRAM' : metricTitles[verdict.metric].toLowerCase();
  const words = headroomWords(verdict);
  if (verdict.origin === 'regression')
    return `${metric} ${words.replace('over by ', '').replace(' short', '')} worse than the base allows`;
  if (verdict.metric === 'accuracy') return `accuracy ${words.replace(' short', '')} below its minimum`;
  return verdict.origin === 'chip'
    ? `${metric} ${words}`
    : `${metric} ${words.replace('over', 'over budget')}`;
}
