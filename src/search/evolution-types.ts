/** What an evolution knows: plain data, so that it can be written down after each generation. */
import type { Candidate, Problem } from './candidates.ts';
import type { Cost } from './types.ts';

export type EvolutionOptions = {
  /** `random` draws every network anew: the baseline that evolution must beat, of equally many candidates. */
  readonly strategy: 'evolution' | 'random';
  /** Networks of a generation, over all islands. */
  readonly population: number;
  /** Generations after the first, which is random. */
  readonly generations: number;
  /** Populations that know nothing of each other: what shards divide. */
  readonly islands: number;
  /** Best part of a population that has children and lives on. */
  readonly parentShare: number;
  /** Part of the children that are mutants of one parent; the others are crossed from two. */
  readonly mutationShare: number;
  /** Probability that a mutant's depth, kernel or expansion is drawn anew. */
  readonly mutationProbability: number;
  readonly seed: number;
};

/** What is known of how well a network does. */
export type Merit = {
  /** Larger is better; 0 ... 1 where it is an accuracy. */
  readonly accuracy: number;
  /**
   * Mean cross-entropy over the samples, in nats, where scores are known: smaller is better. It orders networks before
   * accuracy does, since each sample says how sure and not only whether: on examples/tinynas, 1,000 samples order 50
   * networks by it as 4,000 others do by accuracy with Kendall's tau 0.70, by accuracy with 0.60.
   */
  readonly loss?: number | undefined;
};

/** A network that was evaluated. */
export type Individual = Merit & {
  /** Text of the genotype. */
  readonly key: string;
  readonly cost: Cost;
};

/** One generation of an island. */
type GenerationRecord = {
  /** Networks that this generation evaluated. */
  readonly evaluations: number;
  /** Keys of those that live, the best first. */
  readonly population: readonly string[];
};

export type IslandState = {
  readonly island: number;
  /** One record for each generation that is done. */
  readonly generations: readonly GenerationRecord[];
  /** Every network that was evaluated, in that order; none twice. */
  readonly evaluated: readonly Individual[];
};

/** All of a search, or the islands of one shard of it. */
export type EvolutionState = {
  readonly strategy: EvolutionOptions['strategy'];
  /** Ascending. */
  readonly islands: readonly IslandState[];
};

/** What stage two is given: a space, limits, what a network costs, and how accurate it is. */
export type Evaluation = Problem & {
  /** Of these networks, in their order; they are asked for a generation at a time. */
  readonly evaluate: (batch: readonly Candidate[]) => Promise<readonly Merit[]>;
};
