/** What came of a search: the best network, the Pareto front, the curve of the evolution. */
import { at } from '../base/index.ts';
import type { EvolutionState, Individual } from './evolution-types.ts';
import { byAccuracy, byMerit } from './island.ts';

/** One generation of all islands together. */
export type CurvePoint = {
  /** 0 is the random one that all begin with. */
  readonly generation: number;
  /** Different networks evaluated up to here, added up over the islands. */
  readonly evaluations: number;
  /** Accuracies: of the best network so far, by `byMerit`, and over those that live. */
  readonly best: number;
  readonly mean: number;
};

export type Outcome = {
  readonly best: Individual;
  /** Every network that was evaluated, the best first. */
  readonly ranking: readonly Individual[];
  /** Networks that no other beats in accuracy, latency and SRAM together, the most accurate first. */
  readonly front: readonly Individual[];
  readonly curve: readonly CurvePoint[];
  /** Different networks evaluated. */
  readonly evaluations: number;
};

/** Of a search of at least one generation. */
export function outcomeOf(state: EvolutionState): Outcome {
  const all = new Map(state.islands.flatMap(({ evaluated }) => evaluated.map((entry) => [entry.key, entry])));
  const sorted = [...all.values()].sort(byMerit);
  return {
    best: at(sorted, 0),
    ranking: sorted,
    front: paretoFront(sorted),
    curve: curveOf(state),
    evaluations: sorted.length,
  };
}

/**
 * Networks that no other equals or beats in accuracy, latency and SRAM with one of them better; of networks that are
 * equal in all three, the first by key. The most accurate first.
 */
export function paretoFront(individuals: readonly Individual[]): readonly Individual[] {
  const front: Individual[] = [];
  for (const candidate of individuals.toSorted(byAccuracy))
    if (!front.some((member) => covers(member, candidate))) front.push(candidate);
  return front;
}

/** At least as good in each; sorted by accuracy, whoever covers comes first. */
function covers({ accuracy, cost }: Individual, other: Individual): boolean {
  return (
    accuracy >= other.accuracy &&
    cost.latencyMs <= other.cost.latencyMs &&
    cost.sramBytes <= other.cost.sramBytes
  );
}

function curveOf({ islands }: EvolutionState): readonly CurvePoint[] {
  const individuals = new Map(
    islands.flatMap(({ evaluated }) => evaluated.map((entry) => [entry.key, entry])),
  );
  const generations = Math.min(...islands.map((island) => island.generations.length));
  let best: Individual | undefined;
  let evaluations = 0;
  return Array.from({ length: generations }, (_, generation) => {
    const records = islands.map((island) => at(island.generations, generation));
    const living = records
      .flatMap(({ population }) => population.map((key) => individuals.get(key)))
      .filter((individual) => individual !== undefined);
    evaluations += records.reduce((sum, record) => sum + record.evaluations, 0);
    const first = at([...living, ...(best === undefined ? [] : [best])].sort(byMerit), 0);
    best = first;
    return {
      generation,
      evaluations,
      best: first.accuracy,
      mean: living.reduce((sum, { accuracy }) => sum + accuracy, 0) / living.length,
    };
  });
}
