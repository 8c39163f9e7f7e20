import { describe, expect, test } from 'vitest';
import { at } from '../../src/base/index.ts';
import type { Op } from '../../src/graph/index.ts';
import { kernelCatalogue } from '../../src/kernels/index.ts';
import { describeWithArm } from '../support/qemu.ts';
import { makeBatch } from './batch.ts';
import { differences, makeCases } from './cases.ts';
import { onArmDsp, onArmPortable, onHost, outputsOf } from './tiers.ts';

/** Compilers with sanitizers are slow where processors are shared. */
const tierLimitMs = 300_000;

/** Every kind that a kernel must compute; the type holds the list to the union. */
const kinds: Readonly<Record<Exclude<Op['kind'], 'reshape'>, true>> = {
  conv2d: true,
  groupedConv2d: true,
  transposeConv2d: true,
  depthwiseConv2d: true,
  fullyConnected: true,
  add: true,
  sub: true,
  mul: true,
  maximum: true,
  minimum: true,
  prelu: true,
  averagePool2d: true,
  maxPool2d: true,
  mean: true,
  sum: true,
  reduceMax: true,
  reduceMin: true,
  argMax: true,
  argMin: true,
  cast: true,
  l2Normalise: true,
  logSoftmax: true,
  pad: true,
  slice: true,
  take: true,
  transpose: true,
  softmax: true,
  concatenation: true,
  requantize: true,
  relu: true,
  logistic: true,
  lookup: true,
  resizeBilinear: true,
  curve: true,
  piecewise: true,
  store: true,
  svdf: true,
  lstm: true,
  resizeNearest: true,
};

const cases = makeCases(20_260_801);
const batch = makeBatch(cases);

describe('the catalogue', () => {
  test('has a kernel for every kind of operator, and every kernel is tried', () => {
    const kindsTried = new Set(cases.map(({ graph }) => at(graph.ops, 0).kind));
    expect([...kindsTried].sort()).toEqual(Object.keys(kinds).sort());
    const kernelsTried = new Set(cases.map(({ kernel }) => kernel.name));
    expect([...kernelsTried].sort()).toEqual(kernelCatalogue.map(({ name }) => name).sort());
  });
});

describe('kernels equal the interpreter', () => {
  test(
    'on the host, with sanitizers',
    async () => {
      expect(differences(batch, await outputsOf(batch, onHost))).toEqual([]);
    },
    tierLimitMs,
  );
});

describeWithArm('kernels equal the interpreter on a Cortex-M7', () => {
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
