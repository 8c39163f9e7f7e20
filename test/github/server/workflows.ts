/** Workflows of the loopback GitHub: their runs, and what starts them. */
import type { Operation } from './description.ts';
import { examplesOf } from './events.ts';
import { type Reply, refuse } from './replies.ts';
import type { State } from './state.ts';

export function answerWorkflows(
  state: State,
  operation: Operation,
  query: URLSearchParams,
  body: unknown,
): Reply | undefined {
  const { workflow_id: workflow = '' } = operation.parameters;
  switch (operation.route) {
    case 'GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}':
      return state.workflows.includes(workflow)
        ? { status: 200, headers: {}, body: workflowReply(workflow) }
        : refuse(404, 'Not Found');
    case 'POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches':
      state.dispatches.push({ workflow, body });
      return { status: 204, headers: {}, body: undefined };
    case 'GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs': {
      const runs = state.runs.filter(({ headSha }) => headSha === query.get('head_sha')).map(runReply);
      return { status: 200, headers: {}, body: { total_count: runs.length, workflow_runs: runs } };
    }
    case 'POST /repos/{owner}/{repo}/actions/runs/{run_id}/rerun':
      state.reruns.push(Number(operation.parameters.run_id));
      return { status: 201, headers: {}, body: {} };
    default:
      return undefined;
  }
}

/** GitHub's documented example of a run, as of this one. */
function runReply({
  id,
  headSha,
  status = 'completed',
}: {
  readonly id: number;
  readonly headSha: string;
  readonly status?: string;
}): object {
  const { workflow_run: example } = structuredClone(examplesOf('workflow_run')[0]) as {
    workflow_run: object;
  };
  return {
    ...example,
    id,
    head_sha: headSha,
    status,
    event: 'pull_request',
    display_title: 'a change',
    path: 'x.yml',
  };
}

function workflowReply(file: string): object {
  const url = `https://github.com/Codertocat/Hello-World/blob/main/.github/workflows/${file}`;
  return {
    id: 1,
    node_id: 'W_1',
    name: file,
    path: `.github/workflows/${file}`,
    state: 'active',
    created_at: '2026-01-01T00:00:00Z',
    updated_at: '2026-01-01T00:00:00Z',
    url,
    html_url: url,
    badge_url: url,
  };
}
