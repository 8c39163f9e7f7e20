/** The action: from an event to a comment, a summary and a verdict. */
import { posix } from 'node:path';
import * as core from '@actions/core';
import { Failure, type Host } from '../base/index.ts';
import { openToolchain } from '../firmware/index.ts';
import { connectGitHub, type GitHub, type PullRequest, readTrigger } from '../github/index.ts';
import { nodeHost } from '../host/index.ts';
import { generator, type PipelineResult, type RowStore, runPipeline } from '../pipeline/index.ts';
import { type MarkdownOptions, toHtml, toJson, toMarkdown } from '../report/index.ts';
import { openBase } from './base.ts';
import { type Inputs, loadInputs, loadRun, type Run } from './inputs.ts';
import { inertLine, info, logProgress } from './log.ts';
import { openNetwork } from './network.ts';
import { loadProject, type Project, type Selection, selectModels } from './project.ts';
import {
  failureMarkdown,
  summaryBytes,
  untouchedMarkdown,
  writeComment,
  writeSummary,
} from './publication.ts';
import { openRowFolder } from './row-folder.ts';
import { fail, judge, setReportOutputs } from './verdict.ts';

type Session = {
  readonly inputs: Inputs;
  readonly run: Run;
  readonly host: Host;
  readonly github: GitHub;
  readonly headSha: string;
  readonly pull: (PullRequest & { readonly baseSha: string }) | undefined;
  readonly store: RowStore | undefined;
};

async function main(): Promise<void> {
  const session = await openSession();
  try {
    const project = await loadProject(session.inputs, session.run, session.host);
    const selection = await selectModels(project, session.pull, session.github);
    info(selection.reason);
    if (selection.warning !== undefined) core.warning(inertLine(selection.warning));
    await (selection.config.models.length === 0 ? skip(session) : verify(session, project, selection));
  } catch (error) {
    if (error instanceof Failure) await giveUp(session, error);
    throw error;
  }
}

async function openSession(): Promise<Session> {
  const inputs = loadInputs();
  const run = await loadRun();
  const trigger = readTrigger(run.event, inputs.mode === 'verify');
  const userAgent = `${generator.name}/${generator.version}`;
  const connection = { token: inputs.token, apiUrl: run.apiUrl, userAgent };
  const github = connectGitHub(connection, await openNetwork(run.usesProxy));
  const pull = trigger.kind === 'pull-request' ? { ...run.event.repository, ...trigger } : undefined;
  const host = nodeHost();
  const store = openRowFolder(host, run.temporaryFolder);
  return { inputs, run, host, github, headSha: trigger.headSha, pull, store };
}

/** Nothing to verify: said in the summary, and in a comment that would be stale otherwise. */
async function skip(session: Session): Promise<void> {
  core.setOutput('status', 'skipped');
  core.setOutput('model-count', 0);
  await publishNote(session, untouchedMarkdown(session.headSha, session.run.runUrl));
}

/** Nothing could be verified: an earlier comment must not go on saying that all is well. */
async function giveUp(session: Session, failure: Failure): Promise<void> {
  core.setOutput('status', 'error');
  await publishNote(session, failureMarkdown(session.headSha, session.run.runUrl, failure));
}

async function publishNote(session: Session, markdown: string): Promise<void> {
  await writeSummary(markdown);
  await writeComment({ render: () => markdown, onlyUpdate: true }, session);
}

async function verify(session: Session, project: Project, selection: Selection): Promise<void> {
  const { host, inputs, pull, github, store } = session;
  const { config, renames } = selection;
  const toolchain = await openToolchain(config.toolchain, host);
  const services = { host, toolchain, progress: logProgress() };
  const base = pull && (await openBase({ project, config, pull, renames, github, store }, services));
  const request = { config: base?.config ?? config, root: project.root, rows: store };
  const result = await runPipeline({ ...request, base: base?.rows, revision: base?.revision }, services);
  await writeFiles(session, result);
  const { report, failures } = result;
  const render = (maxBytes: number) => toMarkdown(report, { ...markdownOptions(session), maxBytes });
  setReportOutputs(report, inputs.outputFolder);
  await writeSummary(render(summaryBytes));
  await writeComment({ render, onlyUpdate: false }, session);
  judge(report, failures, posix.dirname(project.pathInRepository));
}

async function writeFiles({ host, inputs, run }: Session, { report, files }: PipelineResult): Promise<void> {
  const renderings = new Map([
    ['report.json', toJson(report)],
    ['report.md', toMarkdown(report)],
    ['report.html', toHtml(report)],
  ]);
  await host.writeFiles(posix.join(run.workspace, inputs.outputFolder), new Map([...files, ...renderings]));
}

function markdownOptions({ headSha, pull, run }: Session): MarkdownOptions {
  return {
    context: pull === undefined ? `\`${headSha.slice(0, 7)}\`` : '',
    links: [{ label: 'run', url: run.runUrl }],
  };
}

try {
  await main();
} catch (error) {
  fail(error);
}
