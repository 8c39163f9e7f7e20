/** Which islands and spaces a shard works on, and how shards become one search again. */

import type { EvolutionState } from './evolution-types.ts';
import { moreShardsThanIslands, shardsUnmergeable } from './failures.ts';

/** `index` of `count`, from 1. */
export type Shard = { readonly index: number; readonly count: number };

/**
 * Islands of a shard, ascending; all where there is none.
 *
 * @throws Failure `SEARCH_SHARDS_TOO_MANY` where shards would have no island
 */
export function islandsOfShard(islands: number, shard: Shard | undefined): readonly number[] {
  if (shard !== undefined && shard.count > islands) throw moreShardsThanIslands(shard.count, islands);
  return ofShard(
    Array.from({ length: islands }, (_, island) => island),
    shard,
  );
}

/** Every `count`-th of these, from the shard's own: how spaces and islands are divided. */
export function ofShard<T>(values: readonly T[], shard: Shard | undefined): readonly T[] {
  return shard === undefined ? values : values.filter((_, place) => place % shard.count === shard.index - 1);
}

/**
 * Unites what shards have searched.
 *
 * @throws Failure `SEARCH_SHARDS_UNMERGEABLE` where islands are missing, there twice, or not finished
 */
export function mergeEvolutions(
  states: readonly EvolutionState[],
  expected: { readonly islands: number; readonly generations: number },
): EvolutionState {
  const islands = states.flatMap((state) => state.islands).toSorted((a, b) => a.island - b.island);
  const [first] = states;
  if (first === undefined)
    throw shardsUnmergeable('there is no shard to merge', 'name the folders of all shards');
  if (states.some(({ strategy }) => strategy !== first.strategy))
    throw shardsUnmergeable('shards of different searches', 'merge the shards of one search alone');
  const numbers = islands.map(({ island }) => island);
  const twice = numbers.find((island, place) => numbers.indexOf(island) < place);
  if (twice !== undefined)
    throw shardsUnmergeable(`island ${twice + 1} is in two shards`, 'name each shard once');
  const missing = Array.from({ length: expected.islands }, (_, island) => island).filter(
    (island) => !numbers.includes(island),
  );
  if (missing.length > 0)
    throw shardsUnmergeable(
      `of ${expected.islands} islands, ${missing.map((island) => island + 1).join(', ')} are missing`,
      'run and name the shards that have them',
    );
  const unfinished = islands.find(({ generations }) => generations.length <= expected.generations);
  if (unfinished !== undefined)
    throw shardsUnmergeable(
      `island ${unfinished.island + 1} has done ${Math.max(0, unfinished.generations.length - 1)} of ${expected.generations} generations`,
      'run its shard again; it goes on where it stopped',
    );
  return { strategy: first.strategy, islands };
}
