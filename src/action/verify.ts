/** Verifies what an event touches, compares it with its base, and shows the verdict. */
import { posix } from 'node:path';
import * as core from '@actions/core';
import { Failure, type Host } from '../base/index.ts';
import type { Config } from '../config/index.ts';
import { openToolchain } from '../firmware/index.ts';
import { type PipelineResult, runPipeline } from '../pipeline/index.ts';
import { toHtml, toJson, toMarkdown } from '../report/index.ts';
import { openBase } from './base.ts';
import { keepHistory } from './baseline.ts';
import { inertLine, info, logProgress } from './log.ts';
import { loadProject, type Project, type Selection, selectModels } from './project.ts';
import { failureMarkdown, publishNote, showReport, untouchedMarkdown } from './publication.ts';
import { offerSearch } from './search-offer.ts';
import { ownPlace, type Session } from './session.ts';
import { judge, setReportOutputs } from './verdict.ts';
import { judgeUnderWaivers } from './waivers.ts';

export async function verify(session: Session): Promise<void> {
  const place = ownPlace(session);
  const { headSha } = place.stamp;
  try {
    const project = await loadProject(session.inputs, session.run, session.host);
    const selection = await selectModels(project, session.inputs.models, place.pull, session.github);
    info(selection.reason);
    if (selection.warning !== undefined) core.warning(inertLine(selection.warning));
    core.setOutput('matrix', matrixOf(selection.config));
    if (session.inputs.mode === 'plan') return core.setOutput('model-count', selection.config.models.length);
    if (selection.config.models.length > 0) return await verifyModels(session, project, selection);
    core.setOutput('status', 'skipped');
    core.setOutput('model-count', 0);
    await publishNote(place, untouchedMarkdown(headSha, place.runUrl));
  } catch (error) {
    if (error instanceof Failure) {
      // An earlier comment must not go on saying that all is well.
      core.setOutput('status', 'error');
      await publishNote(place, failureMarkdown(headSha, place.runUrl, error));
    }
    throw error;
  }
}

/** GitHub runs at most 256 jobs of a matrix. */
const mostJobs = 256;

/** For `strategy.matrix`: one job a model, or several models a job where there are too many. */
function matrixOf({ models }: Config): { readonly include: readonly { readonly models: string }[] } {
  const jobs = Map.groupBy(models.entries(), ([index]) => index % mostJobs);
  return {
    include: [...jobs.values()].map((entries) => ({ models: entries.map(([, { name }]) => name).join(',') })),
  };
}

async function verifyModels(session: Session, project: Project, selection: Selection): Promise<void> {
  const { host, inputs, github, store, trigger, run } = session;
  const { renames } = selection;
  const isBoardWithheld = selection.config.board !== undefined && !mayFlash(session);
  const config = isBoardWithheld ? { ...selection.config, board: undefined } : selection.config;
  if (isBoardWithheld) info('a pull request from a fork flashes no board: latency is simulated');
  const toolchain = await openToolchain(config.toolchain, host, run.container);
  const services = { host, toolchain, progress: logProgress() };
  const base =
    trigger.kind === 'pull-request'
      ? await openBase(
          { project, config, pull: { ...run.event.repository, ...trigger }, renames, github, store },
          services,
        )
      : undefined;
  const request = { config: base?.config ?? config, root: project.root, rows: store };
  const revision = base && { ...base.revision, isBoardWithheld };
  const result = await runPipeline({ ...request, base: base?.rows, revision }, services);
  const place = ownPlace(session);
  const judged = await judgeUnderWaivers(session, result.report, place.pull);
  const report = await offerSearch(session, judged, config);
  const { failures } = result;
  await writeReport(host, posix.join(run.workspace, inputs.outputFolder), { ...result, report });
  setReportOutputs(report, inputs.outputFolder);
  const configFolder = posix.dirname(project.pathInRepository);
  await showReport(report, configFolder, place);
  if (trigger.kind === 'commit' && trigger.defaultBranch !== undefined) {
    await keepHistory(session, report, trigger.defaultBranch);
  }
  judge(report, failures, configFolder);
}

/** What a fork brings runs on a board of ours where somebody approves it, and nowhere else. */
function mayFlash({ trigger, inputs }: Session): boolean {
  return trigger.kind !== 'pull-request' || !trigger.fromFork || inputs.forkBoards;
}

/** Everything that a run hands out, in one folder. */
async function writeReport(host: Host, folder: string, { report, files }: PipelineResult): Promise<void> {
  const renderings = new Map([
    ['report.json', toJson(report)],
    ['report.md', toMarkdown(report)],
    ['report.html', toHtml(report, { plots: 'changed' })],
  ]);
  await host.writeFiles(folder, new Map([...files, ...renderings]));
}
