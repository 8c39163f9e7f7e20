/** Shards of a search united: what one search of all islands would have found. */
import { at, type Host } from '../../base/index.ts';
import type { SearchConfig } from '../../config/index.ts';
import { mergeSurveys, shardsUnmergeable, spacesOf } from '../../search/index.ts';
import { readState, type StoredState } from './state.ts';
import { dividesSpaces } from './survey-spaces.ts';

/** @throws Failure `SEARCH_SHARDS_UNMERGEABLE`, `SEARCH_STATE_OTHER`, and those of reading states */
export async function mergedState(
  folders: readonly string[],
  digest: string,
  config: SearchConfig,
  host: Host,
): Promise<StoredState> {
  const states = await Promise.all(folders.map((folder) => readState(folder, digest, undefined, host)));
  const shards = states.map(({ surveys }) => surveys);
  const spaces = spacesOf(config.family);
  // Where every shard has surveyed all spaces, all have the same surveys: they share digest and seed.
  const surveys = mergeSurveys(dividesSpaces(config) ? shards : [at(shards, 0)], spaces);
  const evolutions = states.flatMap((state) => state.evolutions);
  if (config.accuracy !== undefined && evolutions.length < states.length)
    throw shardsUnmergeable(
      'a shard has compared spaces and not searched yet',
      'run it again; it goes on where it stopped',
    );
  return { surveys, evolutions };
}
