/** Comments of the pull request on the loopback GitHub: lengths, locks, whose they are. */
import type { Operation } from './description.ts';
import { page, type Reply, refuse, userReply } from './replies.ts';
import type { Comment, State } from './state.ts';

export function answerComments(
  state: State,
  { route, parameters }: Operation,
  query: URLSearchParams,
  body: unknown,
  apiUrl: string,
): Reply | undefined {
  const { owner, repo, issue_number: issue, comment_id: id } = parameters;
  const text = (body as { body?: string } | undefined)?.body ?? '';
  switch (route) {
    case 'GET /repos/{owner}/{repo}/issues/{issue_number}/comments': {
      const url = `${apiUrl}/repos/${owner}/${repo}/issues/${issue}/comments`;
      return page(
        state.comments.map((comment) => commentReply(state, comment)),
        query,
        url,
      );
    }
    case 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments':
      return createComment(state, text);
    case 'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}':
      return changeComment(state, Number(id), text);
    case 'DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}':
      return deleteComment(state, Number(id));
    default:
      return undefined;
  }
}

function checkText(state: State, text: string): Reply | undefined {
  if (state.locked) return refuse(403, 'Unable to create comment because issue is locked.');
  if (text.trim() === '') return refuse(422, 'Body cannot be blank');
  if (text.length > state.longestComment) {
    return refuse(422, `Body is too long (maximum is ${state.longestComment} characters)`);
  }
  return undefined;
}

function createComment(state: State, text: string): Reply {
  const refused = checkText(state, text);
  if (refused !== undefined) return refused;
  const comment = { id: state.nextId++, login: state.viewer, body: text };
  state.comments.push(comment);
  return { status: 201, headers: {}, body: commentReply(state, comment) };
}

function changeComment(state: State, id: number, text: string): Reply {
  const comment = state.comments.find((candidate) => candidate.id === id);
  if (comment === undefined) return refuse(404, 'Not Found');
  if (comment.login !== state.viewer) return refuse(403, 'Must have write access to change this comment');
  const refused = checkText(state, text);
  if (refused !== undefined) return refused;
  comment.body = text;
  return { status: 200, headers: {}, body: commentReply(state, comment) };
}

function deleteComment(state: State, id: number): Reply {
  if (!state.comments.some((comment) => comment.id === id)) return refuse(404, 'Not Found');
  state.comments = state.comments.filter((comment) => comment.id !== id);
  return { status: 204, headers: {}, body: undefined };
}

const someDay = '2026-01-01T00:00:00Z';

function commentReply(
  state: State,
  { id, login, body, createdAt = someDay, updatedAt = createdAt }: Comment,
) {
  const name = `${state.owner}/${state.repo}`;
  return {
    id,
    node_id: `IC_${id}`,
    url: `https://api.github.com/repos/${name}/issues/comments/${id}`,
    html_url: `https://github.com/${name}/pull/${state.pull}#issuecomment-${id}`,
    issue_url: `https://api.github.com/repos/${name}/issues/${state.pull}`,
    body,
    user: userReply(login),
    author_association: 'NONE',
    created_at: createdAt,
    updated_at: updatedAt,
    performed_via_github_app: null,
  };
}
