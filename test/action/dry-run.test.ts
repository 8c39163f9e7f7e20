/** A dry run on a desk prints byte for byte what the built action writes on GitHub. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCommandLine, temporaryFolder } from '../support/command-line.ts';
import { pullRequestEvent } from './events.ts';
import { withWorkflow } from './workflow.ts';

const fixtures = join(import.meta.dirname, '../fixtures/operators');
const network = (name: string) => readFileSync(join(fixtures, `${name}/model.tflite`));
const config = (path: string, flash: string) =>
  `toolchain: local\nmodels:\n  - { name: net, path: ${path}, budgets: { flash: ${flash} } }\n`;

function gitIn(cwd: string) {
  const identity = ['-c', 'user.name=t', '-c', 'user.email=t@example.com', '-c', 'init.defaultBranch=main'];
  return (...words: string[]) =>
    execFileSync('git', [...identity, ...words], { cwd, encoding: 'utf8', stdio: 'pipe' }).trim();
}

test('the same comment, from the same commits, without GitHub', () => {
  const files = { 'ml/mcunet.yml': config('a.tflite', '1MiB'), 'ml/a.tflite': network('network-residual') };
  const state = {
    files: [
      { filename: 'ml/b.tflite', previous_filename: 'ml/a.tflite', status: 'renamed' as const },
      { filename: 'ml/mcunet.yml' },
    ],
  };
  return withWorkflow({ files, state }, async ({ run, workspace, state: github, server }) => {
    const git = gitIn(workspace);
    git('init', '-q');
    git('add', '.');
    git('commit', '-qm', 'base');
    github.mergeBase = git('rev-parse', 'HEAD');
    git('checkout', '-qb', 'topic');
    renameSync(join(workspace, 'ml/a.tflite'), join(workspace, 'ml/b.tflite'));
    writeFileSync(join(workspace, 'ml/mcunet.yml'), config('b.tflite', '512KiB'));
    git('add', '-A');
    git('commit', '-qm', 'head');
    const payload = structuredClone(pullRequestEvent()) as { pull_request: { head: { sha: string } } };
    payload.pull_request.head.sha = git('rev-parse', 'HEAD');

    const ended = await run({ payload, inputs: { config: 'ml/mcunet.yml', check: 'false' } });
    expect(ended).toMatchObject({ exitCode: 0, stderr: '' });
    // The checkout has the base's objects, so GitHub was not asked for them.
    expect(server.log.filter((line) => line.includes('/git/'))).toEqual([]);
    const [comment] = github.comments;
    expect(comment?.body).toContain('is renamed from `a.tflite`');
    expect(comment?.body).toContain('edits its own limit');

    const before = readdirSync(workspace);
    const environment = {
      GITHUB_RUN_ID: '100',
      GITHUB_RUN_ATTEMPT: '1',
      GITHUB_SERVER_URL: 'https://github.com',
      GITHUB_REPOSITORY: 'Codertocat/Hello-World',
    };
    const words = ['verify', '--dry-run', '--base-branch', 'main', '--config', 'ml/mcunet.yml'];
    const dry = runCommandLine(words, { cwd: workspace, environment });
    expect(dry.exitCode).toBe(0);
    expect(dry.stdout).toBe(comment?.body);
    expect(readdirSync(workspace)).toEqual(before);
  });
});

test('says where there is nothing to compare or to comment on', () => {
  using folder = temporaryFolder();
  const cwd = folder.path;
  writeFileSync(join(cwd, 'mcunet.yml'), config('a.tflite', '1MiB'));
  writeFileSync(join(cwd, 'a.tflite'), network('network-residual'));
  expect(runCommandLine(['verify', '--dry-run'], { cwd })).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('this is no git repository with a commit'),
  });
  const git = gitIn(cwd);
  git('init', '-q');
  git('add', '.');
  git('commit', '-qm', 'one');
  const untouched = runCommandLine(['verify', '--dry-run'], { cwd });
  expect(untouched.stdout).toContain('the action would write no comment');
  git('branch', '-m', 'lonely');
  expect(runCommandLine(['verify', '--dry-run'], { cwd }).stdout).toContain(
    'no base: no base branch was found',
  );
});
