import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildGraph, type Graph } from '../../src/graph/index.ts';
import { readModel } from '../../src/model/index.ts';
import { estimateArena, planSchedule, type ShapeNetwork, shapesOf } from '../../src/schedule/index.ts';
import { findTarget } from '../../src/target/index.ts';
import { describeWithFixtures } from '../support/fixtures.ts';
import { randomImageNetworks } from '../support/random-image-network.ts';

const target = findTarget('stm32f746');

/** Arena of the smallest plan, whatever it costs. */
function smallestOf(graph: Graph): number {
  return planSchedule(graph, target, { objective: 'memory', mostSlowdown: 9 }).arenaBytes;
}

describe('estimates of the arena', () => {
  test('two filters between large images take a few rows beside the larger one', () => {
    const rowwise = { rows: 'window', scratchBytes: 0, leadBytes: undefined } as const;
    const filter = { filterHeight: 3, strideHeight: 1, paddingTop: 1 };
    const network: ShapeNetwork = {
      tensors: [1, 4, 1].map((channels) => ({ height: 32, rowBytes: 32 * channels })),
      ops: [
        { inputs: [0], output: 1, ...filter, ...rowwise },
        { inputs: [1], output: 2, ...filter, ...rowwise },
      ],
      outputs: [2],
    };
    const { wholeBytes, streamedBytes } = estimateArena(network);
    expect(wholeBytes).toBe(5 * 1024);
    expect(streamedBytes).toBe(1024 + 3 * 128);
  });

  test('streams never make an estimate larger, and it stays near the plan', { timeout: 240_000 }, () => {
    const ratios: number[] = [];
    fc.assert(
      fc.property(randomImageNetworks(), (graph) => {
        const { wholeBytes, streamedBytes } = estimateArena(shapesOf(graph, target));
        expect(streamedBytes).toBeLessThanOrEqual(wholeBytes);
        ratios.push(streamedBytes / smallestOf(graph));
      }),
      { numRuns: 60, seed: 7 },
    );
    ratios.sort((a, b) => a - b);
    expect(ratios[6]).toBeGreaterThan(0.7);
    expect(ratios[53]).toBeLessThan(1.3);
  });
});

describeWithFixtures('estimates of the shared networks', (folder) => {
  test.each([
    ['kws_ref_model', 0.5],
    ['pretrainedResnet_quant', 0.2],
    ['vww_96_int8', 0.1],
    ['ad01_int8', 0.05],
    ['tinyengine_vww', 0.15],
    ['mcunet-320kb-1mb_imagenet', 0.1],
  ])('%s is within %f of its plan', (name, most) => {
    const graph = buildGraph(readModel(readFileSync(join(folder, 'models', `${name}.tflite`))));
    const { streamedBytes } = estimateArena(shapesOf(graph, target));
    expect(Math.abs(streamedBytes / smallestOf(graph) - 1)).toBeLessThan(most);
  });

  test('2,000 networks of the size of mcunet-320kb a second', () => {
    const path = join(folder, 'models', 'mcunet-320kb-1mb_imagenet.tflite');
    const shapes = shapesOf(buildGraph(readModel(readFileSync(path))), target);
    for (let count = 0; count < 200; count++) estimateArena(shapes);
    const start = process.cpuUsage();
    for (let count = 0; count < 1000; count++) estimateArena(shapes);
    expect(1000 / (process.cpuUsage(start).user / 1e6)).toBeGreaterThan(2000);
  });
});
