import { describe, expect, test } from 'vitest';
import { kernelCatalogue } from '../../src/kernels/index.ts';
import { describeWithArm } from '../support/qemu.ts';
import { differences, makeCases } from './cases.ts';
import { seededRandom } from './random.ts';
import { makeRowBatch } from './row-batch.ts';
import { onArmDsp, onArmPortable, onHost, outputsOf } from './tiers.ts';

/** Compilers with sanitizers are slow where processors are shared. */
const tierLimitMs = 300_000;

const batch = makeRowBatch(makeCases(20_261_121), seededRandom(7));

/** Kernels whose operators read all of their input for each output. */
const wholeOnly = [
  ...['arg_extremum_s8', 'cast_s32', 'fully_connected_s4', 'l2_normalisation_s8', 'log_softmax_s8'],
  ...['lstm_s16', 'lstm_s8', 'requantise_types_s32', 'svdf_s8'],
  ...['fully_connected_s8', 'reduced_extremum_s8', 'softmax_s8', 'transpose_s8'],
  ...['fill_s16', 'mean_s16', 'softmax_s16', 'strided_s16'],
];

describe('row forms equal the interpreter', () => {
  test('and are there for all kernels that can have one', () => {
    const tried = new Set(batch.runs.map(({ name }) => name.split(':')[0]));
    const expected = kernelCatalogue.map(({ name }) => name).filter((name) => !wholeOnly.includes(name));
    expect([...tried].sort()).toEqual(expected.sort());
  });

  test(
    'on the host, with sanitizers',
    async () => {
      expect(differences(batch, await outputsOf(batch, onHost))).toEqual([]);
    },
    tierLimitMs,
  );
});

describeWithArm('row forms equal the interpreter on a Cortex-M7', () => {
  test(
    'with the DSP extension',
    async () => {
      expect(differences(batch, await outputsOf(batch, onArmDsp))).toEqual([]);
    },
    tierLimitMs,
  );

  test(
    'in plain C',
    async () => {
      expect(differences(batch, await outputsOf(batch, onArmPortable))).toEqual([]);
    },
    tierLimitMs,
  );
});
