/** What would bring a model within its limits, asked for only where it is over one. */
import type { BudgetVerdict, Metric } from '../measurement/index.ts';
import { type Proposal, propose } from '../proposal/index.ts';
import type { ReportFigures } from '../report/index.ts';
import type { Schedule } from '../schedule/index.ts';
import { planModel } from './compile.ts';
import type { Task } from './tasks.ts';
import { planOf } from './verify-model.ts';

type Figures = {
  readonly sram: Pick<ReportFigures['sram'], 'totalBytes'>;
  readonly flash: Pick<ReportFigures['flash'], 'totalBytes' | 'weightBytes'>;
  readonly latency: Pick<ReportFigures['latency'], 'milliseconds'>;
};

/** `undefined` where all limits hold, and where accuracy alone is short: no plan can tell what training would give. */
export function proposeFor(
  task: Task,
  { sram, flash, latency }: Figures,
  verdicts: readonly BudgetVerdict[],
  schedule: () => Schedule,
): Proposal | undefined {
  const isOver = verdicts.some(({ metric, status }) => metric !== 'accuracy' && status === 'fail');
  if (!isOver) return undefined;
  return propose({
    schedule: schedule(),
    target: task.target,
    options: planOf(task),
    measured: {
      sramBytes: sram.totalBytes,
      flashBytes: flash.totalBytes,
      weightBytes: flash.weightBytes,
      milliseconds: latency.milliseconds,
    },
    limits: {
      sramBytes: tightest(verdicts, 'sram'),
      flashBytes: tightest(verdicts, 'flash'),
      milliseconds: tightest(verdicts, 'latency'),
    },
  });
}

/** The plan of a model whose figures are known already. */
export function scheduleOf(task: Task, bytes: Uint8Array): Schedule {
  return planModel(bytes, task.path, task.target, planOf(task)).schedule;
}

function tightest(verdicts: readonly BudgetVerdict[], metric: Metric): number | undefined {
  const limits = verdicts.filter((verdict) => verdict.metric === metric).map(({ limit }) => limit);
  return limits.length === 0 ? undefined : Math.min(...limits);
}
