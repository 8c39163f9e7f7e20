/** The operators that TensorFlow puts around a convolution to dilate it: blocks of positions as batches, and back. */
import { optionsType } from '../schema.ts';
import { type OperatorRule, parameter, value } from './rule.ts';

export type DilationOperator = 'BATCH_TO_SPACE_ND' | 'SPACE_TO_BATCH_ND';

/** Rules of what stands around a convolution, as what it is read as there. */
export const dilationRules: Readonly<Record<DilationOperator, OperatorRule>> = {
  BATCH_TO_SPACE_ND: {
    code: 37,
    optionsType: optionsType.batchToSpaceNd,
    inputs: [value, parameter('block shape'), parameter('crops')],
    output: value,
    readOptions: () => ({ op: 'RESHAPE' }),
  },
  SPACE_TO_BATCH_ND: {
    code: 38,
    optionsType: optionsType.spaceToBatchNd,
    inputs: [value, parameter('block shape'), parameter('paddings')],
    output: value,
    readOptions: () => ({ op: 'PAD' }),
  },
};

/** What is said of both where it is asked what is supported. */
export const dilationNote = 'around a convolution of stride 1, as its dilation';

export function isDilationOperator(name: string): name is DilationOperator {
  return Object.hasOwn(dilationRules, name);
}
