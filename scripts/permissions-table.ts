/** The README's permissions: what the tests saw each job ask GitHub for, and why. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Routes of each mode and the permission that each needs; test/action/permissions.test.ts keeps it true. */
type RouteLog = Readonly<Record<string, Readonly<Record<string, string>>>>;

type Reason = readonly [why: string, without: string];

type Job = {
  readonly name: string;
  readonly workflow: string;
  readonly modes: readonly string[];
  /** By permission, as granted. */
  readonly reasons: Readonly<Record<string, Reason>>;
  /** Permissions that another action of the job needs. */
  readonly forOthers: Readonly<Record<string, Reason>>;
};

const jobs: readonly Job[] = [
  {
    name: 'verify',
    workflow: 'mcunet.yml',
    modes: ['verify', 'baseline'],
    reasons: {
      'actions: read': [
        "the base branch's uploaded report and history, and what the last search found",
        'the base is rebuilt from git objects, and no found network is proposed',
      ],
      'checks: write': ['the check run with annotations', "a warning, and the job's own verdict"],
      'contents: read': [
        '`actions/checkout`; the merge base, its configuration and its models',
        'the report says that there is no base',
      ],
      'pull-requests: write': [
        'list the changed files, read waivers, keep the comment',
        'everything is verified, no waiver holds, and the report is in the job summary',
      ],
    },
    forOthers: {},
  },
  {
    name: 'verify (history-branch)',
    workflow: 'mcunet.yml',
    modes: ['history'],
    reasons: {
      'actions: read': ['the history of the last run, to begin the branch with', 'the branch begins anew'],
      'contents: write': [
        'the commit on the branch of the history',
        'a warning, and the history is an artifact alone',
      ],
    },
    forOthers: {},
  },
  {
    name: 'publish',
    workflow: 'mcunet-publish.yml',
    modes: ['publish'],
    reasons: {
      'actions: read': ["the report that the fork's run uploaded", 'the step fails'],
      'checks: write': ['the check run with annotations', 'a warning'],
      'pull-requests: write': [
        'find the pull request, read waivers, keep the comment',
        'nothing is published',
      ],
    },
    forOthers: {},
  },
  {
    name: 'command',
    workflow: 'mcunet-publish.yml',
    modes: ['command'],
    reasons: {
      'actions: write': [
        'run `mcunet.yml` again, read its report, start a search',
        '`verify`, `waive`, `search` and `explain` say what is missing',
      ],
      'pull-requests: write': ['read the head, react and answer', 'no command is answered'],
    },
    forOthers: {},
  },
  {
    name: 'found',
    workflow: 'mcunet-search.yml',
    modes: ['search'],
    reasons: {
      'pull-requests: write': [
        'answer the command that asked, and see whether its commit still is the head',
        'a warning, and the result is in the job summary and the artifacts',
      ],
    },
    forOthers: {
      'contents: read': ['`actions/checkout`', 'nothing can be searched'],
    },
  },
  {
    name: 'firmware',
    workflow: 'mcunet-release.yml',
    modes: ['release'],
    reasons: {
      'contents: write': [
        'attach the firmware to the release',
        'the step fails, and the files are in the output folder',
      ],
    },
    forOthers: {
      'attestations: write': ['`actions/attest-build-provenance`', 'leave that step out'],
      'id-token: write': ['`actions/attest-build-provenance`', 'leave that step out'],
    },
  },
];

/** Asked for, but never to be granted: every token has metadata, and a token's own name needs nothing. */
const free = /^(?:metadata: read|none)$/;

export function permissionsTable(root: string): string {
  const log: RouteLog = JSON.parse(readFileSync(join(root, 'test/fixtures/github-routes.json'), 'utf8'));
  const rows = jobs.flatMap((job) => jobRows(job, log));
  return [
    '| Job | Permission | Why | Without it |',
    '|---|---|---|---|',
    ...rows,
    '',
    '<details>',
    '<summary>Every route that the tests saw, by job</summary>',
    '',
    ...jobs.flatMap((job) => routeLines(job, log)),
    '</details>',
  ].join('\n');
}

function jobRows({ name, workflow, modes, reasons, forOthers }: Job, log: RouteLog): readonly string[] {
  const needed = highest(modes.flatMap((mode) => Object.values(log[mode] ?? {})));
  const known = Object.keys(reasons);
  if (needed.join() !== known.toSorted().join()) {
    throw new Error(
      `the job ${name} asks for ${needed.join(', ')}; reasons are given for ${known.join(', ')}`,
    );
  }
  return Object.entries({ ...reasons, ...forOthers }).map(
    ([permission, [why, without]]) =>
      `| \`${name}\` in \`${workflow}\` | \`${permission}\` | ${why} | ${without} |`,
  );
}

/** Each scope once, sorted; to write includes to read. */
function highest(permissions: readonly string[]): readonly string[] {
  const asked = new Set(permissions.filter((permission) => !free.test(permission)));
  return [...asked]
    .filter(
      (permission) => !asked.has(permission.replace(/: read$/, ': write')) || permission.endsWith(': write'),
    )
    .toSorted();
}

function routeLines({ name, modes }: Job, log: RouteLog): readonly string[] {
  const routes = new Map(modes.flatMap((mode) => Object.entries(log[mode] ?? {})));
  const lines = [...routes].sort().map(([route, permission]) => {
    const needs = permission === 'none' ? 'nothing; it asks who the token is' : `\`${permission}\``;
    return `- \`${route}\`: ${needs}`;
  });
  return [`\`${name}\`:`, '', ...lines, ''];
}
