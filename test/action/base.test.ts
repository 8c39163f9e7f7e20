/** The built action's comparison with the merge base: where it is from, what moved, whose limits hold. */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { parseReport } from '../../src/report/index.ts';
import { headSha, pushEvent } from './events.ts';
import { type Workflow, withWorkflow } from './workflow.ts';

const fixtures = join(import.meta.dirname, '../fixtures/operators');
const residual = readFileSync(join(fixtures, 'fully-connected-long/model.tflite'));
const other = readFileSync(join(fixtures, 'fully-connected-plain/model.tflite'));
const base = 'ba5e'.padEnd(40, '0');

function configuration(budgets = '', name = 'net', path = 'models/net.tflite'): string {
  return `
targets: [stm32f746]
toolchain: local
models:
  - name: ${name}
    path: ${path}
    budgets: { ${budgets} }
    regression: { flash: 1% }
`;
}

const head = { 'mcunet.yml': configuration(), 'models/net.tflite': residual };
const before = { 'mcunet.yml': configuration(), 'models/net.tflite': other };
const touching = { files: [{ filename: 'models/net.tflite' }] };

function reportOf({ workspace }: Workflow) {
  return parseReport(readFileSync(join(workspace, 'mcunet-out/report.json'), 'utf8'));
}

describe('the merge base', () => {
  test('is rebuilt from git objects, then taken from the cache, and named both times', () =>
    withWorkflow({ files: head, state: { ...touching, commits: { [base]: before } } }, async (workflow) => {
      const ended = await workflow.run();
      expect(ended.stderr).toBe('');
      const { revision, models } = reportOf(workflow);
      expect(revision).toMatchObject({ head: headSha, base, reason: null, limitEdits: [], deleted: [] });
      const [row] = models;
      expect(row?.comparison).toMatchObject({ kind: 'same-name', source: 'rebuilt', reason: null });
      expect(row?.base?.flash.totalBytes).not.toBe(row?.flash?.totalBytes);
      expect(row?.comparison?.layers.length).toBeGreaterThan(0);
      const body = workflow.state.comments[0]?.body ?? '';
      expect(body).toContain(
        `\`${headSha.slice(0, 7)}\` against merge base \`${base.slice(0, 7)}\` (rebuilt)`,
      );
      expect(body).toContain('Layer against the base');

      const again = await workflow.run({ runId: 101 });
      const cached = reportOf(workflow).models[0];
      expect(cached?.comparison?.source).toBe('cache');
      expect(cached?.base).toEqual(row?.base);
      expect(again.exitCode).toBe(ended.exitCode);
      expect(again.seconds).toBeLessThan(ended.seconds);
    }));

  test('a damaged or foreign row of the cache is measured again', () =>
    withWorkflow({ files: head, state: { ...touching, commits: { [base]: before } } }, async (workflow) => {
      await workflow.run();
      const folder = join(workflow.workspace, '../runner/mcunet-cache');
      const [one = '', two = ''] = readdirSync(folder);
      const text = readFileSync(join(folder, one), 'utf8');
      writeFileSync(join(folder, one), readFileSync(join(folder, two)));
      writeFileSync(join(folder, two), text.slice(0, 100));
      await workflow.run({ runId: 101 });
      expect(reportOf(workflow).models[0]?.comparison?.source).toBe('rebuilt');
    }));

  test("comes from the base branch's uploaded report where the bytes are the same", () =>
    withWorkflow({ files: before, state: touching }, async (workflow) => {
      await workflow.run({ event: 'push', payload: pushEvent() });
      const report = readFileSync(join(workflow.workspace, 'mcunet-out/report.json'));
      const stored = {
        name: 'mcunet-baseline',
        runId: 5,
        headSha: base,
        zip: zipSync({ 'report.json': report }),
      };
      await withWorkflow(
        { files: head, state: { ...touching, commits: { [base]: before } } },
        async (next) => {
          next.state.artifacts.push({ id: 1, isOwn: false, ...stored });
          await next.run();
          expect(reportOf(next).models[0]?.comparison?.source, "a fork's artifact").toBe('rebuilt');
          rmSync(join(next.workspace, '../runner'), { recursive: true });
          next.state.artifacts.push({ id: 2, isOwn: true, ...stored });
          await next.run({ runId: 101 });
          expect(reportOf(next).models[0]?.comparison?.source).toBe('artifact');
          expect(existsSync(join(next.workspace, 'report.json'))).toBe(false);
        },
      );
    }));

  test.each([
    ['no merge base', { mergeBase: '' }, 'no base: could not find the merge base'],
    ['no git objects', {}, 'not compared: could not read the base commit'],
    ['no configuration', { commits: { [base]: { 'README.md': 'x' } } }, 'the base has no mcunet.yml'],
    [
      'a broken configuration',
      { commits: { [base]: { 'mcunet.yml': 'models: 3' } } },
      "the base's configuration is not valid",
    ],
    [
      'a base that does not build',
      { commits: { [base]: { ...before, 'models/net.tflite': 'no network' } } },
      'the base does not build',
    ],
    [
      'a base in Git LFS',
      {
        commits: {
          [base]: { ...before, 'models/net.tflite': 'version https://git-lfs.github.com/spec/v1\n' },
        },
      },
      'the base has it in Git LFS only',
    ],
  ])('%s is said, never guessed', (_, state, words) =>
    withWorkflow({ files: head, state: { ...touching, ...state } }, async (workflow) => {
      const ended = await workflow.run();
      expect(ended.exitCode).toBe(0);
      expect(reportOf(workflow).models[0]?.base).toBeNull();
      expect(workflow.state.comments[0]?.body).toContain(words);
      expect(workflow.state.comments[0]?.body).not.toMatch(/\+100|Infinity|NaN/);
    }),
  );
});

