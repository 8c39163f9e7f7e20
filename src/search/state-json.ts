/** States of searches and surveys of spaces as JSON: read back as untrusted text. */

import { z } from 'zod';
import { describeIssues, Failure, pathText } from '../base/index.ts';
import type { EvolutionState, IslandState } from './evolution-types.ts';
import { shardsUnmergeable, stateMalformed } from './failures.ts';
import { parseGenotype } from './genotype.ts';
import type { SpaceSurvey } from './survey.ts';
import type { Space } from './types.ts';

const amount = z.number().nonnegative();
const cost = z.strictObject({
  sramBytes: amount,
  arenaBytes: amount,
  flashBytes: amount,
  latencyMs: amount,
  macs: amount,
  parameters: amount,
});
const wholeNumber = z.int().nonnegative();
const key = z.string().max(2000);

const evolutionSchema = z.strictObject({
  strategy: z.enum(['evolution', 'random']),
  islands: z.array(
    z.strictObject({
      island: wholeNumber,
      generations: z.array(z.strictObject({ evaluations: wholeNumber, population: z.array(key) })),
      evaluated: z.array(z.strictObject({ key, accuracy: z.number(), loss: z.number().optional(), cost })),
    }),
  ),
});

const satisfying = {
  satisfying: wholeNumber,
  macs: z.strictObject({ mean: amount, p80: amount, quantiles: z.array(amount).length(101) }).optional(),
};

const surveysSchema = z.array(
  z.strictObject({
    space: z.string(),
    width: z.number(),
    resolution: z.strictObject({ height: z.number(), width: z.number() }),
    samples: wholeNumber,
    ...satisfying,
    nearest: cost,
    layerwise: z.strictObject(satisfying),
  }),
);

/**
 * Reads the state of a search from parsed JSON; it is printed by `JSON.stringify`.
 *
 * @throws Failure `SEARCH_STATE_MALFORMED` that names the place
 */
export function parseEvolution(value: unknown, space: Space, where: string): EvolutionState {
  const state = parsed(evolutionSchema, value, where);
  state.islands.forEach((island, index) => {
    const problem = islandProblem(island, space);
    if (problem !== undefined) throw stateMalformed(where, `islands[${index}] ${problem}`);
  });
  const numbers = state.islands.map(({ island }) => island);
  if (
    numbers.length === 0 ||
    numbers.some((number, place) => place > 0 && number <= (numbers[place - 1] ?? 0))
  )
    throw stateMalformed(where, 'its islands are not in order');
  return state;
}

/**
 * Reads surveys of spaces from parsed JSON.
 *
 * @throws Failure `SEARCH_STATE_MALFORMED`
 */
export function parseSurveys(value: unknown, where: string): readonly SpaceSurvey[] {
  // In the order in which surveys are made, so that they print as the same text.
  return parsed(surveysSchema, value, where).map(({ macs, nearest, layerwise, ...survey }) => ({
    ...survey,
    macs,
    nearest,
    layerwise: { satisfying: layerwise.satisfying, macs: layerwise.macs },
  }));
}

/**
 * Unites what shards have surveyed, in the order of the spaces.
 *
 * @throws Failure `SEARCH_SHARDS_UNMERGEABLE` where a space is missing or there twice
 */
export function mergeSurveys(
  shards: readonly (readonly SpaceSurvey[])[],
  spaces: readonly Space[],
): readonly SpaceSurvey[] {
  const surveys = shards.flat();
  return spaces.map(({ name }) => {
    const [survey, second] = surveys.filter(({ space }) => space === name);
    if (survey === undefined)
      throw shardsUnmergeable(`space ${name} has not been surveyed`, 'run and name the shard that has it');
    if (second !== undefined)
      throw shardsUnmergeable(`space ${name} is in two shards`, 'name each shard once');
    return survey;
  });
}

function parsed<T>(schema: z.ZodType<T>, value: unknown, where: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [problem] = describeIssues(result.error.issues, value, schema);
  throw stateMalformed(
    where,
    problem === undefined ? 'it has another shape' : `${pathText(problem.path)} ${problem.message}`,
  );
}

/** What the shape cannot say: every network is one of the space, and the generations are those networks. */
function islandProblem({ generations, evaluated }: IslandState, space: Space): string | undefined {
  const keys = new Set(evaluated.map((individual) => individual.key));
  if (keys.size < evaluated.length) return 'has evaluated a network twice';
  const total = generations.reduce((sum, { evaluations }) => sum + evaluations, 0);
  if (total !== evaluated.length) return `says ${total} evaluations, but has ${evaluated.length}`;
  for (const { population } of generations) {
    const stranger = population.find((member) => !keys.has(member));
    if (stranger !== undefined)
      return `has ${JSON.stringify(stranger.slice(0, 40))} that was never evaluated`;
  }
  for (const member of keys) {
    try {
      parseGenotype(space, member);
    } catch (cause) {
      if (!(cause instanceof Failure)) throw cause;
      return cause.message;
    }
  }
  return undefined;
}
