/** One population: who breeds, who lives, which networks come next. */
import { type Random, random } from '../base/index.ts';
import { type Candidate, newCandidate, type Problem, randomCandidate } from './candidates.ts';
import type { EvolutionOptions, Individual, IslandState } from './evolution-types.ts';
import { parseGenotype, pick } from './genotype.ts';
import { streams } from './streams.ts';
import type { Genotype } from './types.ts';
import { crossover, mutate } from './variation.ts';

export function emptyIsland(island: number): IslandState {
  return { island, generations: [], evaluated: [] };
}

/** Networks of an island in a generation: equal parts, what is left over to the first islands. */
function sizeOf(island: number, { population, islands }: EvolutionOptions): number {
  return Math.floor(population / islands) + (island < population % islands ? 1 : 0);
}

/**
 * The networks that the island's next generation needs evaluated. Depends on the state and the seed alone: each
 * generation of each island has its own stream of random numbers.
 */
export function nextCandidates(
  problem: Problem,
  options: EvolutionOptions,
  state: IslandState,
): readonly Candidate[] {
  const { strategy, seed, mutationShare } = options;
  const drawing = random(seed, streams[strategy], state.island, state.generations.length);
  const size = sizeOf(state.island, options);
  const known = new Set(state.evaluated.map(({ key }) => key));
  const parents = strategy === 'evolution' ? parentsOf(problem, options, state) : [];
  const breeds = parents.length > 0;
  const mutants = Math.round(mutationShare * size);
  const candidates: Candidate[] = [];
  for (let index = 0; index < size; index++) {
    const bred = breeds
      ? bredCandidate(problem, options, parents, index < mutants, known, drawing)
      : undefined;
    const candidate = bred ?? randomCandidate(problem, known, drawing);
    if (candidate === undefined) break;
    known.add(candidate.key);
    candidates.push(candidate);
  }
  return candidates;
}

function bredCandidate(
  problem: Problem,
  { mutationProbability }: EvolutionOptions,
  parents: readonly Genotype[],
  isMutant: boolean,
  known: ReadonlySet<string>,
  drawing: Random,
): Candidate | undefined {
  const parent = (): Genotype => pick(parents, drawing);
  return newCandidate(problem, known, drawing, () =>
    isMutant
      ? mutate(problem.space, parent(), mutationProbability, drawing)
      : crossover(parent(), parent(), drawing),
  );
}

function parentsOf(problem: Problem, options: EvolutionOptions, state: IslandState): readonly Genotype[] {
  const population = state.generations.at(-1)?.population ?? [];
  return population
    .slice(0, parentCount(state.island, options))
    .map((key) => parseGenotype(problem.space, key));
}

function parentCount(island: number, options: EvolutionOptions): number {
  return Math.max(1, Math.round(options.parentShare * sizeOf(island, options)));
}

/** The island after a generation whose candidates have been evaluated: parents live on beside their children. */
export function withGeneration(
  options: EvolutionOptions,
  state: IslandState,
  children: readonly Individual[],
): IslandState {
  const evaluated = [...state.evaluated, ...children];
  const byKey = new Map(evaluated.map((individual) => [individual.key, individual]));
  const survivors = (state.generations.at(-1)?.population ?? [])
    .slice(0, parentCount(state.island, options))
    .map((key) => byKey.get(key))
    .filter((individual) => individual !== undefined);
  const population = [...survivors, ...children].sort(byMerit).map(({ key }) => key);
  return {
    island: state.island,
    generations: [...state.generations, { evaluations: children.length, population }],
    evaluated,
  };
}

/** The one with less loss first where losses are known, else the more accurate; then as `byAccuracy`. */
export function byMerit(a: Individual, b: Individual): number {
  const isKnown = a.loss !== undefined && b.loss !== undefined;
  return (isKnown ? a.loss - b.loss : 0) || byAccuracy(a, b);
}

/** The more accurate first; of equals the faster, then the one with less SRAM, so that every order is one. */
export function byAccuracy(a: Individual, b: Individual): number {
  return (
    b.accuracy - a.accuracy ||
    a.cost.latencyMs - b.cost.latencyMs ||
    a.cost.sramBytes - b.cost.sramBytes ||
    (a.key < b.key ? -1 : 1)
  );
}
