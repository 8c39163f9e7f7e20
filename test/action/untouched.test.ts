/** The built action where there is nothing to build: fast, silent on GitHub, and clear about what it was given. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { examplesOf } from '../github/server/events.ts';
import { bundled } from '../support/bundled.ts';
import { headSha, pullRequestEvent } from './events.ts';
import { type RunSettings, withWorkflow } from './workflow.ts';

const configuration = `
targets: [stm32f746]
toolchain: local
models:
  - name: kws
    path: models/kws.tflite
    dataset: { format: mlperf-tiny, path: data/kws01, metric: top1 }
`;
const files = { 'mcunet.yml': configuration, 'broken-event.json': '{' };
const marker = (runId: number) =>
  `<!-- mcunet-action id=mcunet.yml run=${runId} attempt=1 head=${headSha} -->`;
const bot = 'github-actions[bot]';

describe('a pull request that touches no model', () => {
  test('ends green in under 5 s, says so in the summary, and writes nothing to GitHub', () =>
    withWorkflow({ files, state: { files: [{ filename: 'README.md' }] } }, async ({ run, server }) => {
      const ended = await run();
      expect(ended).toMatchObject({ exitCode: 0, stderr: '' });
      expect(ended.outputs).toEqual({ status: 'skipped', 'model-count': '0', matrix: '{"include":[]}' });
      expect(ended.summary).toContain('no model is touched');
      expect(ended.summary).toContain(`\`${headSha.slice(0, 7)}\``);
      expect(ended.seconds).toBeLessThan(5);
      expect(server.log.filter((line) => !line.startsWith('200 GET'))).toEqual([]);
    }));

  test('puts an earlier comment right, which would be stale otherwise', () => {
    const comments = [{ id: 3, login: bot, body: `${marker(90)}\n### ❌ mcunet: over budget` }];
    return withWorkflow({ files, state: { comments } }, async ({ run, state }) => {
      const ended = await run();
      expect(ended.exitCode).toBe(0);
      expect(state.comments).toHaveLength(1);
      expect(state.comments[0]?.body).toBe(`${marker(100)}\n${ended.summary.trimEnd()}\n`);
      expect(ended.outputs['comment-url']).toMatch(/#issuecomment-3$/);
    });
  });

  test('reads all pages of changed files, with and without a base path of an Enterprise server', async () => {
    const many = Array.from({ length: 120 }, (_, index) => ({ filename: `docs/${index}.md` }));
    for (const basePath of ['', '/api/v3'] as const) {
      await withWorkflow({ files, state: { files: many }, basePath }, async ({ run, server }) => {
        const ended = await run();
        expect(ended.outputs.status).toBe('skipped');
        expect(ended.stdout).toContain('120 changed files touch no model');
        expect(server.log).toHaveLength(3);
      });
    }
  });

  test('an Enterprise server keeps its GraphQL beside /api/v3', () => {
    const comments = [{ id: 3, login: bot, body: `${marker(90)}\nold` }];
    return withWorkflow({ files, state: { comments }, basePath: '/api/v3' }, async ({ run, state }) => {
      expect((await run()).exitCode).toBe(0);
      expect(state.comments[0]?.body).toContain('no model is touched');
    });
  });

  test('finds the repository in a folder of the workspace', () => {
    const inFolder = { 'src/.git/HEAD': 'ref: x', 'src/ml/mcunet.yml': configuration };
    const changed = [{ filename: 'models/kws.tflite' }, { filename: 'ml/other.txt' }];
    return withWorkflow({ files: inFolder, state: { files: changed } }, async ({ run }) => {
      const ended = await run({ inputs: { config: 'src/ml/mcunet.yml' } });
      expect(ended.outputs.status).toBe('skipped');
    });
  });

  test('waits as long as GitHub asks, and tries again after server errors', () =>
    withWorkflow({ files }, async ({ run, server }) => {
      const route = 'GET /repos/{owner}/{repo}/pulls/{pull_number}/files';
      server.inject({ route, status: 503, times: 2 });
      server.inject({ route, status: 429, headers: { 'retry-after': '1' } });
      const ended = await run();
      expect(ended.outputs.status).toBe('skipped');
      expect(ended.stdout).toContain('GitHub answered 503; trying again in 0.5 s');
      expect(ended.stdout).toContain('GitHub answered 429; trying again in 1.0 s');
      expect(ended.seconds).toBeGreaterThan(2.4);
    }));
});

describe('bad use ends with one clear line for each thing that is wrong', () => {
  const cases: readonly (readonly [string, RunSettings, number, readonly string[]])[] = [
    [
      'inputs',
      { inputs: { mode: 'fast', comment: 'yes', config: '/etc/passwd', 'output-folder': '../x', token: '' } },
      2,
      [
        'with: mode: must be auto, verify, plan or search',
        'with: comment: must be true or false',
        'with: config: must be a path inside the workspace',
        'with: output-folder: must be a path inside the workspace',
        'with: token: must not be empty',
      ],
    ],
    [
      'no configuration',
      { inputs: { config: 'absent.yml' } },
      2,
      ['absent.yml: no such file in the workspace; run actions/checkout'],
    ],
    ['an event that says nothing', { event: 'issues' }, 2, ['event "issues" does not say what to do']],
    [
      'pull_request_target',
      { event: 'pull_request_target' },
      2,
      ['run on pull_request [GITHUB_EVENT_REFUSED]'],
    ],
    ['a malformed event', { payload: { pull_request: {} } }, 2, ['not as GitHub documents it']],
    [
      'an event that is no JSON',
      { environment: { GITHUB_EVENT_PATH: 'broken-event.json' } },
      2,
      ['GITHUB_EVENT_PATH: cannot be read as JSON'],
    ],
    [
      'no event file',
      { environment: { GITHUB_EVENT_PATH: 'absent.json' } },
      2,
      ['GITHUB_EVENT_PATH: no such file'],
    ],
    ['no runner', { environment: { GITHUB_REPOSITORY: undefined } }, 2, ['GITHUB_REPOSITORY: ']],
  ];

  test.each(cases)('%s', (_, settings, exitCode, lines) =>
    withWorkflow({ files }, async ({ run, server }) => {
      const ended = await run(settings);
      const errors = ended.stdout.split('\n').filter((line) => line.startsWith('::error::'));
      expect(errors).toHaveLength(lines.length);
      for (const line of lines)
        expect(
          errors.some((error) => error.includes(line)),
          line,
        ).toBe(true);
      expect(ended).toMatchObject({ exitCode, stderr: '' });
      expect(ended.outputs['report-path']).toBeUndefined();
      expect(server.log.filter((line) => !line.startsWith('200 GET'))).toEqual([]);
    }),
  );

  test('and an earlier comment does not go on saying that all is well', () => {
    const comments = [{ id: 3, login: bot, body: `${marker(90)}\n### ✅ mcunet: fine` }];
    const broken = { 'mcunet.yml': 'models: [{ name: "```", path: "@octocat" }]\n' };
    return withWorkflow({ files: broken, state: { comments } }, async ({ run, state }) => {
      const ended = await run();
      expect(ended).toMatchObject({ exitCode: 2, outputs: { status: 'error' } });
      const [comment] = state.comments;
      expect(comment?.body.startsWith(`${marker(100)}\n### ⚠️ mcunet: nothing could be verified`)).toBe(true);
      expect(comment?.body.match(/```/g)).toHaveLength(2);
      expect(comment?.body).toContain('[CONFIG_INVALID]');
      expect(ended.summary.trimEnd()).toBe(comment?.body.split('\n').slice(1).join('\n').trimEnd());
    });
  });

  test('a configuration with a mistake is shown on its line', () =>
    withWorkflow({ files: { 'mcunet.yml': 'targets: [stm32f747]\nmodels: []\n' } }, async ({ run }) => {
      const ended = await run();
      expect(ended.exitCode).toBe(2);
      expect(ended.stdout).toMatch(/^::error file=mcunet\.yml,line=1,col=\d+::targets/m);
      expect(ended.stdout).toContain('::error::mcunet.yml');
    }));
});

test('words from outside form no commands of the runner', () => {
  const hostile = '::add-mask::x\n::error::owned ##[error]owned\u2028::warning::owned';
  const changed = [{ filename: 'data/kws01/a\n::error::owned ##[error]owned' }];
  const payload = { pull_request: { ...(pullRequestEvent().pull_request as object), number: hostile } };
  return withWorkflow({ files, state: { files: changed } }, async ({ run }) => {
    for (const ended of [await run({ event: hostile }), await run({ payload }), await run()]) {
      expect(ended.stdout).not.toMatch(
        /^\s*::(?!error::|error |warning::|warning )|^\s*::error::owned|##\[/m,
      );
    }
  });
});

test('one HTTP client is enough: the bundle has no second undici', async () => {
  const licences = readFileSync(join(dirname(bundled('action')), 'licenses.txt'), 'utf8');
  expect(licences.match(/^undici \d/gm)).toHaveLength(1);
});

test('every documented example of an event is understood', () =>
  withWorkflow({ files }, async ({ run }) => {
    const [payload] = examplesOf('pull_request').slice(3, 4);
    const ended = await run({ payload });
    expect(ended.outputs.status).toBe('skipped');
  }));

test('reaches GitHub through the proxy of the runner', () =>
  withWorkflow({ files }, async ({ run, server }) => {
    const asked: string[] = [];
    const proxy = createServer();
    proxy.on('connect', (request, client, head) => {
      asked.push(request.url ?? '');
      const { hostname, port } = new URL(server.apiUrl);
      const upstream = connect(Number(port), hostname, () => {
        client.write('HTTP/1.1 200 Connection established\r\n\r\n');
        upstream.write(head);
        upstream.pipe(client).pipe(upstream);
      });
      for (const socket of [client, upstream]) socket.on('error', () => socket.destroy());
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const address = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const ended = await run({
      environment: { http_proxy: address, GITHUB_API_URL: 'http://github.invalid' },
      hosts: [new URL(address).host],
    });
    proxy.close();
    expect(ended).toMatchObject({ exitCode: 0, outputs: { status: 'skipped' } });
    expect(new Set(asked)).toEqual(new Set(['github.invalid:80']));
  }));
