import { describe, expect, test } from 'vitest';
import { at } from '../../src/base/index.ts';
import type { Op } from '../../src/graph/index.ts';
import { chooseKernel, findKernel, kernelCatalogue } from '../../src/kernels/index.ts';
import { findTarget } from '../../src/target/index.ts';
import { describeWithArm } from '../support/qemu.ts';
import { type Batch, type KernelCase, makeBatch } from './batch.ts';
import { operatorMakers, randomInputs } from './operators.ts';
import { seededRandom } from './random.ts';
import { onArmDsp, onArmPortable, onHost, outputsOf } from './tiers.ts';

const target = findTarget('stm32f746');
const casesOfEachMaker = 14;
/** Compilers with sanitizers are slow where processors are shared. */
const tierLimitMs = 300_000;

/** Every kind that a kernel must compute; the type holds the list to the union. */
const kinds: Readonly<Record<Exclude<Op['kind'], 'reshape'>, true>> = {
  conv2d: true,
  depthwiseConv2d: true,
  fullyConnected: true,
  add: true,
  mul: true,
  averagePool2d: true,
  maxPool2d: true,
  mean: true,
  pad: true,
  transpose: true,
  softmax: true,
  concatenation: true,
  requantize: true,
  relu: true,
  logistic: true,
  resizeNearest: true,
};

function makeCases(seed: number): KernelCase[] {
  const random = seededRandom(seed);
  return Object.entries(operatorMakers).flatMap(([name, make]) =>
    Array.from({ length: casesOfEachMaker }, (_, index) => {
      const graph = make(random);
      const op = at(graph.ops, 0);
      // A 1x1 convolution is tried on the general kernel too.
      const chosen = chooseKernel(op, graph, target);
      const kernel = index % 3 === 2 && op.kind === 'conv2d' ? findKernel('conv_s8') : chosen;
      return { name: `${name} ${index}`, graph, kernel, inputs: randomInputs(random, graph) };
    }),
  );
}

const cases = makeCases(20_260_801);
const batch = makeBatch(cases);

/** Names of the runs whose outputs differ from the interpreter's, with the first difference. */
function differences({ runs }: Batch, outputs: Int8Array): string[] {
  let offset = 0;
  const found = runs.flatMap(({ name, expected, case: index }) => {
    const actual = outputs.subarray(offset, offset + expected.length);
    offset += expected.length;
    const wrong = expected.findIndex((value, position) => value !== actual[position]);
    if (wrong < 0) return [];
    return [
      `${at(cases, index).kernel.name}: ${name}: [${wrong}] is ${actual[wrong]}, not ${expected[wrong]}`,
    ];
  });
  expect(offset).toBe(outputs.length);
  return found;
}

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
