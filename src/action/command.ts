/** Answers a command in a comment. Nothing of the pull request is checked out: what builds runs under `pull_request`. */
import * as core from '@actions/core';
import {
  acknowledge,
  type Command,
  downloadArtifact,
  findArtifactOfCommit,
  mayCommand,
  type ParsedCommand,
  parseCommand,
  publishComment,
  readHead,
  rerunFor,
} from '../github/index.ts';
import { explainLayer } from '../report/index.ts';
import { publishRefused } from './failures.ts';
import { inertLine, info } from './log.ts';
import { reportArtifact } from './publish.ts';
import { mostArchiveBytes, readReportArchive } from './report-archive.ts';
import type { Session } from './session.ts';

const help = [
  '### mcunet: commands',
  '',
  '- `/mcunet help` shows this list.',
  '- `/mcunet verify <sha>` verifies the head again; the SHA must be the head, 7 characters or more.',
  '- `/mcunet explain <layer>` shows what a layer costs in the latest report.',
  '',
  'The first line of a new comment counts, of people who may write to this repository.',
  '',
].join('\n');

export async function obey(session: Session, command: Command): Promise<void> {
  const parsed = parseCommand(command.body);
  if (parsed === undefined) return info('the comment is no command');
  const { github, run, inputs } = session;
  const { repository } = run.event;
  const allowed = await mayCommand(github, repository, command.author);
  if (allowed !== true) {
    const why = allowed === false ? `${command.author} may not write to this repository` : allowed.reason;
    core.warning(inertLine(`the command is not obeyed: ${why}`));
    return;
  }
  const before = await readHead(github, repository, command.pull);
  if ('reason' in before) throw publishRefused(before.reason);
  const seen = await acknowledge(github, repository, command.commentId);
  if (seen !== undefined) info(seen.reason);
  const markdown = await answer(session, parsed, before.headSha);
  const after = await readHead(github, repository, command.pull);
  if ('reason' in after) throw publishRefused(after.reason);
  const reply = after.headSha === before.headSha ? markdown : moved(after.headSha);
  const pull = { ...repository, number: command.pull, headSha: after.headSha, fromFork: false };
  // One reply to a command, however often GitHub delivers it.
  const id = `${inputs.commentId}#${command.commentId}`;
  const stamp = { id, runId: run.runId, attempt: run.attempt, headSha: after.headSha };
  const outcome = await publishComment(github, pull, { stamp, render: () => reply, onlyUpdate: false });
  if (outcome.kind === 'refused') throw publishRefused(outcome.refusal.reason);
}

async function answer(session: Session, command: ParsedCommand, headSha: string): Promise<string> {
  switch (command.kind) {
    case 'help':
      return help;
    case 'unknown':
      return `That is no command of mcunet.\n\n${help}`;
    case 'verify':
      return headSha.startsWith(command.sha) ? verifyAgain(session, headSha) : moved(headSha);
    case 'explain':
      return explain(session, command.layer, headSha);
  }
}

function moved(headSha: string): string {
  return `The head of this pull request is \`${headSha.slice(0, 12)}\`: nothing was done for another commit.\n`;
}

async function verifyAgain({ github, run, inputs }: Session, headSha: string): Promise<string> {
  const rerun = await rerunFor(github, run.event.repository, headSha, inputs.verifyWorkflow);
  if (typeof rerun === 'string') return `\`${headSha.slice(0, 7)}\` is verified again: [run](<${rerun}>).\n`;
  if (rerun === undefined) {
    return `There is no run of \`${inputs.verifyWorkflow}\` for \`${headSha.slice(0, 7)}\` to run again.\n`;
  }
  throw publishRefused(rerun.reason);
}

async function explain({ github, run }: Session, layer: string, headSha: string): Promise<string> {
  const { repository } = run.event;
  const artifact = await findArtifactOfCommit(github, repository, reportArtifact, headSha, 'any');
  if (artifact === undefined) return `There is no report of \`${headSha.slice(0, 7)}\` yet.\n`;
  if ('reason' in artifact) throw publishRefused(artifact.reason);
  const archive = await downloadArtifact(github, repository, artifact, mostArchiveBytes);
  if (!(archive instanceof Uint8Array)) throw publishRefused(archive.reason);
  return explainLayer(readReportArchive(archive), layer);
}
