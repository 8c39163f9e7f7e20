/** Points of a space: their text, how they are drawn, the smallest and the largest. */
import { at, type Random } from '../base/index.ts';
import { genotypeMalformed } from './failures.ts';
import type { BlockGene, Genotype, Space, Stage } from './types.ts';

/** `k3e1|k5e6,k7e3|...`: stages, and in each its blocks. Equal networks have equal texts, so it serves as a key. */
export function genotypeKey({ stages }: Genotype): string {
  return stages.map((genes) => genes.map(({ kernel, expand }) => `k${kernel}e${expand}`).join(',')).join('|');
}

/**
 * Reads the text of `genotypeKey`.
 *
 * @throws Failure `SEARCH_GENOTYPE_MALFORMED` where the text is none, or is not of this space
 */
export function parseGenotype(space: Space, key: string): Genotype {
  const stages = key.split('|').map((stage) => stage.split(',').map((gene) => parseGene(key, gene)));
  if (stages.length !== space.stages.length)
    throw genotypeMalformed(key, `the space has ${space.stages.length} stages, not ${stages.length}`);
  stages.forEach((genes, index) => {
    const problem = stageProblem(at(space.stages, index), genes);
    if (problem !== undefined) throw genotypeMalformed(key, `stages[${index}] ${problem}`);
  });
  return { stages };
}

function parseGene(key: string, text: string): BlockGene {
  const [, kernel, expand] = /^k(\d{1,2})e(\d{1,2}(?:\.\d{1,4})?)$/.exec(text) ?? [];
  if (kernel === undefined || expand === undefined)
    throw genotypeMalformed(key, `${JSON.stringify(text.slice(0, 20))} is not a block such as k3e6`);
  return { kernel: Number(kernel), expand: Number(expand) };
}

function stageProblem(stage: Stage, genes: readonly BlockGene[]): string | undefined {
  if (!stage.depths.includes(genes.length))
    return `has ${genes.length} blocks; the space has ${stage.depths.join(', ')}`;
  const kernel = genes.find((gene) => !stage.kernels.includes(gene.kernel))?.kernel;
  if (kernel !== undefined) return `has kernel ${kernel}; the space has ${stage.kernels.join(', ')}`;
  const expand = genes.find((gene) => !stage.expands.includes(gene.expand))?.expand;
  if (expand !== undefined) return `has expansion ${expand}; the space has ${stage.expands.join(', ')}`;
  return undefined;
}

/** Draws depth by stage, kernel and expansion by block, each uniformly: as Once-for-All samples sub-networks. */
export function sampleGenotype(space: Space, random: Random): Genotype {
  return {
    stages: space.stages.map((stage) => {
      const depth = pick(stage.depths, random);
      return Array.from({ length: depth }, () => sampleGene(stage, random));
    }),
  };
}

export function sampleGene(stage: Stage, random: Random): BlockGene {
  return { kernel: pick(stage.kernels, random), expand: pick(stage.expands, random) };
}

/** One of these, every one equally likely. */
export function pick<T>(choices: readonly T[], random: Random): T {
  return at(choices, random.below(choices.length));
}

/** Fewest blocks, smallest kernels and expansions: no network of the space computes less. */
export function smallestGenotype(space: Space): Genotype {
  return uniformGenotype(space, Math.min);
}

/** Most blocks, largest kernels and expansions: the network that a super-network is distilled from. */
export function largestGenotype(space: Space): Genotype {
  return uniformGenotype(space, Math.max);
}

function uniformGenotype(space: Space, choose: (...values: number[]) => number): Genotype {
  return {
    stages: space.stages.map(({ depths, kernels, expands }) =>
      Array.from({ length: choose(...depths) }, () => ({
        kernel: choose(...kernels),
        expand: choose(...expands),
      })),
    ),
  };
}

/** How many networks the space has; beyond 2^53 to the nearest double. */
export function countGenotypes(space: Space): number {
  return space.stages.reduce((product, { depths, kernels, expands }) => {
    const choices = kernels.length * expands.length;
    return product * depths.reduce((sum, depth) => sum + choices ** depth, 0);
  }, 1);
}
