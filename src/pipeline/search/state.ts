/** What a search knows so far, as one file: written whole after each space and each generation, read to go on. */
import { createHash } from 'node:crypto';
import type { Host } from '../../base/index.ts';
import type { SearchConfig } from '../../config/index.ts';
import {
  type EvolutionState,
  parseSurveys,
  type Shard,
  type SpaceSurvey,
  stateMalformed,
} from '../../search/index.ts';
import { generator } from '../version.ts';
import { stateOfOtherSearch } from './failures.ts';
import { readJson } from './read-json.ts';

export type SearchState = {
  /** Stage one: spaces that are done, in their order. */
  readonly surveys: readonly SpaceSurvey[];
  readonly evolution: EvolutionState | undefined;
};

export const stateFile = 'state.json';

/** What equal results depend on, shards left out: states of one search have it in common. */
export function searchDigest(config: SearchConfig, files: Readonly<Record<string, string>>): string {
  const { family, limits, target, survey, accuracy, evolution } = config;
  const parts = [generator, family, limits, target, survey, accuracy, evolution, files];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/** As read: an evolution can be checked as soon as its space is known, by `parseEvolution`. */
export type StoredState = {
  readonly surveys: readonly SpaceSurvey[];
  /** None before stage two; of each shard where they were merged. */
  readonly evolutions: readonly { readonly path: string; readonly value: unknown }[];
};

/**
 * @param shard must be that of the state; any shard's state is taken where it is absent
 * @throws Failure `SEARCH_STATE_OTHER`, `SEARCH_STATE_MALFORMED`, those of `Host.readFile`
 */
export async function readState(
  folder: string,
  digest: string,
  shard: string | undefined,
  host: Host,
): Promise<StoredState> {
  const path = `${folder}/${stateFile}`;
  const value = await readJson(path, host);
  if (typeof value !== 'object' || value === null) throw stateMalformed(path, 'it is no object');
  const { search, shard: of, surveys, evolution = null } = value as Readonly<Record<string, unknown>>;
  if (search !== digest || (shard !== undefined && of !== shard)) throw stateOfOtherSearch(path);
  const evolutions = evolution === null ? [] : [{ path, value: evolution }];
  return { surveys: parseSurveys(surveys, path), evolutions };
}

export async function writeState(
  folder: string,
  digest: string,
  shard: string,
  { surveys, evolution }: SearchState,
  host: Host,
): Promise<void> {
  const text = JSON.stringify({
    search: digest,
    shard,
    surveys,
    evolution: evolution ?? null,
  });
  await host.writeFiles(folder, new Map([[stateFile, `${text}\n`]]));
}

export function shardName(shard: Shard | undefined): string {
  return shard === undefined ? 'all' : `${shard.index}/${shard.count}`;
}
