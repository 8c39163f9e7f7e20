import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { at } from '../../src/base/index.ts';
import { buildGraph, type Graph } from '../../src/graph/index.ts';
import { readModel } from '../../src/model/index.ts';
import { liveBytesAt, planSchedule, printSchedule, type Schedule } from '../../src/schedule/index.ts';
import { findTarget } from '../../src/target/index.ts';
import { describeWithFixtures } from '../support/fixtures.ts';
import { networkBuilder } from '../support/network-builder.ts';
import { randomImageNetworks } from '../support/random-image-network.ts';
import { randomNetworks } from '../support/random-network.ts';
import { randomWideNetworks } from '../support/random-wide-network.ts';
import { complaintsAbout, fitsByTrial } from './placement-checks.ts';

const target = findTarget('stm32f746');
const plan = (graph: Graph): Schedule => planSchedule(graph, target);

/** Time of this process alone, whatever else the machine does. */
function timed(make: () => Schedule): { readonly schedule: Schedule; readonly seconds: number } {
  const start = process.cpuUsage();
  const schedule = make();
  return { schedule, seconds: process.cpuUsage(start).user / 1e6 };
}

describe('plans', () => {
  test('an element-wise chain runs in the bytes of one tensor', () => {
    const network = networkBuilder(1);
    let tensor = network.input([1, 8, 8, 4]);
    for (let count = 0; count < 5; count++) tensor = network.relu(tensor);
    const schedule = plan(network.finish([tensor]));
    expect(schedule.arenaBytes).toBe(256);
    expect(schedule.steps.map((_, step) => liveBytesAt(schedule, step))).toEqual([256, 256, 256, 256, 256]);
  });

  test('an input that is needed again is not overwritten', () => {
    const network = networkBuilder(2);
    const input = network.input([1, 8, 8, 4]);
    const schedule = plan(network.finish([network.add(network.relu(input), input)]));
    expect(schedule.arenaBytes).toBe(512);
    expect(complaintsAbout(schedule)).toEqual([]);
  });

  test('an input that is also an output survives to the end', () => {
    const network = networkBuilder(3);
    const input = network.input([1, 4, 4, 4]);
    const schedule = plan(network.finish([network.relu(input), input]));
    expect(schedule.arenaBytes).toBe(128);
    expect(complaintsAbout(schedule)).toEqual([]);
  });

  test('reshapes take no step and no bytes', () => {
    const network = networkBuilder(4);
    const flat = network.reshape(network.relu(network.input([1, 4, 4, 4])), [1, 64]);
    const schedule = plan(network.finish([network.relu(network.reshape(flat, [1, 8, 8, 1]))]));
    expect(schedule.steps).toHaveLength(2);
    expect(schedule.arenaBytes).toBe(64);
  });

  test('a network of reshapes only has no steps', () => {
    const network = networkBuilder(5);
    const schedule = plan(network.finish([network.reshape(network.input([1, 4, 4, 2]), [1, 32])]));
    expect(schedule.steps).toEqual([]);
    expect(schedule.arenaBytes).toBe(32);
    expect(liveBytesAt(schedule, 0)).toBe(32);
  });

  test('inputs that nobody reads keep their bytes until the first step', () => {
    const network = networkBuilder(6);
    const used = network.input([1, 4, 4, 4]);
    network.input([1, 4, 4, 4]);
    const schedule = plan(network.finish([network.relu(used)]));
    expect(schedule.arenaBytes).toBe(128);
    expect(complaintsAbout(schedule)).toEqual([]);
  });

  test('a constant operand takes no arena, also behind a reshape', () => {
    const network = networkBuilder(7);
    const input = network.input([1, 4, 4, 4]);
    const constant = network.reshape(network.constant([1, 64]), [1, 4, 4, 4]);
    expect(plan(network.finish([network.add(input, constant)])).arenaBytes).toBe(64);
  });

  test('a constant output is the user’s to mend', () => {
    const network = networkBuilder(8);
    const input = network.input([1, 4, 4, 4]);
    const graph = network.finish([network.relu(input), network.constant([1, 4])]);
    expect(() => plan(graph)).toThrow(expect.objectContaining({ code: 'SCHEDULE_EDGE_CONSTANT' }));
  });

  test('wide branches run one after the other although the file interleaves them', () => {
    const network = networkBuilder(9);
    const input = network.input([1, 4, 4, 1]);
    const wide = [1, 2, 3].map(() => network.conv2d(input, 40));
    const narrow = wide.map((tensor) => network.conv2d(tensor, 1));
    const schedule = plan(network.finish([network.concatenation(narrow)]));
    expect(complaintsAbout(schedule)).toEqual([]);
    expect(schedule.steps.map((step) => (step.kind === 'operator' ? step.op : -1))).toEqual([
      0, 3, 1, 4, 2, 5, 6,
    ]);
    expect(schedule.arenaBytes).toBeLessThan(2 * 640);
  });

  test('the order of the file stays where another gains nothing', () => {
    const network = networkBuilder(10);
    const input = network.input([1, 4, 4, 8]);
    const branches = [network.conv2d(input, 8), network.conv2d(input, 8)];
    const schedule = plan(network.finish([network.concatenation(branches)]));
    expect(schedule.steps.map((step) => (step.kind === 'operator' ? step.op : -1))).toEqual([0, 1, 2]);
  });
});

