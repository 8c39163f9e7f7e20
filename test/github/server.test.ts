/** The loopback GitHub itself: what it lets pass must be what GitHub describes. */
import { expect, test } from 'vitest';
import { startGitHub } from './server/server.ts';
import { makeState } from './server/state.ts';

const goodHeaders = {
  authorization: 'token ghs_loopbackToken',
  accept: 'application/vnd.github+json',
  'user-agent': 'test',
  'x-github-api-version': '2022-11-28',
};

async function violationsOf(path: string, init: RequestInit = {}): Promise<readonly string[]> {
  const server = await startGitHub(makeState({ comments: [{ id: 1, login: 'octocat', body: 'hm' }] }));
  try {
    await fetch(`${server.apiUrl}${path}`, { headers: goodHeaders, ...init });
    return server.violations;
  } finally {
    await server.close();
  }
}

const comments = '/repos/Codertocat/Hello-World/issues/2/comments';

test('a described request and its reply are clean', async () => {
  expect(await violationsOf(`${comments}?per_page=100&page=1`)).toEqual([]);
  const body = JSON.stringify({ body: 'hm' });
  expect(await violationsOf(comments, { method: 'POST', body })).toEqual([]);
});

test.each([
  ['another route', '/user', {}, 'GET /user is no described operation'],
  ['a query parameter', `${comments}?order=asc`, {}, 'query parameter order is not described'],
  ['a number that is none', `${comments}?page=two`, {}, 'parameter page: / must be integer'],
  ['no token', comments, { headers: { ...goodHeaders, authorization: '' } }, 'the token is missing or wrong'],
  ['no body', comments, { method: 'POST' }, '/ must be object'],
  [
    'a body without its property',
    comments,
    { method: 'POST', body: '{}' },
    "must have required property 'body'",
  ],
  ['a body of the wrong type', comments, { method: 'POST', body: '{"body":1}' }, '/body must be string'],
  [
    'a property too many',
    comments,
    { method: 'POST', body: '{"body":"x","id":1}' },
    'body property id is not described',
  ],
])('%s is a violation', async (_, path, init, violation) => {
  expect((await violationsOf(path, init)).join('\n')).toContain(violation);
});

test('a reply that GitHub would not give is a violation of our own', async () => {
  const server = await startGitHub(makeState());
  server.inject({ route: 'GET /repos/{owner}/{repo}/issues/{issue_number}/comments', status: 418 });
  await fetch(`${server.apiUrl}${comments}`, { headers: goodHeaders });
  expect(server.violations).toEqual([
    'GET /repos/{owner}/{repo}/issues/{issue_number}/comments: status 418 is not described',
  ]);
  await server.close();
});
