/** A board on a self-hosted runner: flashed for branches of this repository, and for no fork that nobody approved. */
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parseReport, type Report } from '../../src/report/index.ts';
import { pullRequestEvent } from './events.ts';
import { type Ended, type RunSettings, withWorkflow } from './workflow.ts';

const network = readFileSync(
  join(import.meta.dirname, '../fixtures/operators/network-residual/model.tflite'),
);
const configuration = `
toolchain: local
latency: board
models:
  - { name: residual, path: residual.tflite, budgets: { latency: 20ms } }
`;
const withoutBoard = configuration.replace('latency: board\n', '');

/** An OpenOCD that writes down what it is asked and finds another chip, so that nothing goes further. */
const tools = mkdtempSync(join(tmpdir(), 'mcunet-openocd-'));
const asked = join(tools, 'asked');
const script = `#!/bin/sh\necho "$@" >> '${asked}'\necho '0xe0042000: 10016451' >&2\n`;
writeFileSync(join(tools, 'openocd'), script);
chmodSync(join(tools, 'openocd'), 0o755);
afterAll(() => rmSync(tools, { recursive: true }));

type Outcome = { readonly ended: Ended; readonly report: Report; readonly hasAsked: boolean };

async function verifyWithBoard(settings: RunSettings): Promise<Outcome> {
  rmSync(asked, { force: true });
  const files = { 'mcunet.yml': configuration, 'residual.tflite': network };
  const commits = { ['ba5e'.padEnd(40, '0')]: { 'mcunet.yml': withoutBoard, 'residual.tflite': network } };
  const state = { files: [{ filename: 'residual.tflite' }, { filename: 'mcunet.yml' }], commits };
  const outcomes: Outcome[] = [];
  await withWorkflow({ files, state }, async ({ run, workspace }) => {
    const environment = { PATH: `${tools}:${process.env.PATH}` };
    const ended = await run({ ...settings, environment });
    const report = parseReport(readFileSync(join(workspace, 'mcunet-out/report.json'), 'utf8'));
    outcomes.push({ ended, report, hasAsked: existsSync(asked) });
  });
  const [outcome] = outcomes;
  if (outcome === undefined) throw new Error('the run has an outcome');
  return outcome;
}

describe('latency: board', { timeout: 120_000 }, () => {
  const notice = 'no board is flashed for a pull request from a fork';

  test('flashes nothing for a pull request from a fork, and reports simulated latency with a remark', async () => {
    const { ended, report, hasAsked } = await verifyWithBoard({ payload: pullRequestEvent(true) });
    expect(hasAsked).toBe(false);
    expect(ended).toMatchObject({ exitCode: 0, stderr: '' });
    expect(report).toMatchObject({ status: 'pass', revision: { isBoardWithheld: true } });
    expect(report.models.map(({ latency }) => latency?.method)).toEqual(['simulated']);
    expect(report.models.map(({ base }) => base?.latency.method)).toEqual(['simulated']);
    expect(ended.summary).toContain(notice);
    expect(ended.stdout).toContain('a pull request from a fork flashes no board');
  });

  test('asks the board for a branch of this repository', async () => {
    const { ended, report, hasAsked } = await verifyWithBoard({});
    expect(hasAsked).toBe(true);
    expect(report.models.map(({ error }) => error?.code)).toEqual(['BOARD_WRONG_CHIP']);
    expect(report.revision?.isBoardWithheld).toBe(false);
    expect(ended.summary).not.toContain(notice);
  });

  test('asks it for a fork where the workflow says that somebody approves', async () => {
    const inputs = { 'fork-boards': 'true' };
    const { report, hasAsked } = await verifyWithBoard({ payload: pullRequestEvent(true), inputs });
    expect(hasAsked).toBe(true);
    expect(report.models.map(({ error }) => error?.code)).toEqual(['BOARD_WRONG_CHIP']);
  });
});
