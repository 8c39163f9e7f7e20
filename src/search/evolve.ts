/** Stage two: evolution under hard limits, a generation of all islands at a time. */
import { invariant, random } from '../base/index.ts';
import { type Candidate, unsatisfiable } from './candidates.ts';
import type {
  Evaluation,
  EvolutionOptions,
  EvolutionState,
  Individual,
  IslandState,
  Merit,
} from './evolution-types.ts';
import { accuracyUnusable } from './failures.ts';
import { emptyIsland, nextCandidates, withGeneration } from './island.ts';
import { islandsOfShard, type Shard } from './shards.ts';
import { streams } from './streams.ts';

/** A search that has not begun: all islands, or those of a shard. */
export function newEvolution(options: EvolutionOptions, shard?: Shard): EvolutionState {
  const islands = islandsOfShard(options.islands, shard);
  return { strategy: options.strategy, islands: islands.map(emptyIsland) };
}

/**
 * Runs a search to its end, from its beginning or from any state that `onGeneration` was given. The result depends on
 * options, space, limits and accuracies alone: not on how often it was interrupted, nor on which islands run together.
 *
 * Source: MCUNet's and Once-for-All's evolution (Cai et al., ICLR 2020): the best quarter lives on and has children,
 * half of them mutated, half crossed; networks over a limit are drawn again. Here no network is evaluated twice.
 *
 * @param onGeneration is given the state after each generation and awaited: the place to write it down
 * @throws Failure `SEARCH_LIMITS_UNREACHABLE` where no network keeps the limits; `SEARCH_ACCURACY_UNUSABLE`; and
 *   whatever `evaluate` throws
 */
export async function evolve(
  problem: Evaluation,
  options: EvolutionOptions,
  start: EvolutionState = newEvolution(options),
  onGeneration: (state: EvolutionState) => Promise<void> = async () => {},
): Promise<EvolutionState> {
  invariant(start.strategy === options.strategy, 'a search goes on with the strategy that it began with');
  let state = start;
  while (generationsDone(state) <= options.generations) {
    state = await nextGeneration(problem, options, state);
    await onGeneration(state);
  }
  return state;
}

/** Generations that all islands have done. */
export function generationsDone({ islands }: EvolutionState): number {
  return Math.min(...islands.map(({ generations }) => generations.length));
}

/** Islands that are ahead, as after a merge of unfinished shards, wait for the others. */
async function nextGeneration(
  problem: Evaluation,
  options: EvolutionOptions,
  state: EvolutionState,
): Promise<EvolutionState> {
  const done = generationsDone(state);
  const batches = state.islands.map((island) =>
    island.generations.length > done ? [] : nextCandidates(problem, options, island),
  );
  if (batches.flat().length === 0 && state.islands.every(({ evaluated }) => evaluated.length === 0))
    throw unsatisfiable(problem, random(options.seed, streams.probe));
  const merits = await meritsOf(problem, state, batches.flat());
  const islands = state.islands.map((island, index): IslandState => {
    if (island.generations.length > done) return island;
    const children = (batches[index] ?? []).map(({ key, cost }): Individual => {
      const merit = merits.get(key);
      if (merit === undefined) throw accuracyUnusable(key, undefined);
      const { accuracy, loss } = merit;
      const unusable = [accuracy, loss ?? 0].find((value) => !Number.isFinite(value));
      if (unusable !== undefined) throw accuracyUnusable(key, unusable);
      return { key, accuracy, loss, cost };
    });
    return withGeneration(options, island, children);
  });
  return { strategy: state.strategy, islands };
}

/** Evaluates what no island has evaluated yet, each network once. */
async function meritsOf(
  problem: Evaluation,
  state: EvolutionState,
  candidates: readonly Candidate[],
): Promise<ReadonlyMap<string, Merit>> {
  const merits = new Map<string, Merit>();
  for (const { evaluated } of state.islands)
    for (const individual of evaluated) merits.set(individual.key, individual);
  const unknown = new Map(
    candidates.filter(({ key }) => !merits.has(key)).map((candidate) => [candidate.key, candidate]),
  );
  const batch = [...unknown.values()];
  const measured = batch.length === 0 ? [] : await problem.evaluate(batch);
  batch.forEach(({ key }, index) => {
    const merit = measured[index];
    if (merit === undefined) throw accuracyUnusable(key, undefined);
    merits.set(key, merit);
  });
  return merits;
}
