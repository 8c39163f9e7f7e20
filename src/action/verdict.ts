/** A report as a step's result: outputs, annotations, the failing check. */
import { posix } from 'node:path';
import * as core from '@actions/core';
import { exitCodeOf, exitCodes, Failure } from '../base/index.ts';
import type { Annotation } from '../github/index.ts';
import type { Report, ReportModel } from '../report/index.ts';
import { failureLine, headline, verdictClause } from '../report/index.ts';
import { inertLine } from './log.ts';

/** GitHub shows ten annotations of a level a step, and the verdict is one. */
const mostAnnotations = 9;

/** Small values only: paths, and the worst figure over all models. */
export function setReportOutputs(report: Report, folder: string): void {
  core.setOutput('status', report.status);
  core.setOutput('output-folder', folder);
  core.setOutput('report-path', posix.join(folder, 'report.json'));
  core.setOutput('markdown-path', posix.join(folder, 'report.md'));
  core.setOutput('html-path', posix.join(folder, 'report.html'));
  core.setOutput('model-count', report.models.length);
  setFigure('sram-bytes', report, Math.max, (model) => model.sram?.totalBytes);
  setFigure('flash-bytes', report, Math.max, (model) => model.flash?.totalBytes);
  setFigure('latency-ms', report, Math.max, (model) => model.latency?.milliseconds);
  setFigure('accuracy', report, Math.min, (model) => model.accuracy?.value);
}

function setFigure(
  name: string,
  report: Report,
  worst: (...values: number[]) => number,
  figure: (model: ReportModel) => number | undefined,
): void {
  const values = report.models.map(figure).filter((value) => value !== undefined);
  core.setOutput(name, values.length === 0 ? '' : worst(...values));
}

/** Fails the step on an exceeded budget or a model that could not be verified, with the command line's exit code. */
export function judge(report: Report, failures: readonly Failure[], configFolder: string): void {
  if (report.status === 'pass') return;
  const problems = report.models.filter((model) => model.status !== 'pass');
  for (const model of problems.slice(0, mostAnnotations)) annotate(model, configFolder);
  core.setFailed(inertLine(headline(report, quote)));
  process.exitCode = failures.length > 0 ? Math.max(...failures.map(exitCodeOf)) : exitCodes.budgetExceeded;
}

function annotate(model: ReportModel, configFolder: string): void {
  const { path: file, title, message } = annotationOf(model, configFolder);
  core.error(message, { file, title });
}

/** One for each row that does not pass, at its model's file. */
export function annotationsOf(report: Report, configFolder: string): readonly Annotation[] {
  return report.models
    .filter(({ status }) => status !== 'pass')
    .map((model) => annotationOf(model, configFolder));
}

function annotationOf(model: ReportModel, configFolder: string): Annotation {
  const exceeded = model.budgets.filter(({ status }) => status === 'fail').map(verdictClause);
  const error = model.error;
  const words = error === null ? exceeded.join(', ') : failureLine(error);
  const message = inertLine(`${quote(model.name)} on ${model.target}: ${words}`);
  const path = posix.join(configFolder, model.path);
  return { path, line: 1, level: 'failure', title: `mcunet: ${model.status}`, message };
}

export function quote(name: string): string {
  return inertLine(name).slice(0, 80);
}

/** Ends the step with one line for each thing that is wrong; a bug of ours leaves its trace in the debug log. */
export function fail(thrown: unknown): void {
  const all: readonly unknown[] = thrown instanceof AggregateError ? thrown.errors : [thrown];
  const [first = 'failed', ...others] = all.map((error) => inertLine(lineOf(error)));
  for (const line of others) core.error(line);
  core.setFailed(first);
  process.exitCode = exitCodeOf(all[0]);
}

function lineOf(error: unknown): string {
  if (error instanceof Failure) return error.toLine();
  core.debug(inertLine(error instanceof Error ? (error.stack ?? '') : ''));
  return `internal error, please report it: ${error instanceof Error ? error.message : String(error)}`;
}
