import { describe, expect, test } from 'vitest';
import { at } from '../../src/base/index.ts';
import {
  type PatchStep,
  type PlannedBuffer,
  planSchedule,
  printSchedule,
  type Schedule,
  type Step,
  type StreamStep,
  verifySchedule,
} from '../../src/schedule/index.ts';
import { findTarget } from '../../src/target/index.ts';
import { networkBuilder } from '../support/network-builder.ts';

const target = findTarget('stm32f746');

/** A plan with an overlap, a scratch memory, a reshape and an input that is needed twice. */
function soundPlan(): Schedule {
  const network = networkBuilder(1);
  const input = network.input([1, 6, 6, 4]);
  const convolved = network.conv2d(input, 4, 3);
  const sum = network.add(convolved, input);
  const flat = network.reshape(sum, [1, 144]);
  return planSchedule(network.finish([network.relu(flat)]), target);
}

function replaceAt<T>(values: readonly T[], index: number, change: (value: T) => T): readonly T[] {
  return values.map((value, position) => (position === index ? change(value) : value));
}

const sound = soundPlan();
const scratchId = sound.buffers.findIndex((buffer) => buffer.kind === 'scratch');
const withBuffer = (id: number, change: Partial<PlannedBuffer>): Schedule => ({
  ...sound,
  buffers: replaceAt(sound.buffers, id, (buffer) => ({ ...buffer, ...change })),
});
const withStep = (index: number, change: (step: Step) => Step): Schedule => ({
  ...sound,
  steps: replaceAt(sound.steps, index, change),
});
const withOffset = (id: number, offset: number): Schedule => ({
  ...sound,
  placements: replaceAt(sound.placements, id, (placement) => ({ ...placement, offset })),
});
const offsetOf = (id: number): number => at(sound.placements, id).offset;

describe('verifySchedule', () => {
  test('passes what the planner makes', () => {
    expect(scratchId).toBeGreaterThan(0);
    expect(sound.overlaps.length).toBeGreaterThan(0);
    expect(() => verifySchedule(sound, target)).not.toThrow();
    expect(() => verifySchedule(sound)).not.toThrow();
  });

  const bytesOf = (id: number): number => at(sound.buffers, id).bytes;
  const wrong: readonly (readonly [what: string, plan: Schedule, message: RegExp])[] = [
    ['a step left out', { ...sound, steps: sound.steps.slice(1) }, /not every operator once/],
    ['a step twice', { ...sound, steps: [...sound.steps, at(sound.steps, 0)] }, /not every operator once/],
    ['steps in a wrong order', { ...sound, steps: [...sound.steps].reverse() }, /before it is written/],
    ['an unknown kernel', withStep(0, (step) => ({ ...step, kernel: 'none' }) as Step), /no kernel none/],
    [
      'a kernel of another operator',
      withStep(0, (step) => ({ ...step, kernel: 'add_s8' }) as Step),
      /not accepted/,
    ],
    [
      'a scratch memory forgotten',
      withStep(0, (step) => ({ ...step, scratch: undefined }) as Step),
      /scratch/,
    ],
    ['a scratch memory too small', withBuffer(scratchId, { bytes: 1 }), /scratch does not fit/],
    ['a buffer of wrong size', withBuffer(0, { bytes: bytesOf(0) - 1 }), /has not the size of tensor/],
    ['a buffer that ends early', withBuffer(0, { lastStep: 0 }), /first use to its last/],
    ['a buffer that starts late', withBuffer(1, { firstStep: 1 }), /first use to its last/],
    ['a tensor in two buffers', withBuffer(1, { tensors: [0] }), /in two buffers/],
    ['tensors joined without a reshape', withBuffer(0, { tensors: [0, 1] }), /joins unrelated tensors/],
    ['a reshape that would copy', withBuffer(2, { tensors: [2] }), /without a buffer/],
    ['a placement forgotten', { ...sound, placements: sound.placements.slice(1) }, /placed once/],
    ['an offset below the arena', withOffset(0, -16), /lies at -16/],
    ['an unaligned offset', withOffset(0, offsetOf(0) + 4), /lies at/],
    ['an offset beyond the arena', withOffset(0, sound.arenaBytes), /ends outside/],
    ['a live buffer on another', withOffset(1, offsetOf(0)), /share bytes while both are live/],
    [
      'scratch on an operand',
      withOffset(scratchId, offsetOf(0)),
      /share bytes while both are live|ends outside/,
    ],
    [
      'an overlap whose input is needed later',
      { ...sound, overlaps: [...sound.overlaps, { step: 0, input: 0, output: 1, leadBytes: 10_000 }] },
      /needed later/,
    ],
    [
      'an overlap with less lead than the kernel asks for',
      { ...sound, overlaps: replaceAt(sound.overlaps, 0, (overlap) => ({ ...overlap, leadBytes: -16 })) },
      /forbids it/,
    ],
    ['an arena that is too small', { ...sound, arenaBytes: sound.arenaBytes - 16 }, /ends outside/],
    ['an arena that is too large', { ...sound, arenaBytes: sound.arenaBytes + 16 }, /its buffers end at/],
    ['a made-up lower bound', { ...sound, arenaLowerBoundBytes: 0 }, /the lower bound is/],
  ];
  test.each(wrong)('rejects %s', (_, plan, message) => {
    expect(() => verifySchedule(plan, target)).toThrow(message);
  });
});

