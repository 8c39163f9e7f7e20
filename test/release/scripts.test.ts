/** The scripts of the project's own release, with `gh` and `docker` that only note what they are asked. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

const scripts = join(import.meta.dirname, '../../scripts');
const digest = `sha256:${'ab'.repeat(32)}`;
const sha = 'c'.repeat(40);
const tag = (dockerfile: string) => createHash('sha256').update(dockerfile).digest('hex').slice(0, 12);

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mcunet-release-'));
  for (const part of ['bin', 'scripts', 'src/firmware/container', 'files']) {
    mkdirSync(join(folder, part), { recursive: true });
  }
  for (const name of ['publish-container-image', 'check-release', 'make-release']) {
    writeFileSync(join(folder, 'scripts', name), readFileSync(join(scripts, name)), { mode: 0o755 });
  }
  writeFileSync(join(folder, 'package.json'), '{"version":"1.2.3"}');
  writeFileSync(join(folder, 'files/a.tar.gz'), 'a');
  writeFileSync(join(folder, 'src/firmware/container/Dockerfile'), 'FROM x\n');
  record('', '');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function record(dockerfile: string, recorded: string): void {
  const image = { repository: 'ghcr.io/org/mcunet-action/toolchain', dockerfile, digest: recorded };
  writeFileSync(join(folder, 'src/firmware/container/image.json'), JSON.stringify(image));
}

/** Calls that match a word fail; all are noted. */
function program(name: string, failing: string): void {
  const path = join(folder, 'bin', name);
  const lines = [
    '#!/bin/sh',
    `echo "${name} $*" >>"${folder}/calls"`,
    `case "$*" in ${failing}) exit 1 ;; *--format*) echo ${digest} ;; esac`,
  ];
  writeFileSync(path, `${lines.join('\n')}\n`);
  chmodSync(path, 0o755);
}

function run(name: string, ...words: readonly string[]) {
  const environment = {
    PATH: `${folder}/bin:${process.env.PATH}`,
    GITHUB_REPOSITORY: 'Org/mcunet-action',
    GITHUB_ACTOR: 'mona',
    GITHUB_TOKEN: 'secret',
    GITHUB_SHA: sha,
    GITHUB_OUTPUT: join(folder, 'output'),
  };
  return spawnSync(join(folder, 'scripts', name), words, { cwd: folder, env: environment, encoding: 'utf8' });
}

const calls = () => readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n');

test('publishes the image of a Dockerfile once', () => {
  const image = `ghcr.io/org/mcunet-action/toolchain:${tag('FROM x\n')}`;
  program('docker', '"buildx imagetools inspect ghcr"*');
  expect(run('publish-container-image').status).toBe(0);
  expect(calls()).toContain(`docker push ${image}`);
  expect(calls().join()).not.toContain('secret');
  const output = readFileSync(join(folder, 'output'), 'utf8');
  expect(output).toBe(`repository=ghcr.io/org/mcunet-action/toolchain\ndigest=${digest}\nis-new=true\n`);
  rmSync(join(folder, 'calls'));
  program('docker', 'none');
  expect(run('publish-container-image').status).toBe(0);
  expect(calls().some((call) => /docker (build |push)/.test(call))).toBe(false);
});

test('releases a new version whose recorded image is the published one, and no other', () => {
  program('gh', '*tags/v1.2.3*');
  expect(run('check-release', '1.2.3', digest)).toMatchObject({ status: 1 });
  expect(run('check-release', '1.2.3', digest).stderr).toContain(`"digest": "${digest}"`);
  record(tag('FROM x\n'), digest);
  expect(run('check-release', '1.2.3', digest)).toMatchObject({ status: 0, stderr: '' });
  expect(run('check-release', '1.2.4', digest).stderr).toContain('package.json has version 1.2.3');
  expect(run('check-release', 'v1', digest).stderr).toContain('no version');
  program('gh', 'none');
  expect(run('check-release', '1.2.3', digest).stderr).toContain('there already');
});

test('makes the version whole before it is seen, then moves the tag of its major version', () => {
  program('gh', '"release view"*');
  expect(run('make-release', '1.2.3', 'files').status).toBe(0);
  const asked = calls().map((call) => call.split(' ').slice(0, 4).join(' '));
  expect(asked).toEqual([
    'gh release view v1.2.3',
    'gh release create v1.2.3',
    'gh release upload v1.2.3',
    'gh release edit v1.2.3',
    'gh api repos/Org/mcunet-action/git/ref/tags/v1',
    'gh api --method PATCH',
  ]);
  expect(calls()[1]).toMatch(/--draft$/);
  expect(calls().at(-1)).toContain(`git/refs/tags/v1 --field sha=${sha} --field force=true`);
});
