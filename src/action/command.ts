/** Obeys a command in a comment, of people who may write, and answers it once. */
import * as core from '@actions/core';
import { Failure } from '../base/index.ts';
import {
  acknowledge,
  type Command,
  type Head,
  mayCommand,
  type ParsedCommand,
  parseCommand,
  publishComment,
  readHead,
} from '../github/index.ts';
import { answer } from './answer.ts';
import { publishRefused } from './failures.ts';
import { fenced, inertLine, info } from './log.ts';
import type { Session } from './session.ts';

export async function obey(session: Session, command: Command): Promise<void> {
  const parsed = parseCommand(command.body);
  if (parsed === undefined) return info('the comment is no command');
  const { github, run } = session;
  const { repository } = run.event;
  const allowed = await mayCommand(github, repository, command.author);
  if (allowed !== true) {
    const why = allowed === false ? `${command.author} may not write to this repository` : allowed.reason;
    core.warning(inertLine(`the command is not obeyed: ${why}`));
    return;
  }
  const before = await headOf(session, command);
  const seen = await acknowledge(github, repository, command.commentId);
  if (seen !== undefined) info(seen.reason);
  let markdown: string;
  try {
    markdown = await answer(session, command, parsed, before);
  } catch (error) {
    if (error instanceof Failure) await reply(session, command, before, refusedAnswer(error));
    throw error;
  }
  const after = await headOf(session, command);
  const isOvertaken = after.headSha !== before.headSha && concernsHead(parsed);
  await reply(session, command, after, isOvertaken ? overtaken(before, after) : markdown);
}

async function headOf({ github, run }: Session, { pull }: Command): Promise<Head> {
  const head = await readHead(github, run.event.repository, pull);
  if ('reason' in head) throw publishRefused(head.reason);
  return head;
}

function concernsHead({ kind }: ParsedCommand): boolean {
  return kind === 'verify' || kind === 'search' || kind === 'explain';
}

function overtaken(before: Head, after: Head): string {
  const [asked, now] = [before, after].map(({ headSha }) => headSha.slice(0, 12));
  return `The head of this pull request has moved from \`${asked}\` to \`${now}\` meanwhile: ask again.\n`;
}

function refusedAnswer(failure: Failure): string {
  return `That could not be done:\n\n${fenced(failure.toLine())}\n`;
}

/** One reply to a command, however often GitHub delivers it. */
async function reply(
  { github, run, inputs }: Session,
  command: Command,
  { headSha }: Head,
  markdown: string,
): Promise<void> {
  const pull = { ...run.event.repository, number: command.pull, headSha, fromFork: false };
  const id = `${inputs.commentId}#${command.commentId}`;
  const stamp = { id, runId: run.runId, attempt: run.attempt, headSha };
  const outcome = await publishComment(github, pull, { stamp, render: () => markdown, onlyUpdate: false });
  if (outcome.kind === 'refused') throw publishRefused(outcome.refusal.reason);
}
