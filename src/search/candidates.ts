/** Networks that keep the limits, drawn or bred; none of them twice. */
import type { Failure, Random } from '../base/index.ts';
import type { NetConfig } from '../model/index.ts';
import { noNetworkSatisfies } from './failures.ts';
import { genotypeKey, sampleGenotype, smallestGenotype } from './genotype.ts';
import { nearestToLimits, satisfies } from './limits.ts';
import { netConfigOf } from './net-config.ts';
import type { Cost, Genotype, Limits, Space } from './types.ts';
import { shrink } from './variation.ts';

/** A network of a space that keeps the limits. */
export type Candidate = {
  /** Text of the genotype. */
  readonly key: string;
  readonly genotype: Genotype;
  readonly net: NetConfig;
  readonly cost: Cost;
};

/** What stage two searches. */
export type Problem = {
  readonly space: Space;
  readonly limits: Limits;
  readonly costOf: (net: NetConfig) => Cost;
};

/** Draws before a network is shrunk until it keeps the limits, and before a space counts as exhausted. */
const patience = 100;

/** This network if it keeps the limits. */
function candidateOf({ space, limits, costOf }: Problem, genotype: Genotype): Candidate | undefined {
  const net = netConfigOf(space, genotype);
  const cost = costOf(net);
  return satisfies(cost, limits) ? { key: genotypeKey(genotype), genotype, net, cost } : undefined;
}

/**
 * A new network that keeps the limits: the first of some that `propose` makes, or the last of them, shrunk step by step;
 * `undefined` where only networks come that are known already.
 */
export function newCandidate(
  problem: Problem,
  known: ReadonlySet<string>,
  random: Random,
  propose: () => Genotype,
): Candidate | undefined {
  let last: Genotype | undefined;
  for (let attempt = 0; attempt < patience; attempt++) {
    const genotype = propose();
    if (known.has(genotypeKey(genotype))) continue;
    const candidate = candidateOf(problem, genotype);
    if (candidate !== undefined) return candidate;
    last = genotype;
  }
  return last === undefined ? undefined : shrunkCandidate(problem, known, random, last);
}

function shrunkCandidate(
  problem: Problem,
  known: ReadonlySet<string>,
  random: Random,
  start: Genotype,
): Candidate | undefined {
  let genotype = shrink(problem.space, start, random);
  while (genotype !== undefined) {
    const candidate = candidateOf(problem, genotype);
    if (candidate !== undefined && !known.has(candidate.key)) return candidate;
    genotype = shrink(problem.space, genotype, random);
  }
  return undefined;
}

/** A new random network that keeps the limits; `undefined` where no new one was found. */
export function randomCandidate(
  problem: Problem,
  known: ReadonlySet<string>,
  random: Random,
): Candidate | undefined {
  return newCandidate(problem, known, random, () => sampleGenotype(problem.space, random));
}

/** Why a space seems to have no network that keeps the limits: what the nearest of some needs too much of. */
export function unsatisfiable({ space, limits, costOf }: Problem, random: Random): Failure {
  const genotypes = [
    smallestGenotype(space),
    ...Array.from({ length: patience }, () => sampleGenotype(space, random)),
  ];
  const nearest = nearestToLimits(
    genotypes.map((genotype) => costOf(netConfigOf(space, genotype))),
    limits,
  );
  return noNetworkSatisfies(space, nearest, limits);
}
