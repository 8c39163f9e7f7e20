/** What a command does and what is answered. Nothing of the pull request is checked out: what builds runs elsewhere. */
import {
  type Command,
  dispatchWorkflow,
  downloadArtifact,
  endOf,
  findArtifactOfCommit,
  findWorkflow,
  type Head,
  mostWaivedDays,
  type ParsedCommand,
  rerunFor,
  searchInputs,
  type WaiveCommand,
  waivableMetrics,
} from '../github/index.ts';
import { explainLayer, waiverSentence } from '../report/index.ts';
import { publishRefused } from './failures.ts';
import { reportArtifact } from './publish.ts';
import { mostArchiveBytes, readReportArchive } from './report-archive.ts';
import type { Session } from './session.ts';

/** Markdown. Throws `ACTION_PUBLISH` where GitHub refuses what the command needs. */
export async function answer(
  session: Session,
  command: Command,
  parsed: ParsedCommand,
  head: Head,
): Promise<string> {
  switch (parsed.kind) {
    case 'help':
      return help(session);
    case 'unknown':
      return `That is no command of mcunet.\n\n${await help(session)}`;
    case 'verify':
      return head.headSha.startsWith(parsed.sha) ? verifyAgain(session, head) : elsewhere(head);
    case 'search':
      return head.headSha.startsWith(parsed.sha) ? search(session, command, parsed, head) : elsewhere(head);
    case 'waive':
      return waive(session, command, parsed, head);
    case 'explain':
      return explain(session, parsed.layer, head);
  }
}

const commands = [
  '`/mcunet help` shows this list.',
  '`/mcunet verify <sha>` verifies the head again; the SHA must be the head, 7 characters or more.',
  '`/mcunet explain <layer>` shows what a layer costs in the latest report.',
  `\`/mcunet waive <metric> <days> <reason>\` lets this pull request exceed the limits of ${waivableMetrics.join(', ')} for 1 to ${mostWaivedDays} days; delete the comment to take it back.`,
];
const searchCommand =
  '`/mcunet search <sha> [sram=256KiB flash=1MiB latency=100ms]` looks for a network within these limits.';

/** Only what works here: a search needs a workflow that runs it. */
async function help({ github, run, inputs }: Session): Promise<string> {
  const workflow = await findWorkflow(github, run.event.repository, inputs.searchWorkflow);
  const canSearch = workflow !== undefined && 'url' in workflow;
  return [
    '### mcunet: commands',
    '',
    ...[...commands, ...(canSearch ? [searchCommand] : [])].map((line) => `- ${line}`),
    '',
    'The first line of a new comment counts, of people who may write to this repository.',
    '',
  ].join('\n');
}

function elsewhere({ headSha }: Head): string {
  return `The head of this pull request is \`${headSha.slice(0, 12)}\`: nothing was done for another commit.\n`;
}

async function verifyAgain({ github, run, inputs }: Session, { headSha }: Head): Promise<string> {
  const rerun = await rerunFor(github, run.event.repository, headSha, inputs.verifyWorkflow);
  const commit = `\`${headSha.slice(0, 7)}\``;
  if (rerun === undefined)
    return `There is no run of \`${inputs.verifyWorkflow}\` for ${commit} to run again.\n`;
  if ('reason' in rerun) throw publishRefused(rerun.reason);
  return rerun.kind === 'started'
    ? `${commit} is verified again: [run](<${rerun.url}>).\n`
    : `${commit} is being verified: [run](<${rerun.url}>). Say \`/mcunet verify ${headSha.slice(0, 7)}\` once that has ended.\n`;
}

/** The comment itself is the waiver; runs read it from there. */
async function waive(
  session: Session,
  { author, createdAt }: Command,
  { metric, days, reason }: WaiveCommand,
  head: Head,
): Promise<string> {
  const sentence = waiverSentence({ metric, by: author, until: endOf(createdAt, days), reason });
  const scope =
    'It covers this pull request, all its models and later pushes, and nothing that does not fit the chip. It ends with that day, or when the comment is deleted or edited.';
  return `${sentence}\n\n${scope}\n\n${await verifyAgain(session, head)}`;
}

type SearchCommand = Extract<ParsedCommand, { kind: 'search' }>;

/** The workflow gets the commit as an input, because its branch may move before it starts. */
async function search(
  { github, run, inputs }: Session,
  { pull, commentId }: Command,
  { limits }: SearchCommand,
  { headSha, headBranch, fromFork }: Head,
): Promise<string> {
  const { repository } = run.event;
  const name = `\`${inputs.searchWorkflow}\``;
  const workflow = await findWorkflow(github, repository, inputs.searchWorkflow);
  if (workflow === undefined) {
    return `Nothing was searched: this repository has no workflow ${name}, which would have to run the search.\n`;
  }
  if ('reason' in workflow) throw publishRefused(workflow.reason);
  if (fromFork) {
    return 'Nothing was searched: a search runs with this repository’s own token, and never on the code of a fork.\n';
  }
  const asked = searchInputs({ sha: headSha, pull, comment: commentId, limits });
  const refusal = await dispatchWorkflow(github, repository, inputs.searchWorkflow, headBranch, asked);
  if (refusal !== undefined) throw publishRefused(refusal.reason);
  const words = Object.entries(limits).map(([limit, value]) => `${limit} ${value}`);
  const within = words.length === 0 ? '' : ` within ${words.join(', ')}`;
  return `A search${within} was started for \`${headSha.slice(0, 7)}\`: [${inputs.searchWorkflow}](<${workflow.url}>). What it finds will stand here.\n`;
}

async function explain({ github, run }: Session, layer: string, { headSha }: Head): Promise<string> {
  const { repository } = run.event;
  const artifact = await findArtifactOfCommit(github, repository, reportArtifact, headSha, 'any');
  if (artifact === undefined) return `There is no report of \`${headSha.slice(0, 7)}\` yet.\n`;
  if ('reason' in artifact) throw publishRefused(artifact.reason);
  const archive = await downloadArtifact(github, repository, artifact, mostArchiveBytes);
  if (!(archive instanceof Uint8Array)) throw publishRefused(archive.reason);
  return explainLayer(readReportArchive(archive), layer);
}
