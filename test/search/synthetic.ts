/** Spaces, costs and accuracies that are cheap to compute and easy to reason about. */
import { layersOf, type NetConfig } from '../../src/model/index.ts';
import {
  type Candidate,
  type Cost,
  type Evaluation,
  type EvolutionOptions,
  type Limits,
  parseSpace,
  type Space,
} from '../../src/search/index.ts';

export const noLimits: Limits = { sramBytes: undefined, flashBytes: undefined, latencyMs: undefined };

/** Three elastic stages, 3,095,820 networks. */
export const smallSpace: Space = parseSpace(
  {
    input: { channels: 1, resolution: 32 },
    width: 1,
    stem: { width: 8 },
    stages: [
      { width: 8, depths: [1], expands: [1], kernels: [3] },
      { width: 16, stride: 2, depths: [1, 2], expands: [2, 4], kernels: [3, 5, 7] },
      { width: 24, stride: 2, depths: [1, 2, 3], expands: [2, 4, 6], kernels: [3, 5, 7] },
      { width: 32, stride: 2, depths: [1, 2], expands: [2, 4, 6], kernels: [3, 5, 7] },
    ],
    classes: 5,
  },
  'small',
);

/** The sum of the two largest tensors as SRAM, one byte a parameter as flash, a microsecond for a hundred products. */
export function plainCost(net: NetConfig): Cost {
  const layers = layersOf(net);
  const sizes = layers
    .map(({ output }) => output.height * output.width * output.channels)
    .sort((a, b) => b - a);
  const arenaBytes = (sizes[0] ?? 0) + (sizes[1] ?? 0);
  const macs = layers.reduce((sum, layer) => sum + layer.macs, 0);
  const parameters = layers.reduce((sum, layer) => sum + layer.parameters, 0);
  return {
    sramBytes: arenaBytes,
    arenaBytes,
    flashBytes: parameters,
    latencyMs: macs / 1e5,
    macs,
    parameters,
  };
}

/** Grows with each kernel, expansion and block, each by its own share: the optimum is not the largest network. */
export function syntheticAccuracy({ genotype }: Pick<Candidate, 'genotype'>): number {
  let merit = 0;
  genotype.stages.forEach((genes, stage) => {
    merit += 0.05 * (3 - Math.abs(genes.length - 2));
    genes.forEach(({ kernel, expand }, block) => {
      merit += 0.01 * (9 - Math.abs(kernel - 3 - 2 * ((stage + block) % 3)));
      merit += 0.02 * (6 - Math.abs(expand - (stage % 2 === 0 ? 4 : 6)));
    });
  });
  return Number((merit / 4).toFixed(6));
}

export const smallOptions: EvolutionOptions = {
  strategy: 'evolution',
  population: 24,
  generations: 6,
  islands: 3,
  parentShare: 0.25,
  mutationShare: 0.5,
  mutationProbability: 0.1,
  seed: 7,
};

/** A problem of stage two, and the texts of all networks that it was asked for. */
export function syntheticProblem(limits: Limits = noLimits): Evaluation & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    space: smallSpace,
    limits,
    costOf: plainCost,
    asked,
    evaluate: async (batch) => {
      asked.push(...batch.map(({ key }) => key));
      return batch.map((candidate) => ({ accuracy: syntheticAccuracy(candidate) }));
    },
  };
}
