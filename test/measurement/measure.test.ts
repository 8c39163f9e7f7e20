/** Figures from a plan and an image, and verdicts on them. */

import { describe, expect, test } from 'vitest';
import { at } from '../../src/base/index.ts';
import type { Budgets } from '../../src/config/index.ts';
import type { FirmwareImage } from '../../src/firmware/index.ts';
import {
  checkBudgets,
  checkRegression,
  estimateLatency,
  type MeasureInput,
  measure,
} from '../../src/measurement/index.ts';
import type { Schedule } from '../../src/schedule/index.ts';
import { findTarget } from '../../src/target/index.ts';
import { makeMeasurement } from '../support/report-fixture.ts';

const target = findTarget('stm32f746');
const one = { multiplier: 1 << 30, shift: 1 };
const clamp = { min: -128, max: 127 };
const size = (edge: number) => ({ height: edge, width: edge });
const noPadding = { top: 0, left: 0, bottom: 0, right: 0 };

function tensor(id: number, shape: readonly number[]) {
  return { id, name: `t${id}`, type: 'int8' as const, shape, scale: 1, zeroPoint: 0, data: undefined };
}

/** Convolution 4x4x2 to 4x4x8, depthwise 3x3 to 2x2x8, reshape, fully connected to 5. */
const schedule: Schedule = {
  graph: {
    tensors: [
      [1, 4, 4, 2],
      [1, 4, 4, 8],
      [1, 2, 2, 8],
      [1, 32],
      [1, 5],
    ].map((shape, id) => tensor(id, shape)),
    ops: [
      {
        kind: 'conv2d',
        index: 0,
        name: 'conv',
        inputs: [0],
        output: 1,
        filter: size(1),
        stride: size(1),
        dilation: size(1),
        padding: noPadding,
        weights: new Int8Array(16),
        bias: new Int32Array(8),
        multipliers: Array(8).fill(one),
        clamp,
      },
      {
        kind: 'depthwiseConv2d',
        index: 1,
        name: 'depthwise',
        inputs: [1],
        output: 2,
        filter: size(3),
        stride: size(1),
        dilation: size(1),
        padding: noPadding,
        depthMultiplier: 1,
        weights: new Int8Array(72),
        bias: new Int32Array(8),
        multipliers: Array(8).fill(one),
        clamp,
      },
      { kind: 'reshape', index: 2, name: 'reshape', inputs: [2], output: 3 },
      {
        kind: 'fullyConnected',
        index: 10,
        name: 'dense',
        inputs: [3],
        output: 4,
        batches: 1,
        inputSize: 32,
        outputSize: 5,
        weights: new Int8Array(160),
        bias: new Int32Array(5),
        multipliers: Array(5).fill(one),
        clamp,
      },
    ],
    inputs: [{ tensor: 0, name: 'in', shape: [1, 4, 4, 2], type: 'int8' }],
    outputs: [{ tensor: 4, name: 'out', shape: [1, 5], type: 'int8' }],
  },
  steps: [
    { kind: 'operator', op: 0, kernel: 'conv', scratch: undefined },
    { kind: 'operator', op: 1, kernel: 'depthwise', scratch: undefined },
    { kind: 'operator', op: 3, kernel: 'dense', scratch: undefined },
  ],
  buffers: [
    { id: 0, kind: 'tensor', name: 'in', tensors: [0], bytes: 32, firstStep: 0, lastStep: 0 },
    { id: 1, kind: 'tensor', name: 'a', tensors: [1], bytes: 128, firstStep: 0, lastStep: 1 },
    { id: 2, kind: 'tensor', name: 'b', tensors: [2, 3], bytes: 32, firstStep: 1, lastStep: 2 },
    { id: 3, kind: 'tensor', name: 'out', tensors: [4], bytes: 5, firstStep: 2, lastStep: 2 },
  ],
  placements: [
    { buffer: 0, offset: 128 },
    { buffer: 1, offset: 0 },
    // Half of it on top of its input, as an in-place step has it.
    { buffer: 2, offset: 112 },
    { buffer: 3, offset: 0 },
  ],
  overlaps: [],
  clearances: [],
  tradeOff: [],
  arenaBytes: 160,
  arenaLowerBoundBytes: 144,
};

