/** C kernels with arguments known at run time: random configurations with others' answers, and more of our own. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { statesOf } from '../../src/graph/index.ts';
import { operatorsIn, readVectors } from '../support/operator-vectors.ts';
import { describeWithArm } from '../support/qemu.ts';
import { differences, makeCases } from './cases.ts';
import { buildCaseProgram, dataBatch } from './data-batch.ts';
import { seededRandom } from './random.ts';
import { onArmDsp, onArmPortable, onHost, type Program, type Tier } from './tiers.ts';
import { checkVector } from './vector-cases.ts';

/** Compilers with sanitizers are slow where processors are shared. */
const buildLimitMs = 300_000;
const runLimitMs = 240_000;

const folder = join(import.meta.dirname, '../fixtures/operator-vectors');
/** Seeds of random cases: the first three found that rescaling kernels and the interpreter differed. */
const seeds = [5, 24, 30, 20_261_122];

const checked = operatorsIn(folder).flatMap((operator) =>
  readVectors(folder, operator).map((vector, number) => checkVector(vector, `${operator} ${number}`)),
);
// One set of each; all of what keeps something between them.
const recorded = checked.flatMap(({ cases }) =>
  cases.filter(({ name, graph }) => statesOf(graph).length > 0 || name.endsWith(' set 0')),
);
const batch = dataBatch([...recorded, ...seeds.flatMap(makeCases)], seededRandom(1));

test('the interpreter gives the recorded bytes of more than 1,500 configurations', () => {
  expect(checked.length).toBeGreaterThan(1500);
  expect(checked.flatMap(({ fault }) => fault ?? [])).toEqual([]);
});

function equalsInterpreter(tier: Tier): void {
  let program: Program;
  beforeAll(async () => {
    program = await buildCaseProgram(tier);
  }, buildLimitMs);
  afterAll(() => program.remove());

  test('over recorded configurations and random ones', { timeout: buildLimitMs }, async () => {
    expect(batch.runs.length).toBeGreaterThan(8000);
    expect(differences(batch, await program.run(batch.input, runLimitMs))).toEqual([]);
  });
}

describe('C equals the interpreter on the host, with sanitizers', () => equalsInterpreter(onHost));
describeWithArm('C equals the interpreter on a Cortex-M7', () => {
  describe('with the DSP extension', () => equalsInterpreter(onArmDsp));
  describe('in plain C', () => equalsInterpreter(onArmPortable));
});
