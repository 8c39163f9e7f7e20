import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { netGraph } from '../../scripts/kernel-benchmark/net-graph.ts';
import { random } from '../../src/base/index.ts';
import { costBreakdown, costOf } from '../../src/cost/index.ts';
import { layersOf, type NetConfig, readNetConfig } from '../../src/model/index.ts';
import { planSchedule } from '../../src/schedule/index.ts';
import {
  mcunetFamily,
  netConfigOf,
  type SpaceFamily,
  sampleGenotype,
  spaceOf,
} from '../../src/search/index.ts';
import { findTarget } from '../../src/target/index.ts';
import { describeWithFixtures } from '../support/fixtures.ts';

const target = findTarget('stm32f746');
const square = (side: number) => ({ height: side, width: side });

function randomNets(family: SpaceFamily, width: number, side: number, count: number): readonly NetConfig[] {
  const space = spaceOf(family, width, square(side));
  const draws = random(3, side);
  return Array.from({ length: count }, () => netConfigOf(space, sampleGenotype(space, draws)));
}

describe('cost of a network', () => {
  test('is exactly this for some networks', () => {
    const nets = [randomNets(mcunetFamily, 0.3, 64, 1), randomNets(mcunetFamily, 0.5, 144, 1)].flat();
    expect(nets.map((net) => costOf(net, target, 'planned'))).toMatchInlineSnapshot(`
      [
        {
          "arenaBytes": 21200,
          "flashBytes": 292790,
          "latencyMs": 24.803198532407393,
          "macs": 3608416,
          "parameters": 236616,
          "sramBytes": 22390,
        },
        {
          "arenaBytes": 68784,
          "flashBytes": 787134,
          "latencyMs": 211.5826692724771,
          "macs": 39471088,
          "parameters": 705064,
          "sramBytes": 69974,
        },
      ]
    `);
    expect(nets.map((net) => costOf(net, target, 'layerwise'))).toMatchInlineSnapshot(`
      [
        {
          "arenaBytes": 44712,
          "flashBytes": 291958,
          "latencyMs": 22.6794786898148,
          "macs": 3608416,
          "parameters": 236616,
          "sramBytes": 44712,
        },
        {
          "arenaBytes": 219776,
          "flashBytes": 785051,
          "latencyMs": 200.96373187646498,
          "macs": 39471088,
          "parameters": 705064,
          "sramBytes": 219776,
        },
      ]
    `);
  });

  test('arena and cycles are those of the plans of the memory objective', { timeout: 240_000 }, () => {
    const sides = [48, 64, 96];
    const errors = sides
      .flatMap((side) => randomNets(mcunetFamily, 0.4, side, 4))
      .map((net, seed) => {
        const plan = planSchedule(netGraph(net, seed + 1), target, { objective: 'memory' });
        const { arenaBytes, latencyMs } = costOf(net, target, 'planned');
        const cycles = plan.tradeOff.find(({ chosen }) => chosen)?.cycles ?? 0;
        return {
          arena: Math.abs(arenaBytes / plan.arenaBytes - 1),
          latency: Math.abs((latencyMs * target.clockHz) / 1e3 / cycles - 1),
        };
      });
    const sorted = (key: 'arena' | 'latency') => errors.map((each) => each[key]).sort((a, b) => a - b);
    expect(sorted('arena')[6]).toBeLessThan(0.03);
    expect(sorted('arena').at(-1)).toBeLessThan(0.15);
    expect(sorted('latency')[6]).toBeLessThan(0.01);
    expect(sorted('latency').at(-1)).toBeLessThan(0.03);
  });

  test('does not depend on what was costed before', () => {
    const [net, other] = randomNets(mcunetFamily, 0.4, 80, 2) as [NetConfig, NetConfig];
    const fresh = { ...target };
    costOf(other, target, 'planned');
    expect(costOf(net, target, 'planned')).toEqual(costOf(net, fresh, 'planned'));
  });

  test('parts of a breakdown add up to the cost, and its largest step is the arena', () => {
    for (const net of randomNets(mcunetFamily, 0.3, 64, 3)) {
      const { layers, ...cost } = costBreakdown(net, target, 'planned');
      expect(cost).toEqual(costOf(net, target, 'planned'));
      expect(layers.map(({ name }) => name)).toEqual(layersOf(net).map(({ name }) => name));
      expect(layers.reduce((sum, { macs }) => sum + macs, 0)).toBe(cost.macs);
      expect(Math.max(...layers.map(({ peakBytes }) => peakBytes))).toBe(cost.arenaBytes);
      const constantBytes = layers.reduce((sum, each) => sum + each.constantBytes, 0);
      expect(constantBytes).toBeGreaterThan(cost.parameters);
      expect(constantBytes).toBeLessThan(cost.flashBytes);
    }
  });

  test('streams never take more memory than layers run whole, and slow a network by a tenth at most', () => {
    for (const net of randomNets(mcunetFamily, 0.5, 112, 5)) {
      const planned = costOf(net, target, 'planned');
      const layerwise = costOf(net, target, 'layerwise');
      expect(planned.sramBytes).toBeLessThan(layerwise.sramBytes);
      expect(planned.latencyMs).toBeLessThanOrEqual(1.1 * layerwise.latencyMs);
      expect(planned.macs).toBe(layerwise.macs);
    }
  });

  test('500 networks of the size of mcunet-320kb a second, on a machine that others use as well', () => {
    const nets = randomNets(mcunetFamily, 0.5, 176, 50);
    for (const net of nets) costOf(net, target, 'planned');
    const start = process.cpuUsage();
    for (let round = 0; round < 10; round++) for (const net of nets) costOf(net, target, 'planned');
    expect(500 / (process.cpuUsage(start).user / 1e6)).toBeGreaterThan(500);
  });

  test('networks over time, of one column, have a cost', () => {
    const net: NetConfig = {
      input: { height: 49, width: 1, channels: 10 },
      batchNorm: { eps: 1e-5, momentum: 0.1 },
      firstConv: {
        kernel: { height: 3, width: 1 },
        stride: { height: 2, width: 1 },
        inChannels: 10,
        outChannels: 16,
        activation: 'relu6',
      },
      blocks: [
        {
          inChannels: 16,
          midChannels: 48,
          outChannels: 16,
          kernel: { height: 5, width: 1 },
          stride: { height: 1, width: 1 },
          activation: 'relu6',
          hasExpansion: true,
          hasShortcut: true,
        },
      ],
      featureMix: undefined,
      classifier: { inFeatures: 16, outFeatures: 12 },
    };
    const { macs, parameters, arenaBytes } = costOf(net, target, 'planned');
    expect({ macs, parameters }).toEqual({
      macs: 25 * (3 * 10 * 16 + 16 * 48 + 5 * 48 + 48 * 16) + 16 * 12,
      parameters: 31 * 16 + 17 * 48 + 6 * 48 + 49 * 16 + 17 * 12,
    });
    expect(arenaBytes).toBeGreaterThanOrEqual(49 * 10);
  });
});

describeWithFixtures('cost of the shared networks', (folder) => {
  /** Peak SRAM in TinyEngine's own table of the model zoo, whose kB are 1,024 bytes. */
  test.each([
    ['mcunet-10fps_imagenet', 49],
    ['mcunet-256kb-1mb_imagenet', 215],
    ['mcunet-320kb-1mb_imagenet', 260],
    ['mcunet-512kb-2mb_imagenet', 416],
    ['proxyless-w0.3-r176_imagenet', 259],
  ])('%s, layerwise, has the %d KiB that TinyEngine reports', (name, kib) => {
    const path = join(folder, 'nets', `${name}.json`);
    const { sramBytes } = costOf(readNetConfig(readFileSync(path, 'utf8'), path), target, 'layerwise');
    expect(Math.round(sramBytes / 1024)).toBe(kib);
  });
});