const { sram, flash, stack, overflow, toolchain } = makeMeasurement({ name: 'a' });
const symbol = (name: string, bytes: number, section = '.rodata') => ({ name, bytes, section, address: 0 });
const image: FirmwareImage = {
  target: 'stm32f746',
  toolchain,
  sram,
  flash,
  stack,
  overflow,
  elf: new Uint8Array(),
  bin: new Uint8Array(),
  hex: new Uint8Array(),
  map: new Uint8Array(),
  symbols: [
    symbol('op_1', 900, '.text'),
    symbol('op_1_weights', 16),
    symbol('op_1_bias', 32),
    symbol('op_1_dw_weights', 72),
    symbol('op_10_weights', 160),
    symbol('main', 40, '.text'),
  ],
};

const input: MeasureInput = {
  name: 'tiny',
  path: 'tiny.tflite',
  sha256: 'f'.repeat(64),
  target,
  schedule,
  objective: 'memory',
  image,
  symbols: [
    { step: 0, operatorIndex: 0, symbol: 'op_1' },
    { step: 1, operatorIndex: 1, symbol: 'op_1_dw' },
    { step: 2, operatorIndex: 10, symbol: 'op_10' },
  ],
  modelMacs: 2048,
  isTrained: true,
  operatorCycles: [1000, 500.4, 0, 700.2],
};