describe('limits are those of the base', () => {
  test('a change that loosens its own budget is shown and judged by the old one', () => {
    const loose = { 'mcunet.yml': configuration('flash: 1MiB, sram: 200KiB'), 'models/net.tflite': residual };
    const tight = { 'mcunet.yml': configuration('flash: 1KiB'), 'models/net.tflite': residual };
    const state = { files: [{ filename: 'mcunet.yml' }], commits: { [base]: tight } };
    return withWorkflow({ files: loose, state }, async (workflow) => {
      const ended = await workflow.run();
      expect(ended).toMatchObject({ exitCode: 1, outputs: { status: 'fail' } });
      expect(reportOf(workflow).revision?.limitEdits).toEqual([
        { model: 'net', limit: 'budgets.sram', from: null, to: 204_800 },
        { model: 'net', limit: 'budgets.flash', from: 1024, to: 1_048_576 },
      ]);
      expect(workflow.state.comments[0]?.body).toContain(
        '🚩 This change edits its own limit: **`net`** `budgets.flash` 1 KiB → 1,024 KiB',
      );
    });
  });

  test('a regression over its limit fails', () => {
    const small = other.length < residual.length ? other : residual;
    const large = small === other ? residual : other;
    const files = { ...head, 'models/net.tflite': large };
    const commits = { [base]: { ...before, 'models/net.tflite': small } };
    return withWorkflow({ files, state: { ...touching, commits } }, async (workflow) => {
      const ended = await workflow.run();
      expect(ended).toMatchObject({ exitCode: 1, outputs: { status: 'fail' } });
      expect(ended.stdout).toContain('worse than the base allows');
    });
  });
});

describe('models that come and go', () => {
  const renamedFile = {
    filename: 'models/new.tflite',
    previous_filename: 'models/net.tflite',
    status: 'renamed' as const,
  };

  test('a renamed model keeps its base and its limits', () => {
    const files = {
      'mcunet.yml': configuration('flash: 1MiB', 'renamed', 'models/new.tflite'),
      'models/new.tflite': residual,
    };
    const commits = { [base]: { 'mcunet.yml': configuration('flash: 1KiB'), 'models/net.tflite': residual } };
    const state = { files: [renamedFile, { filename: 'mcunet.yml' }], commits };
    return withWorkflow({ files, state }, async (workflow) => {
      expect((await workflow.run()).outputs.status).toBe('fail');
      const { models, revision } = reportOf(workflow);
      expect(models[0]?.comparison).toMatchObject({ kind: 'renamed', path: 'models/net.tflite', layers: [] });
      expect(models[0]?.base?.flash.totalBytes).toBe(models[0]?.flash?.totalBytes);
      expect(revision?.deleted).toEqual([]);
    });
  });

  test('an added and a deleted model are named', () => {
    const files = {
      'mcunet.yml': configuration('flash: 1MiB', 'added', 'models/added.tflite'),
      'models/added.tflite': residual,
    };
    const state = { files: [{ filename: 'mcunet.yml' }], commits: { [base]: before } };
    return withWorkflow({ files, state }, async (workflow) => {
      expect((await workflow.run()).outputs.status).toBe('pass');
      const body = workflow.state.comments[0]?.body ?? '';
      expect(body).toContain('**`net`** is deleted (`models/net.tflite`)');
      expect(body).toContain('**`added`** is new');
    });
  });
});