describe('plans of arbitrary networks', () => {
  test('no tensor loses a byte before its last reader has run', () => {
    fc.assert(
      fc.property(randomNetworks({ minOps: 1, maxOps: 14 }), (graph) => {
        const schedule = plan(graph);
        expect(complaintsAbout(schedule)).toEqual([]);
        expect(schedule.arenaBytes).toBeGreaterThanOrEqual(schedule.arenaLowerBoundBytes);
      }),
      { numRuns: 300, seed: 1 },
    );
  });

  test('the lower bound holds and small plans are optimal, by trial of all placements', () => {
    let tried = 0;
    let aboveBound = 0;
    fc.assert(
      fc.property(randomNetworks({ minOps: 1, maxOps: 6 }), (graph) => {
        const schedule = plan(graph);
        const fitsBelowBound = fitsByTrial(schedule, schedule.arenaLowerBoundBytes - 16, 100_000);
        const fitsBelowArena =
          schedule.arenaBytes === schedule.arenaLowerBoundBytes
            ? fitsBelowBound
            : fitsByTrial(schedule, schedule.arenaBytes - 16, 100_000);
        expect(fitsBelowBound).not.toBe(true);
        expect(fitsBelowArena).not.toBe(true);
        if (fitsBelowArena !== undefined) tried++;
        if (schedule.arenaBytes > schedule.arenaLowerBoundBytes) aboveBound++;
      }),
      { numRuns: 300, seed: 2 },
    );
    expect(tried).toBeGreaterThan(200);
    expect(aboveBound).toBeLessThan(30);
  });

  test('the same graph gives the same plan', () => {
    fc.assert(
      fc.property(randomNetworks({ minOps: 1, maxOps: 10 }), (graph) => {
        expect(printSchedule(plan(structuredClone(graph)))).toBe(printSchedule(plan(graph)));
      }),
      { numRuns: 50, seed: 3 },
    );
  });
});