describe('measuring', () => {
  const measured = measure(input);

  test('counts work and size as the field does', () => {
    expect(measured.layers.map(({ macs }) => macs)).toEqual([4 * 4 * 8 * 2, 2 * 2 * 8 * 9, 160]);
    expect(measured.macs).toBe(256 + 288 + 160);
    expect(measured.parameters).toBe(16 + 8 + 72 + 8 + 160 + 5);
  });

  test('has a layer for each operator that runs, in the schedule’s order', () => {
    expect(measured.layers.map(({ index, name, op }) => `${index} ${name} ${op}`)).toEqual([
      '0 conv CONV_2D',
      '1 depthwise DEPTHWISE_CONV_2D',
      '10 dense FULLY_CONNECTED',
    ]);
    expect(measured.layers[1]?.outputShape).toEqual([1, 2, 2, 8]);
  });

  test('counts shared bytes of the arena once', () => {
    expect(measured.layers.map(({ liveBytes }) => liveBytes)).toEqual([160, 144, 37]);
  });

  test('gives constants to the operator with the longest matching name', () => {
    expect(measured.layers.map(({ weightBytes }) => weightBytes)).toEqual([48, 72, 160]);
  });

  test('draws buffers over layers', () => {
    expect(measured.arena[2]).toEqual({
      name: 'b',
      kind: 'tensor',
      offsetBytes: 112,
      bytes: 32,
      firstStep: 1,
      lastStep: 2,
    });
  });

  test('shows how near the plan is to its bound and what else was considered', () => {
    const tradeOff = [
      { peakBytes: 160, cycles: 2159.6, chosen: true },
      { peakBytes: 100, cycles: 4320, chosen: false },
    ];
    const { plan } = measure({ ...input, schedule: { ...schedule, tradeOff } });
    expect(plan).toMatchObject({ objective: 'memory', peakBytes: 160, lowerBoundBytes: 144, gapBytes: 16 });
    expect(plan.gapShare).toBeCloseTo(1 / 9, 9);
    expect(plan.streams).toEqual([]);
    expect(plan.tradeOff).toEqual([
      { peakBytes: 160, cycles: 2160, milliseconds: 0.01, chosen: true },
      { peakBytes: 100, cycles: 4320, milliseconds: 0.02, chosen: false },
    ]);
  });

  test('tells what patches compute again', () => {
    const patched: Schedule = {
      ...schedule,
      steps: [
        {
          kind: 'patch',
          ops: [0, 1],
          kernels: ['conv', 'depthwise'],
          scratches: [undefined, undefined],
          patches: [
            { first: 0, end: 2 },
            { first: 2, end: 3 },
          ],
          order: [],
          lines: [],
          liveBytes: 0,
          recomputedMacs: 640,
        },
        { kind: 'operator', op: 3, kernel: 'dense', scratch: undefined },
      ],
    };
    const { plan } = measure({ ...input, schedule: patched });
    expect(plan.patched).toEqual([{ firstLayer: 0, lastLayer: 1, patches: 2, recomputedMacs: 640 }]);
    expect(plan.streams).toEqual([]);
  });

  test('spreads a step of several operators over their layers', () => {
    const streamed: Schedule = {
      ...schedule,
      steps: [
        {
          kind: 'stream',
          ops: [0, 1],
          kernels: ['conv', 'depthwise'],
          scratches: [undefined, undefined],
          order: [],
          lines: [],
          liveBytes: 0,
        },
        { kind: 'operator', op: 3, kernel: 'dense', scratch: undefined },
      ],
      buffers: schedule.buffers.map((buffer) => ({
        ...buffer,
        firstStep: Math.max(0, buffer.firstStep - 1),
        lastStep: Math.max(0, buffer.lastStep - 1),
      })),
    };
    const { layers, arena, plan } = measure({ ...input, schedule: streamed });
    expect(plan.streams).toEqual([{ firstLayer: 0, lastLayer: 1 }]);
    expect(layers.map(({ index }) => index)).toEqual([0, 1, 10]);
    expect(arena.map(({ firstStep, lastStep }) => [firstStep, lastStep])).toEqual([
      [0, 1],
      [0, 1],
      [0, 2],
      [2, 2],
    ]);
  });

  test('estimates latency where nothing was executed, and says so', () => {
    expect(measured.latency).toEqual(estimateLatency(input.operatorCycles, target));
    expect(measured.latency).toMatchObject({
      cycles: 2201,
      method: 'estimated',
      instructions: null,
    });
    // The estimate's own error and that of what it is fitted to.
    expect(measured.latency.relativeError).toBeGreaterThan(0.06);
    expect(measured.latency.relativeError).toBeLessThan(0.25);
    expect(measured.latency.milliseconds).toBeCloseTo(2201 / 216_000, 9);
    expect(measured.latency.methodDescription).toMatch(/nothing was executed.*against the simulator/);
  });

  test('takes what was found by running it', () => {
    const accuracy = { metric: 'top1' as const, value: 0.9, samples: 10 };
    const simulated = {
      cycles: 432_000,
      instructions: 500_000,
      cyclesBySymbol: new Map([[at(input.symbols, 0).symbol, 400_000]]),
      stallsBySymbol: new Map([
        [
          at(input.symbols, 0).symbol,
          { dataCacheShare: 0.04, mispredictionShare: 0.05, dualIssueShare: 0.6 },
        ],
      ]),
      stalls: { dataCacheShare: 0.01, mispredictionShare: 0.02, dualIssueShare: 0.3 },
      stackHighWaterBytes: 100,
    };
    const found = measure({ ...input, simulated, accuracy });
    expect(found.accuracy).toEqual(accuracy);
    expect(found.sram.stackHighWaterBytes).toBe(100);
    expect(measured.sram.stackHighWaterBytes).toBeNull();
    expect(found.latency).toMatchObject({
      method: 'simulated',
      milliseconds: 2,
      cycles: 432_000,
      instructions: 500_000,
      relativeError: 0.03,
      stalls: { dataCacheShare: 0.01, mispredictionShare: 0.02, dualIssueShare: 0.3 },
    });
    expect(found.layers.map(({ stalls }) => stalls?.dataCacheShare)).toEqual([
      0.04,
      ...found.layers.slice(1).map(() => undefined),
    ]);
    expect(found.layers.map(({ cycles }) => cycles)).toEqual([
      400_000,
      ...found.layers.slice(1).map(() => 0),
    ]);
  });

  test('has a wider error band where data-cache stalls decide', () => {
    const simulated = {
      cycles: 1000,
      instructions: 500,
      cyclesBySymbol: new Map(),
      stallsBySymbol: new Map(),
      stalls: { dataCacheShare: 0.3, mispredictionShare: 0, dualIssueShare: null },
      stackHighWaterBytes: 100,
    };
    const { latency } = measure({ ...input, simulated });
    expect(latency.relativeError).toBe(0.06);
    expect(latency.methodDescription).toContain('data-cache stalls');
  });

  test('a board counts itself, with the simulated cycles beside', () => {
    const simulated = {
      cycles: 432_000,
      instructions: 500_000,
      cyclesBySymbol: new Map(),
      stallsBySymbol: new Map(),
      stalls: { dataCacheShare: 0.01, mispredictionShare: 0.02, dualIssueShare: null },
      stackHighWaterBytes: 100,
    };
    const { latency } = measure({ ...input, simulated, board: { cycles: 216_000, programmer: 'openocd' } });
    expect(latency).toMatchObject({
      method: 'board',
      milliseconds: 1,
      cycles: 216_000,
      simulatedCycles: 432_000,
      relativeError: null,
    });
    expect(latency.methodDescription).toContain('openocd');
  });

  test('an image for another target is our bug', () => {
    expect(() => measure({ ...input, image: { ...image, target: 'stm32f412' } })).toThrow('internal error');
  });
});

