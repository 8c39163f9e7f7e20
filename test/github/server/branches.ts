/** Branches, trees and commits that the loopback GitHub lets be written. */
import { createHash } from 'node:crypto';
import type { Operation } from './description.ts';
import { type Reply, refuse } from './replies.ts';
import type { CommitContents } from './repository.ts';
import type { State } from './state.ts';

type TreeBody = {
  readonly tree: readonly { readonly path: string; readonly sha?: string; readonly content?: string }[];
};
type CommitBody = { readonly tree: string; readonly message: string; readonly parents: readonly string[] };
type RefBody = { readonly ref?: string; readonly sha: string; readonly force?: boolean };

const shaOf = (value: unknown): string => createHash('sha1').update(JSON.stringify(value)).digest('hex');
const done = (status: number, body: object): Reply => ({ status, headers: {}, body });

export function answerBranches(
  state: State,
  operation: Operation,
  body: unknown,
  contentsOf: (blob: string) => string | Uint8Array | undefined,
): Reply | undefined {
  const { ref = '' } = operation.parameters;
  const name = decodeURIComponent(ref).replace(/^heads\//, '');
  switch (operation.route) {
    case 'GET /repos/{owner}/{repo}/git/ref/{ref}': {
      const sha = state.branches[name];
      return sha === undefined ? refuse(404, 'Not Found') : done(200, refReply(name, sha));
    }
    case 'POST /repos/{owner}/{repo}/git/trees': {
      const files: CommitContents = Object.fromEntries(
        (body as TreeBody).tree.map(({ path, sha = '', content }) => [
          path,
          content ?? contentsOf(sha) ?? '',
        ]),
      );
      const sha = shaOf(files);
      state.commits[sha] = files;
      return done(201, { sha, truncated: false, tree: [] });
    }
    case 'POST /repos/{owner}/{repo}/git/commits':
      return makeCommit(state, body as CommitBody);
    case 'POST /repos/{owner}/{repo}/git/refs': {
      const made = ((body as RefBody).ref ?? '').replace('refs/heads/', '');
      if (state.branches[made] !== undefined) return refuse(422, 'Reference already exists');
      state.branches[made] = (body as RefBody).sha;
      return done(201, refReply(made, (body as RefBody).sha));
    }
    case 'PATCH /repos/{owner}/{repo}/git/refs/{ref}':
      return moveBranch(state, name, body as RefBody);
    default:
      return undefined;
  }
}

function makeCommit(state: State, body: CommitBody): Reply {
  const sha = shaOf([body, state.nextId++]);
  state.commits[sha] = state.commits[body.tree] ?? {};
  state.parents[sha] = body.parents;
  const url = `https://api.github.com/repos/Codertocat/Hello-World/git/commits/${sha}`;
  const tree = { sha: body.tree, url };
  const verification = {
    verified: false,
    reason: 'unsigned',
    signature: null,
    payload: null,
    verified_at: null,
  };
  return done(201, {
    sha,
    node_id: 'C_1',
    url,
    html_url: url,
    author: person,
    committer: person,
    tree,
    message: body.message,
    parents: body.parents.map((parent) => ({ sha: parent, url, html_url: url })),
    verification,
  });
}

const person = { name: 'Mona', email: 'mona@example.com', date: '2026-01-01T00:00:00Z' };

/** Someone else's commits come in between as often as the state says. */
function moveBranch(state: State, name: string, { sha, force }: RefBody): Reply {
  if (state.rivals.length > 0) {
    const rival = state.rivals.shift() ?? {};
    const other = shaOf([rival, state.nextId++]);
    state.commits[other] = rival;
    state.branches[name] = other;
  }
  const isNext = state.parents[sha]?.includes(state.branches[name] ?? '') === true;
  if (!isNext && force !== true) return refuse(422, 'Update is not a fast forward');
  state.branches[name] = sha;
  return done(200, refReply(name, sha));
}

function refReply(name: string, sha: string): object {
  const url = `https://api.github.com/repos/Codertocat/Hello-World/git/refs/heads/${name}`;
  return { ref: `refs/heads/${name}`, node_id: 'R_1', url, object: { type: 'commit', sha, url } };
}