describe('patches', () => {
  /** A wide image with many channels inside: its rows do not fit. */
  function patchedPlan(): Schedule {
    const network = networkBuilder(2);
    const input = network.input([1, 8, 60, 1]);
    const wide = network.conv2d(input, 12, 3);
    const sum = network.add(network.depthwiseConv2d(wide), wide);
    const graph = network.finish([network.conv2d(sum, 1)]);
    return planSchedule(graph, target, { sramBytes: 2600 });
  }
  const plan = patchedPlan();
  const step = plan.steps.findIndex(({ kind }) => kind === 'patch');
  const patched = plan.steps[step] as PatchStep;
  const withPatch = (change: Partial<PatchStep>): Schedule => ({
    ...plan,
    steps: replaceAt(plan.steps, step, () => ({ ...patched, ...change })),
  });
  const line = patched.lines.findIndex(({ rows }) => rows === 3);
  const shortened = replaceAt(patched.lines, line, (each) => ({ ...each, rows: 2 }));
  const onInput = replaceAt(plan.placements, at(patched.lines, 0).buffer, (placement) => ({
    ...placement,
    offset: at(plan.placements, 0).offset,
  }));

  test('pass and print', () => {
    expect(plan.arenaBytes).toBeLessThanOrEqual(2600);
    expect(() => verifySchedule(plan, target)).not.toThrow();
    const text = printSchedule(plan);
    expect(text).toContain(`${patched.patches.length} patches: `);
    expect(text).toContain(`${patched.recomputedMacs} MACs again`);
    expect(text).toContain(`patches of step ${step}: columns 0..${at(patched.patches, 0).end - 1} `);
  });

  test('count what they compute again', () => {
    // Each border makes two columns of the first convolution again: 8 rows, 12 channels, 9 products.
    const borders = patched.patches.length - 1;
    expect(patched.recomputedMacs).toBe(borders * 2 * 8 * 12 * 9);
  });

  test.each([
    ['a group of one', withPatch({ ops: [1] }), /without a buffer/],
    ['a column left out', withPatch({ patches: patched.patches.slice(1) }), /one beside the other/],
    ['a patch left out', withPatch({ patches: patched.patches.slice(0, -1) }), /whole width/],
    ['work that is not counted', withPatch({ recomputedMacs: 0 }), /recomputes/],
    ['no lines', withPatch({ lines: [] }), /does not keep lines|never used/],
    ['a ring that is a row too short', withPatch({ lines: shortened }), /is not whole/],
    ['a row left out', withPatch({ order: patched.order.slice(0, -1) }), /ends early/],
    ['a row too many', withPatch({ order: [...patched.order, at(patched.order, 0)] }), /more rows/],
    ['rows in a wrong order', withPatch({ order: [...patched.order].reverse() }), /is not whole/],
    ['a kernel of another operator', withPatch({ kernels: [...patched.kernels].reverse() }), /not accepted/],
    ['a line on the input', { ...plan, placements: onInput }, /share bytes/],
    [
      'a clearance made up',
      {
        ...plan,
        placements: onInput,
        clearances: [...plan.clearances, { step, a: 0, b: at(patched.lines, 0).buffer, barred: [] }],
      },
      /not survive|not whole|overwritten|lower bound/,
    ],
  ] satisfies readonly (readonly [string, Schedule, RegExp])[])('rejects %s', (_, wrong, message) => {
    expect(() => verifySchedule(wrong, target)).toThrow(message);
  });
});

