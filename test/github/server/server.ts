/** GitHub's API on loopback: keeps state, and notes whatever GitHub's own description does not allow. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { checkReply, checkRequest, findOperation, type Operation } from './description.ts';
import { assetReply } from './releases.ts';
import { type Reply, refuse } from './replies.ts';
import { answer } from './routes.ts';
import type { State } from './state.ts';

/** The next requests of a route get this reply instead of an answer. */
export type Injection = {
  readonly route: string;
  readonly status: number;
  readonly message?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** How many requests it meets; 1 unless told. */
  times?: number;
};

export type GitHubServer = {
  readonly apiUrl: string;
  /** `host:port` of the API and of the storage that it redirects to. */
  readonly hosts: readonly string[];
  readonly state: State;
  /** Answered requests in order, as `STATUS ROUTE`. */
  readonly log: readonly string[];
  /** What the description does not allow, of requests and of our own replies. Empty after a good test. */
  readonly violations: readonly string[];
  inject(injection: Injection): void;
  /** Runs once, before the next request of a route is answered. */
  before(route: string, act: () => void | Promise<void>): void;
  close(): Promise<void>;
};

export async function startGitHub(state: State, basePath: '' | '/api/v3' = ''): Promise<GitHubServer> {
  const log: string[] = [];
  const violations: string[] = [];
  const injections: Injection[] = [];
  const hooks: { readonly route: string; readonly act: () => void | Promise<void> }[] = [];

  async function reply(request: IncomingMessage): Promise<Reply> {
    const url = new URL(request.url ?? '/', 'http://loopback');
    const text = await readAll(request);
    violations.push(...checkHeaders(request, state.token));
    if (url.pathname === (basePath === '' ? '/graphql' : '/api/graphql')) {
      log.push('200 POST /graphql');
      return answerGraphql(state, text, violations);
    }
    const pathname = url.pathname.startsWith(`${basePath}/`) ? url.pathname.slice(basePath.length) : '';
    const operation = findOperation(request.method ?? '', pathname);
    if (operation === undefined) {
      violations.push(`${request.method} ${url.pathname} is no described operation`);
      return refuse(404, 'Not Found');
    }
    const body = text === '' ? undefined : (JSON.parse(text) as unknown);
    violations.push(...prefixed(operation, checkRequest(operation, url.searchParams, body)));
    await runHooks(operation);
    const injected = takeInjection(operation);
    const result = injected ?? answer(state, operation, url.searchParams, body, { apiUrl, storageUrl });
    violations.push(...prefixed(operation, checkReply(operation, result.status, result.body)));
    log.push(`${result.status} ${operation.route}`);
    return result;
  }

  async function runHooks({ route }: Operation): Promise<void> {
    const index = hooks.findIndex((hook) => hook.route === route);
    if (index >= 0) await hooks.splice(index, 1)[0]?.act();
  }

  function takeInjection({ route }: Operation): Reply | undefined {
    const index = injections.findIndex((injection) => injection.route === route);
    const injection = injections[index];
    if (injection === undefined) return undefined;
    injection.times = (injection.times ?? 1) - 1;
    if (injection.times === 0) injections.splice(index, 1);
    return { ...refuse(injection.status, injection.message ?? 'injected'), headers: injection.headers ?? {} };
  }

  const server = createServer((request, response) => {
    reply(request).then(
      (result) => send(response, result),
      (error: unknown) => {
        violations.push(`the server failed: ${String(error)}`);
        send(response, refuse(500, 'broken server'));
      },
    );
  });
  // Artifacts lie on another host, which must never see the token.
  const storage = createServer((request, response) => {
    if (request.method === 'POST') {
      receiveAsset(state, request).then(
        (result) => {
          log.push(`${result.status} POST /repos/{owner}/{repo}/releases/{release_id}/assets`);
          send(response, result);
        },
        (error: unknown) => violations.push(`the upload failed: ${String(error)}`),
      );
      return;
    }
    if (request.headers.authorization !== undefined) violations.push('the storage host was sent a token');
    const bytes =
      state.artifacts.find(({ id }) => request.url === `/${id}`)?.zip ??
      state.assets.find(({ id }) => request.url === `/assets/${id}`)?.bytes;
    response.writeHead(bytes === undefined ? 404 : 200, { 'content-type': 'application/octet-stream' });
    response.end(bytes);
  });
  const apiUrl = `${await listen(server)}${basePath}`;
  const storageUrl = await listen(storage);
  return {
    apiUrl,
    hosts: [apiUrl, storageUrl].map((url) => new URL(url).host),
    state,
    log,
    violations,
    inject: (injection) => void injections.push({ ...injection }),
    before: (route, act) => void hooks.push({ route, act }),
    close: async () => {
      await Promise.all([close(server), close(storage)]);
    },
  };
}

/** Uploads go to another host than the API's, with the token, and never twice to one name. */
async function receiveAsset(state: State, request: IncomingMessage): Promise<Reply> {
  const name = new URL(request.url ?? '/', 'http://loopback').searchParams.get('name') ?? '';
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  if (request.headers.authorization !== `token ${state.token}`) return refuse(401, 'Bad credentials');
  if (state.assets.some((asset) => asset.name === name)) return refuse(422, 'already_exists');
  const asset = { id: state.nextId++, name, bytes: Buffer.concat(chunks) };
  state.assets.push(asset);
  return { status: 201, headers: {}, body: assetReply(asset) };
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

function prefixed(operation: Operation, messages: readonly string[]): readonly string[] {
  return messages.map((message) => `${operation.route}: ${message}`);
}

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function checkHeaders({ headers, url }: IncomingMessage, token: string): readonly string[] {
  const isGraphql = url?.endsWith('/graphql') === true;
  return [
    headers.authorization === `token ${token}` || headers.authorization === `bearer ${token}`
      ? ''
      : 'the token is missing or wrong',
    headers['user-agent'] === undefined ? 'GitHub refuses requests without a user agent' : '',
    isGraphql || headers['x-github-api-version'] === '2022-11-28' ? '' : 'the API version is not stated',
    accepted(url).test(headers.accept ?? '') ? '' : `accept: ${headers.accept}`,
  ].filter((message) => message !== '');
}

/** A release's file is asked for as bytes, everything else as JSON. */
function accepted(url: string | undefined): RegExp {
  return /\/releases\/assets\/\d+$/.test(url ?? '')
    ? /application\/octet-stream|\+json/
    : /application\/vnd\.github(\.v3)?\+json/;
}

function answerGraphql(state: State, text: string, violations: string[]): Reply {
  const { query } = JSON.parse(text) as { query?: string };
  if (query !== 'query { viewer { login } }') violations.push(`GraphQL query is not known: ${query}`);
  return { status: 200, headers: {}, body: { data: { viewer: { login: state.viewer } } } };
}

function send(response: ServerResponse, { status, headers, body }: Reply): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}
