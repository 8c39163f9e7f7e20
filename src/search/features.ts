/** A genotype as numbers that a linear model can weigh. */
import { at } from '../base/index.ts';
import type { Genotype, Space } from './types.ts';

/**
 * One-hot: which depth each stage has, and which kernel and expansion each block has; all zeros for blocks that are not
 * there. As Once-for-All's accuracy predictor encodes sub-networks.
 */
export function featuresOf(space: Space, { stages }: Genotype): Float64Array {
  const features: number[] = [];
  const oneHot = (choices: readonly number[], value: number | undefined): void => {
    for (const choice of choices) features.push(choice === value ? 1 : 0);
  };
  space.stages.forEach(({ depths, kernels, expands }, index) => {
    const genes = at(stages, index);
    oneHot(depths, genes.length);
    for (let position = 0; position < Math.max(...depths); position++) {
      oneHot(kernels, genes[position]?.kernel);
      oneHot(expands, genes[position]?.expand);
    }
  });
  return Float64Array.from(features);
}