describe('judging', () => {
  const none: Budgets = {
    sramBytes: undefined,
    flashBytes: undefined,
    latencyMs: undefined,
    accuracy: undefined,
  };
  const measurement = makeMeasurement({ name: 'a' });
  const statuses = (budgets: Partial<Budgets>, changed: Partial<typeof measurement> = {}) =>
    checkBudgets({ ...measurement, ...changed }, { ...none, ...budgets }, target).map(
      ({ metric, origin, status, headroom }) => `${metric} ${origin} ${status} ${headroom}`,
    );

  test('the chip is always judged', () => {
    expect(statuses({})).toEqual(['sram chip pass 310624', 'flash chip pass 1001952']);
  });

  test('a limit that is just reached is kept, one byte less is not', () => {
    expect(statuses({ sramBytes: 17_056 })[0]).toBe('sram budget pass 0');
    expect(statuses({ sramBytes: 17_055 })[0]).toBe('sram budget fail -1');
    expect(statuses({ flashBytes: 46_623 })).toContain('flash budget fail -1');
  });

  test('accuracy is a minimum, judged where it was measured', () => {
    expect(statuses({ accuracy: 0.901 })).toContain('accuracy budget pass 0');
    expect(statuses({ accuracy: 0.95 }).at(-1)).toMatch(/^accuracy budget fail -0\.0/);
    expect(statuses({ accuracy: 0.95 }, { accuracy: null })).toHaveLength(2);
  });

  test('latency is a maximum', () => {
    expect(statuses({ latencyMs: 20 }).at(-1)).toMatch(/^latency budget pass 6\.17/);
    expect(statuses({ latencyMs: 10 }).at(-1)).toMatch(/^latency budget fail -3\.8/);
  });

  test('what the linker could not place fails, whatever the totals say', () => {
    expect(statuses({}, { overflow: { flashBytes: 28, sramBytes: 0 } })).toEqual([
      'sram chip pass 310624',
      'flash chip fail -28',
    ]);
  });
});

describe('judging against the base', () => {
  const measurement = makeMeasurement({ name: 'a' });
  const limits = { sram: 0.02, flash: 0, latency: 0.05, accuracy: 0.005 };
  const verdicts = (base: Partial<typeof measurement>) =>
    checkRegression(measurement, limits, { ...measurement, ...base }).map(
      ({ metric, origin, status }) => `${metric} ${origin} ${status}`,
    );

  test('what did not change passes', () => {
    expect(verdicts({})).toEqual([
      'sram regression pass',
      'flash regression pass',
      'latency regression pass',
      'accuracy regression pass',
    ]);
  });

  test('what grew by more than its share fails', () => {
    const { sram, flash, latency } = measurement;
    expect(verdicts({ sram: { ...sram, totalBytes: 16_700 } })).toContain('sram regression fail');
    expect(verdicts({ sram: { ...sram, totalBytes: 16_800 } })).toContain('sram regression pass');
    expect(verdicts({ flash: { ...flash, totalBytes: flash.totalBytes - 1 } })).toContain(
      'flash regression fail',
    );
    const faster = { ...latency, milliseconds: latency.milliseconds / 1.06 };
    expect(verdicts({ latency: faster })).toContain('latency regression fail');
  });

  test('accuracy may be lost up to exactly the points allowed', () => {
    const baseOf = (value: number) => ({ accuracy: { metric: 'top1' as const, value, samples: 1000 } });
    expect(verdicts(baseOf(0.906))).toContain('accuracy regression pass');
    expect(verdicts(baseOf(0.907))).toContain('accuracy regression fail');
  });

  test('figures found in different ways are not compared', () => {
    const latency = { ...measurement.latency, method: 'simulated' as const };
    const accuracy = { metric: 'auc' as const, value: 0.99, samples: 10 };
    expect(verdicts({ latency, accuracy })).toEqual(['sram regression pass', 'flash regression pass']);
  });
});
