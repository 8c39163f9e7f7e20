/** The answers of the loopback GitHub, with what the description leaves out: pages, sizes, locks, permissions. */
import { answerBranches } from './branches.ts';
import { answerChecks } from './checks.ts';
import { answerComments } from './comments.ts';
import type { Operation } from './description.ts';
import { isGranted, permissionOf } from './permissions.ts';
import { answerPulls } from './pulls.ts';
import { answerReleases } from './releases.ts';
import { type Reply, refuse } from './replies.ts';
import { answerRepository, contentsOfBlob } from './repository.ts';
import type { State } from './state.ts';
import { answerWorkflows } from './workflows.ts';

export function answer(
  state: State,
  operation: Operation,
  query: URLSearchParams,
  body: unknown,
  { apiUrl, storageUrl }: { readonly apiUrl: string; readonly storageUrl: string },
): Reply {
  const { owner, repo } = operation.parameters;
  if (owner !== state.owner || repo !== state.repo) return refuse(404, 'Not Found');
  if (!isGranted(state, permissionOf[operation.route]))
    return refuse(403, 'Resource not accessible by integration');
  const { pull_number: pull, issue_number: issue } = operation.parameters;
  if ((pull ?? issue ?? String(state.pull)) !== String(state.pull)) return refuse(404, 'Not Found');
  return (
    answerComments(state, operation, query, body, apiUrl) ??
    answerChecks(state, operation, query, body) ??
    answerPulls(state, operation, query, apiUrl) ??
    answerWorkflows(state, operation, query, body) ??
    answerReleases(state, operation, query, storageUrl) ??
    answerBranches(state, operation, body, (blob) => contentsOfBlob(state.commits, blob)) ??
    answerRepository(state, operation, query, storageUrl)
  );
}