describe('streams', () => {
  /** A residual block and a mean that run row by row: lines, a scratch memory, kept sums. */
  function streamed(): Schedule {
    const network = networkBuilder(3);
    const input = network.input([1, 12, 6, 4]);
    const filtered = network.depthwiseConv2d(network.conv2d(input, 12, 3));
    const sum = network.add(network.conv2d(filtered, 4), input);
    const graph = network.finish([network.mean(sum)]);
    return planSchedule(graph, target, { objective: 'memory', mostSlowdown: 9 });
  }
  const plan = streamed();
  const step = plan.steps.findIndex(({ kind }) => kind === 'stream');
  const stream = plan.steps[step] as StreamStep;
  const withStream = (change: Partial<StreamStep>): Schedule => ({
    ...plan,
    steps: replaceAt(plan.steps, step, () => ({ ...stream, ...change })),
  });
  const line = stream.lines.findIndex(({ rows }) => rows === 3);
  const shortened = stream.lines.map((each, index) => (index === line ? { ...each, rows: 2 } : each));
  const kept = stream.kernels.indexOf('mean_s8');
  const move = (id: number, offset: number): Schedule => ({
    ...plan,
    placements: replaceAt(plan.placements, id, (placement) => ({ ...placement, offset })),
  });
  const lineBuffer = at(stream.lines, line).buffer;

  test('pass as planned', () => {
    expect([step, line, kept].every((index) => index >= 0)).toBe(true);
    expect(stream.scratches.some((scratch) => scratch !== undefined)).toBe(true);
    expect(() => verifySchedule(plan, target)).not.toThrow();
  });

  test.each([
    ['a ring that is a row too short', withStream({ lines: shortened }), /is not whole/],
    ['rows in a wrong order', withStream({ order: [...stream.order].reverse() }), /is not whole/],
    ['a row left out', withStream({ order: stream.order.slice(0, -1) }), /ends early/],
    ['a row too many', withStream({ order: [...stream.order, at(stream.order, 0)] }), /not whole|more rows/],
    ['lines of no tensor', withStream({ lines: [] }), /does not keep lines/],
    [
      'more rows than the tensor has',
      withStream({ lines: replaceAt(stream.lines, line, (each) => ({ ...each, rows: 99 })) }),
      /rows are kept/,
    ],
    [
      'a scratch forgotten',
      withStream({ scratches: stream.scratches.map(() => undefined) }),
      /scratch|never used/,
    ],
    ['a kernel of another operator', withStream({ kernels: [...stream.kernels].reverse() }), /not accepted/],
    ['a line on an operand', move(lineBuffer, at(plan.placements, 0).offset), /share bytes/],
    [
      'a clearance made up',
      {
        ...move(lineBuffer, at(plan.placements, 0).offset),
        clearances: plan.clearances.map((clearance) => ({ ...clearance, barred: [] })),
      },
      /not whole|overwritten|lost|ends outside|buffers end/,
    ],
  ] satisfies readonly (readonly [string, Schedule, RegExp])[])('rejects %s', (_, wrong, message) => {
    expect(() => verifySchedule(wrong, target)).toThrow(message);
  });
});
