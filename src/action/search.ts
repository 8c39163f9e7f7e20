/** Searches a network, or a part of the search, from where it was interrupted; a pull request that asked gets the answer. */
import { posix } from 'node:path';
import * as core from '@actions/core';
import { Failure, type Host } from '../base/index.ts';
import { openToolchain } from '../firmware/index.ts';
import { readHead, readSearchRequest, type SearchRequest } from '../github/index.ts';
import { askedSearch, runSearch, type SearchResult, searchCommand } from '../pipeline/index.ts';
import { type SearchReport, searchFiles, toSearchMarkdown } from '../report/index.ts';
import { inputInvalid, shardsMissing } from './failures.ts';
import type { Inputs } from './inputs.ts';
import { inertLine, info, logProgress } from './log.ts';
import { loadProject } from './project.ts';
import { failureMarkdown, publishNote, showMarkdown } from './publication.ts';
import { ownPlace, type Place, type Session } from './session.ts';
import { setReportOutputs } from './verdict.ts';

export async function search(session: Session): Promise<void> {
  const { inputs, trigger, run } = session;
  if (trigger.kind !== 'commit') throw inputInvalid('mode', `search takes no event ${run.event.name}`);
  if (inputs.shard !== undefined && inputs.merge !== undefined)
    throw inputInvalid('merge', 'a shard unites no shards');
  const asked = readSearchRequest(run.event);
  const place = placeOf(session, asked);
  try {
    const result = await searchFrom(session, asked);
    if (result.report === undefined) return leaveShard(inputs);
    await writeResult(session, result.report, result);
    await showMarkdown(await rendering(session, asked, place, result.report), place);
  } catch (error) {
    if (error instanceof Failure) {
      core.setOutput('status', 'error');
      const { headSha } = place.stamp;
      const markdown = failureMarkdown(headSha, place.runUrl, error, 'no network was found');
      await publishNote(place, markdown, { onlyUpdate: false });
    }
    throw error;
  }
}

/** A shard answers nobody: who unites all of them does. */
function placeOf(session: Session, { sha, pull, comment }: SearchRequest): Place {
  const { inputs, run } = session;
  const place = ownPlace(session);
  const headSha = sha ?? place.stamp.headSha;
  const isAsked = pull !== undefined && inputs.shard === undefined;
  return {
    ...place,
    inputs: { ...inputs, commentId: `${inputs.commentId}#${comment ?? 'search'}` },
    stamp: { ...place.stamp, headSha },
    pull: isAsked ? { ...run.event.repository, number: pull, headSha, fromFork: false } : undefined,
  };
}

async function searchFrom(session: Session, asked: SearchRequest): Promise<SearchResult> {
  const { inputs, run, host } = session;
  const { config: whole, root } = await loadProject(inputs, run, host);
  const config = askedSearch(whole, inputs.config, { seed: inputs.seed, limits: asked.limits });
  const merge = inputs.merge === undefined ? undefined : await shardFolders(inputs.merge, host);
  const toolchain = await openToolchain(whole.toolchain, host, run.container);
  const request = {
    config,
    root,
    toolchain: whole.toolchain,
    folder: posix.join(
      run.temporaryFolder ?? posix.join(run.workspace, inputs.outputFolder),
      'mcunet-search',
    ),
    isFresh: false,
    shard: inputs.shard,
    merge,
    command: searchCommand(inputs.config, config, asked.limits),
  };
  const services = { host, toolchain, progress: logProgress() };
  try {
    return await runSearch(request, services);
  } catch (error) {
    if (merge !== undefined || !isOfKeptState(error)) throw error;
    info(`the search begins anew: ${error.message}`);
    return runSearch({ ...request, isFresh: true }, services);
  }
}

/** What the cache has kept may be of yesterday's configuration. */
function isOfKeptState(error: unknown): error is Failure {
  const codes = ['SEARCH_STATE_OTHER', 'SEARCH_STATE_MALFORMED', 'FILE_NOT_JSON'];
  return error instanceof Failure && codes.includes(error.code) && /\bstate\.json\b/.test(error.where ?? '');
}

/** Each artifact is a folder of its own. */
async function shardFolders(folder: string, host: Host): Promise<readonly string[]> {
  const isThere = await host.fileExists(folder);
  const names = isThere ? await host.listFolder(folder) : [];
  const folders = names.filter((name) => !name.startsWith('.')).map((name) => posix.join(folder, name));
  const found = await Promise.all(folders.map((path) => host.fileExists(posix.join(path, 'state.json'))));
  const shards = folders.filter((_, index) => found[index]);
  if (shards.length === 0) throw shardsMissing(folder);
  return shards;
}

function leaveShard({ shard }: Inputs): void {
  core.setOutput('status', 'pass');
  info(`shard ${shard?.index} of ${shard?.count} is done: its state waits to be united with the others`);
}

async function writeResult(
  { host, run, inputs }: Session,
  report: SearchReport,
  { verified, files }: SearchResult,
): Promise<void> {
  const all = new Map([...files, ...searchFiles(report, verified)]);
  await host.writeFiles(posix.join(run.workspace, inputs.outputFolder), all);
  if (verified !== undefined) setReportOutputs(verified, inputs.outputFolder);
  const path = (name: string) => posix.join(inputs.outputFolder, name);
  const network = ['found.tflite', 'found.json'].find((name) => files.has(name));
  core.setOutput('status', report.measured?.status ?? 'pass');
  core.setOutput('output-folder', inputs.outputFolder);
  core.setOutput('markdown-path', path('search.md'));
  core.setOutput('html-path', path('search.html'));
  core.setOutput('search-path', path('search.json'));
  core.setOutput('network-path', network === undefined ? '' : path(network));
}

/** Below it there is room for the headline alone. */
const leastBytes = 2000;

/** For the summary and the answer: which commit it is of, and whether that still is the head. */
async function rendering(
  { github, run }: Session,
  { pull, sha }: SearchRequest,
  { stamp, runUrl }: Place,
  report: SearchReport,
): Promise<(maxBytes: number) => string> {
  const head =
    pull === undefined || sha === undefined ? undefined : await readHead(github, run.event.repository, pull);
  if (head !== undefined && 'reason' in head) core.warning(inertLine(head.reason));
  const hasMoved = head !== undefined && 'headSha' in head && head.headSha !== stamp.headSha;
  const moved = hasMoved ? `, which is no longer the head` : '';
  const line = `\`${stamp.headSha.slice(0, 7)}\`${moved} · [run with all files](<${runUrl}>)\n`;
  return (maxBytes) => {
    const rest = maxBytes - Buffer.byteLength(line) - 2;
    const markdown = toSearchMarkdown(report, { maxBytes: Math.max(leastBytes, rest) });
    const [heading = '', ...others] = markdown.split('\n');
    return rest < leastBytes ? `${heading}\n\n${line}` : [heading, '', line, ...others].join('\n');
  };
}
