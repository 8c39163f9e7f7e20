/** Which permission each route needs, and whether the loopback GitHub's token has it. */
import type { State } from './state.ts';

/** What each route asks of a workflow's `permissions:`; GitHub's description does not say it. */
export const permissionOf: Readonly<Record<string, string>> = {
  'GET /repos/{owner}/{repo}/pulls/{pull_number}/files': 'pull-requests: read',
  'GET /repos/{owner}/{repo}/issues/{issue_number}/comments': 'pull-requests: read',
  'POST /repos/{owner}/{repo}/issues/{issue_number}/comments': 'pull-requests: write',
  'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}': 'pull-requests: write',
  'DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}': 'pull-requests: write',
  'GET /repos/{owner}/{repo}/compare/{basehead}': 'contents: read',
  'GET /repos/{owner}/{repo}/git/trees/{tree_sha}': 'contents: read',
  'GET /repos/{owner}/{repo}/git/blobs/{file_sha}': 'contents: read',
  'GET /repos/{owner}/{repo}/git/ref/{ref}': 'contents: read',
  'POST /repos/{owner}/{repo}/git/trees': 'contents: write',
  'POST /repos/{owner}/{repo}/git/commits': 'contents: write',
  'POST /repos/{owner}/{repo}/git/refs': 'contents: write',
  'PATCH /repos/{owner}/{repo}/git/refs/{ref}': 'contents: write',
  'GET /repos/{owner}/{repo}/actions/artifacts': 'actions: read',
  'GET /repos/{owner}/{repo}/actions/runs/{run_id}/artifacts': 'actions: read',
  'GET /repos/{owner}/{repo}/actions/artifacts/{artifact_id}/{archive_format}': 'actions: read',
  'GET /repos/{owner}/{repo}/pulls': 'pull-requests: read',
  'GET /repos/{owner}/{repo}/pulls/{pull_number}': 'pull-requests: read',
  'GET /repos/{owner}/{repo}/commits/{ref}/check-runs': 'checks: read',
  'POST /repos/{owner}/{repo}/check-runs': 'checks: write',
  'PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}': 'checks: write',
  'GET /repos/{owner}/{repo}/collaborators/{username}/permission': 'metadata: read',
  'POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions': 'pull-requests: write',
  'GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}': 'actions: read',
  'POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches': 'actions: write',
  'GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs': 'actions: read',
  'POST /repos/{owner}/{repo}/actions/runs/{run_id}/rerun': 'actions: write',
  'GET /repos/{owner}/{repo}/releases/tags/{tag}': 'contents: read',
  'GET /repos/{owner}/{repo}/releases/{release_id}/assets': 'contents: read',
  'GET /repos/{owner}/{repo}/releases/assets/{asset_id}': 'contents: read',
  'POST /repos/{owner}/{repo}/releases/{release_id}/assets': 'contents: write',
  'DELETE /repos/{owner}/{repo}/releases/assets/{asset_id}': 'contents: write',
  'POST /graphql': 'none',
};

export function isGranted(state: State, needs: string | undefined): boolean {
  const [scope, level] = (needs ?? '').split(': ');
  if (scope === 'checks') return state.grantsChecks;
  if (needs === 'contents: write') return state.grantsContents;
  if (scope !== 'pull-requests') return true;
  return state.grant === 'write' || (state.grant === 'read' && level === 'read');
}