describe('plans of arbitrary image networks', { timeout: 240_000 }, () => {
  test.each(['speed', 'memory', 'auto'] as const)(
    '%s: no row loses a byte before its last reader',
    (objective) => {
      let streams = 0;
      fc.assert(
        fc.property(randomImageNetworks(), fc.nat({ max: 6000 }), (graph, sramBytes) => {
          const schedule = planSchedule(graph, target, { objective, sramBytes });
          expect(complaintsAbout(schedule)).toEqual([]);
          expect(schedule.arenaBytes).toBeGreaterThanOrEqual(schedule.arenaLowerBoundBytes);
          if (schedule.steps.some((step) => step.kind === 'stream')) streams++;
        }),
        { numRuns: 40, seed: 4 },
      );
      if (objective === 'speed') expect(streams).toBe(0);
      else expect(streams).toBeGreaterThan(6);
    },
  );

  test('memory never takes more than speed, auto no more than it may where that is possible', () => {
    fc.assert(
      fc.property(randomImageNetworks(), fc.nat({ max: 4000 }), (graph, sramBytes) => {
        const arenaOf = (objective: 'auto' | 'memory' | 'speed'): number =>
          planSchedule(graph, target, { objective, sramBytes, mostSlowdown: 9 }).arenaBytes;
        const [auto, memory, speed] = [arenaOf('auto'), arenaOf('memory'), arenaOf('speed')];
        expect(memory).toBeLessThanOrEqual(speed);
        expect(auto).toBeLessThanOrEqual(Math.max(memory, sramBytes));
        if (speed <= sramBytes) expect(auto).toBe(speed);
      }),
      { numRuns: 25, seed: 5 },
    );
  });

  test('patches are taken only where no stream fits, and then keep within the limit', () => {
    let patched = 0;
    fc.assert(
      fc.property(randomWideNetworks(), fc.integer({ min: 40, max: 120 }), (graph, share) => {
        const smallest = planSchedule(graph, target, { objective: 'memory', mostSlowdown: 9 });
        const sramBytes = Math.floor((smallest.arenaBytes * share) / 100);
        const schedule = planSchedule(graph, target, { sramBytes });
        expect(complaintsAbout(schedule)).toEqual([]);
        if (!schedule.steps.some((step) => step.kind === 'patch')) return;
        patched++;
        expect(schedule.arenaBytes).toBeLessThanOrEqual(sramBytes);
        expect(smallest.arenaBytes).toBeGreaterThan(sramBytes);
        const unlimited = planSchedule(graph, target, { objective: 'speed', sramBytes });
        expect(unlimited.steps.every((step) => step.kind === 'operator')).toBe(true);
      }),
      { numRuns: 24, seed: 9 },
    );
    expect(patched).toBeGreaterThan(5);
  });

  test('memory is not bought with more than the allowed slowdown', () => {
    fc.assert(
      fc.property(randomImageNetworks(), (graph) => {
        const none = planSchedule(graph, target, { objective: 'memory', mostSlowdown: 0 });
        const { tradeOff } = planSchedule(graph, target, { objective: 'speed' });
        const isFree = tradeOff.filter(({ cycles }) => cycles <= at(tradeOff, 0).cycles).length > 1;
        expect(isFree || none.steps.every(({ kind }) => kind === 'operator')).toBe(true);
      }),
      { numRuns: 20, seed: 8 },
    );
  });

  test('streams hold their lower bound, by trial of all placements', () => {
    let tried = 0;
    fc.assert(
      fc.property(randomImageNetworks(), (graph) => {
        const schedule = planSchedule(graph, target, { objective: 'memory', mostSlowdown: 9 });
        const fits = fitsByTrial(schedule, schedule.arenaLowerBoundBytes - 16, 20_000);
        expect(fits).not.toBe(true);
        if (fits !== undefined) tried++;
      }),
      { numRuns: 30, seed: 6 },
    );
    expect(tried).toBeGreaterThan(5);
  });
});

describeWithFixtures('plans of the shared networks', (folder) => {
  test.each([
    ['ad01_int8'],
    ['kws_ref_model'],
    ['pretrainedResnet_quant'],
    ['vww_96_int8'],
    ['tinyengine_vww'],
    ['mcunet-320kb-1mb_imagenet'],
  ])('%s is planned near its lower bound within two seconds', (name) => {
    const graph = buildGraph(readModel(readFileSync(join(folder, 'models', `${name}.tflite`))));
    const { schedule, seconds } = timed(() => plan(graph));
    expect(seconds).toBeLessThan(2);
    expect(schedule.arenaBytes).toBeLessThanOrEqual(1.1 * schedule.arenaLowerBoundBytes);
    expect(complaintsAbout(schedule)).toEqual([]);
  });

  test.each([
    ['ad01_int8', 1024],
    ['kws_ref_model', 9216],
    ['pretrainedResnet_quant', 22_528],
    ['vww_96_int8', 32_768],
    ['tinyengine_vww', 27_648],
    ['mcunet-320kb-1mb_imagenet', 118_784],
  ])('%s fits %i bytes when memory is the objective, in two seconds', (name, mostBytes) => {
    const graph = buildGraph(readModel(readFileSync(join(folder, 'models', `${name}.tflite`))));
    const { schedule, seconds } = timed(() => planSchedule(graph, target, { objective: 'memory' }));
    expect(seconds).toBeLessThan(2);
    expect(schedule.arenaBytes).toBeLessThanOrEqual(mostBytes);
    expect(complaintsAbout(schedule)).toEqual([]);
  });
});
