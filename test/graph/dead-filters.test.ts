/** Dead filters in arbitrary networks and in the shared ones. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { buildGraph, type Graph } from '../../src/graph/index.ts';
import { loadModel } from '../reference/recorded-vectors.ts';
import { describeWithFixtures } from '../support/fixtures.ts';
import { randomImageNetworks } from '../support/random-image-network.ts';
import { randomNetworks } from '../support/random-network.ts';
import { seededIntegers } from '../support/seeded-integers.ts';
import { channels, dropped, edit, pin, without, zeroPoint } from './dead-filters.ts';

/**
 * Filters become constant: now one in three by chance, now every third of every operator, as residual blocks need it.
 * Some give the zero point, some another value; some biases are beyond what any bound lets through.
 */
function withDeadFilters(graph: Graph, seed: number): Graph {
  const random = seededIntegers(seed);
  const aligned = random(0, 1) === 0;
  const isDead = (output: number): boolean => (aligned ? output % 3 === 1 : random(0, 2) === 0);
  return graph.ops.reduce((current, op) => {
    if (!('weights' in op)) return current;
    const values = [...op.bias.keys()]
      .filter(isDead)
      .map((output) => [output, random(0, 2) === 0 ? random(-128, 127) : zeroPoint] as const);
    const min = random(0, 1) === 0 ? zeroPoint : -128;
    return edit(pin(current, op.index, Object.fromEntries(values)), op.index, (weighted) => ({
      ...weighted,
      clamp: { min, max: 127 },
      bias: weighted.bias.map((bias) => (random(0, 5) === 0 ? -(2 ** random(10, 30)) : bias)),
    }));
  }, graph);
}

test.each([
  { kind: 'any', networks: randomNetworks({ minOps: 2, maxOps: 12 }), runs: 150, least: 5 },
  { kind: 'image', networks: randomImageNetworks(), runs: 150, least: 60 },
])('$kind networks with dead filters give the same bytes', ({ networks, runs, least }) => {
  let smaller = 0;
  fc.assert(
    fc.property(networks, fc.nat(), (network, seed) => {
      const graph = withDeadFilters(network, seed);
      const after = dropped(graph);
      if (channels(after).join() !== channels(graph).join()) smaller += 1;
    }),
    { numRuns: runs, seed: 11 },
  );
  expect(smaller).toBeGreaterThanOrEqual(least);
});

describeWithFixtures('shared networks', (folder) => {
  test.each([
    ['ad01_int8', 1672, 1672],
    ['kws_ref_model', 588, 588],
    ['pretrainedResnet_quant', 346, 346],
    ['vww_96_int8', 2738, 1014],
    ['tinyengine_vww', 6114, 5762],
    ['mcunet-320kb-1mb_imagenet', 8688, 8200],
  ])('%s: %i filters, %i that matter', (name, all, kept) => {
    const filters = (graph: Graph): number =>
      graph.ops.reduce((sum, op) => sum + ('bias' in op ? op.bias.length : 0), 0);
    const model = loadModel(folder, 'models', `${name}.tflite`);
    expect(filters(buildGraph(model, without))).toBe(all);
    expect(filters(buildGraph(model))).toBe(kept);
  });
});
