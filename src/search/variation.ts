/** How the evolution makes new networks of old ones. */
import { at, invariant, type Random } from '../base/index.ts';
import { pick, sampleGene } from './genotype.ts';
import type { BlockGene, Genotype, Space, Stage } from './types.ts';

/** Draws each depth, kernel and expansion anew with this probability; stages that grow draw their new blocks. */
export function mutate(space: Space, parent: Genotype, probability: number, random: Random): Genotype {
  const changes = (): boolean => random.uniform() < probability;
  return {
    stages: space.stages.map((stage, index) => {
      const old = at(parent.stages, index);
      const depth = changes() ? pick(stage.depths, random) : old.length;
      return Array.from({ length: depth }, (_, position): BlockGene => {
        const gene = old[position];
        if (gene === undefined) return sampleGene(stage, random);
        return {
          kernel: changes() ? pick(stage.kernels, random) : gene.kernel,
          expand: changes() ? pick(stage.expands, random) : gene.expand,
        };
      });
    }),
  };
}

/** Takes each depth, kernel and expansion from one of two parents, each equally likely, as far as both have it. */
export function crossover(mother: Genotype, father: Genotype, random: Random): Genotype {
  const fromMother = (): boolean => random.below(2) === 0;
  return {
    stages: mother.stages.map((ours, index) => {
      const theirs = at(father.stages, index);
      const depth = fromMother() ? ours.length : theirs.length;
      return Array.from({ length: depth }, (_, position): BlockGene => {
        const our = ours[position] ?? theirs[position];
        const their = theirs[position] ?? our;
        invariant(our !== undefined && their !== undefined, 'a child has no more blocks than both parents');
        return {
          kernel: fromMother() ? our.kernel : their.kernel,
          expand: fromMother() ? our.expand : their.expand,
        };
      });
    }),
  };
}

/** One depth, kernel or expansion a step smaller, whichever is drawn; `undefined` where all are smallest. */
export function shrink(space: Space, genotype: Genotype, random: Random): Genotype | undefined {
  const steps = genotype.stages.flatMap((genes, index) => stepsOf(at(space.stages, index), genes, index));
  if (steps.length === 0) return undefined;
  const { stage, genes } = pick(steps, random);
  return { stages: genotype.stages.map((old, index) => (index === stage ? genes : old)) };
}

type Step = { readonly stage: number; readonly genes: readonly BlockGene[] };

function stepsOf(stage: Stage, genes: readonly BlockGene[], index: number): readonly Step[] {
  const depth = nextSmaller(stage.depths, genes.length);
  const shorter = depth === undefined ? [] : [{ stage: index, genes: genes.slice(0, depth) }];
  const smaller = genes.flatMap((gene, position) =>
    (['kernel', 'expand'] as const).flatMap((part): readonly Step[] => {
      const value = nextSmaller(stage[`${part}s`], gene[part]);
      return value === undefined
        ? []
        : [{ stage: index, genes: genes.with(position, { ...gene, [part]: value }) }];
    }),
  );
  return [...shorter, ...smaller];
}

/** `values` ascend. */
function nextSmaller(values: readonly number[], value: number): number | undefined {
  return values.findLast((candidate) => candidate < value);
}
