/** Check runs of the loopback GitHub. */
import type { Operation } from './description.ts';
import { type Reply, refuse } from './replies.ts';
import type { State } from './state.ts';

export type Check = {
  readonly id: number;
  readonly headSha: string;
  name: string;
  externalId: string;
  conclusion: string;
  title: string;
  summary: string;
  annotations: readonly unknown[];
};

type CheckBody = {
  readonly head_sha?: string;
  readonly name?: string;
  readonly external_id?: string;
  readonly conclusion?: string;
  readonly output?: {
    readonly title?: string;
    readonly summary?: string;
    readonly annotations?: readonly unknown[];
  };
};

export function answerChecks(
  state: State,
  operation: Operation,
  query: URLSearchParams,
  given: unknown,
): Reply | undefined {
  const body = given as CheckBody | undefined;
  const { ref, check_run_id: id } = operation.parameters;
  switch (operation.route) {
    case 'GET /repos/{owner}/{repo}/commits/{ref}/check-runs': {
      const own = state.checks.filter(
        ({ headSha, name }) => headSha === ref && name === query.get('check_name'),
      );
      const reply = { total_count: own.length, check_runs: own.map(checkReply) };
      return { status: 200, headers: {}, body: reply };
    }
    case 'POST /repos/{owner}/{repo}/check-runs': {
      const made = { id: state.nextId++, headSha: body?.head_sha ?? '', name: '', externalId: '' };
      const check: Check = { ...made, conclusion: '', title: '', summary: '', annotations: [] };
      state.checks.push(check);
      return changeCheck(check, body, 201);
    }
    case 'PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}': {
      const check = state.checks.find((candidate) => String(candidate.id) === id);
      return check === undefined ? refuse(404, 'Not Found') : changeCheck(check, body, 200);
    }
    default:
      return undefined;
  }
}

function changeCheck(check: Check, body: CheckBody | undefined, status: number): Reply {
  const { output } = body ?? {};
  if ((output?.annotations?.length ?? 0) > 50) return refuse(422, 'No more than 50 annotations');
  if ((output?.summary?.length ?? 0) > 65_535) return refuse(422, 'Summary is too long');
  check.name = body?.name ?? check.name;
  check.externalId = body?.external_id ?? check.externalId;
  check.conclusion = body?.conclusion ?? check.conclusion;
  check.title = output?.title ?? check.title;
  check.summary = output?.summary ?? check.summary;
  check.annotations = [...check.annotations, ...(output?.annotations ?? [])];
  return { status, headers: {}, body: checkReply(check) };
}

function checkReply(check: Check): object {
  const url = `https://api.github.com/repos/Codertocat/Hello-World/check-runs/${check.id}`;
  return {
    id: check.id,
    head_sha: check.headSha,
    node_id: `CR_${check.id}`,
    external_id: check.externalId,
    url,
    html_url: `https://github.com/Codertocat/Hello-World/runs/${check.id}`,
    details_url: url,
    status: 'completed',
    conclusion: check.conclusion,
    started_at: '2026-01-01T00:00:00Z',
    completed_at: '2026-01-01T00:00:00Z',
    output: {
      title: check.title,
      summary: check.summary.slice(0, 100),
      text: null,
      annotations_count: check.annotations.length,
      annotations_url: `${url}/annotations`,
    },
    name: check.name,
    check_suite: { id: 1 },
    app: null,
    pull_requests: [],
  };
}
