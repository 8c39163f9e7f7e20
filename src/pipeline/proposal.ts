/** What would bring a model within its limits, asked for only where it is over one. */
import type { BudgetVerdict, Metric } from '../measurement/index.ts';
import { type Proposal, propose } from '../proposal/index.ts';
import type { ReportFigures } from '../report/index.ts';
import type { Schedule } from '../schedule/index.ts';
import { planModel, planOptions } from './compile.ts';
import type { Task } from './tasks.ts';

type Figures = {
  readonly sram: Pick<ReportFigures['sram'], 'arenaBytes' | 'totalBytes'>;
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
  const { objective, budgets } = task.model;
  const besideArenaBytes = sram.totalBytes - sram.arenaBytes;
  return propose({
    schedule: schedule(),
    target: task.target,
    options: planOptions(objective, budgets.sramBytes, task.target, besideArenaBytes),
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

/** The plan of a model whose arena is known already: no faster plan had an arena as small. */
export function scheduleOf(task: Task, bytes: Uint8Array, arenaBytes: number): Schedule {
  const options = { objective: task.model.objective, sramBytes: arenaBytes };
  return planModel(bytes, task.path, task.target, options).schedule;
}

function tightest(verdicts: readonly BudgetVerdict[], metric: Metric): number | undefined {
  const limits = verdicts.filter((verdict) => verdict.metric === metric).map(({ limit }) => limit);
  return limits.length === 0 ? undefined : Math.min(...limits);
}
