/** Measured pairs as JSON: what a predictor is fitted on. */

import { z } from 'zod';
import { describeIssues, Failure, pathText } from '../base/index.ts';
import { pairsMalformed } from './failures.ts';
import { parseGenotype } from './genotype.ts';
import type { MeasuredPair } from './predictor.ts';
import { spaceSchema } from './space-schema.ts';
import type { Space } from './types.ts';

export type MeasuredPairs = { readonly space: Space; readonly pairs: readonly MeasuredPair[] };

const pairsSchema = z.strictObject({
  space: spaceSchema,
  pairs: z
    .array(
      z.strictObject({
        network: z.string('expected the text of a network').max(2000, 'is too long'),
        accuracy: z.number('expected a number').min(0, 'must be at least 0').max(1, 'must be at most 1'),
      }),
    )
    .min(1, 'has no pair'),
});

/**
 * Reads measured pairs from parsed JSON: `{ space, pairs: [{ network, accuracy }] }`.
 *
 * @throws Failure `SEARCH_PAIRS_MALFORMED` that names the place: another shape, a network of another space, or one that
 *   was measured twice with different results
 */
export function parsePairs(value: unknown, where: string): MeasuredPairs {
  const result = pairsSchema.safeParse(value);
  if (!result.success) {
    const [problem] = describeIssues(result.error.issues, value, pairsSchema);
    const place =
      problem === undefined
        ? ''
        : pathText(problem.part === 'key' ? problem.path.slice(0, -1) : problem.path);
    throw pairsMalformed(
      where,
      `${place === '' ? '' : `${place}: `}${problem?.message ?? 'it has another shape'}`,
    );
  }
  const { space, pairs } = result.data;
  const accuracies = new Map<string, number>();
  pairs.forEach(({ network, accuracy }, index) => {
    const problem = networkProblem(space, network) ?? repeatProblem(accuracies, network, accuracy);
    if (problem !== undefined) throw pairsMalformed(where, `pairs[${index}]: ${problem}`);
    accuracies.set(network, accuracy);
  });
  return { space, pairs: [...accuracies].map(([network, accuracy]) => ({ network, accuracy })) };
}

function networkProblem(space: Space, network: string): string | undefined {
  try {
    parseGenotype(space, network);
    return undefined;
  } catch (cause) {
    if (!(cause instanceof Failure)) throw cause;
    return cause.message;
  }
}

function repeatProblem(
  known: ReadonlyMap<string, number>,
  network: string,
  accuracy: number,
): string | undefined {
  const other = known.get(network);
  return other === undefined || other === accuracy
    ? undefined
    : `${network} has been measured as ${other} and as ${accuracy}`;
}
