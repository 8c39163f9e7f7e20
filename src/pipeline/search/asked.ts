/** What whoever starts a search says beside the configuration, and the command that says the same. */
import { type AskedLimits, type Config, type SearchConfig, searchWithin } from '../../config/index.ts';
import { searchNotConfigured } from './failures.ts';

export type AskedSearch = {
  /** Instead of the configuration's. */
  readonly seed: number | undefined;
  readonly limits: AskedLimits;
};

/**
 * @param path of the configuration, for messages
 * @throws Failure `SEARCH_NOT_CONFIGURED`, and those of `searchWithin`
 */
export function askedSearch({ search }: Config, path: string, { seed, limits }: AskedSearch): SearchConfig {
  if (search === undefined) throw searchNotConfigured(path);
  const within = searchWithin(search, limits);
  return seed === undefined ? within : { ...within, evolution: { ...within.evolution, seed } };
}

/** What makes the same result again: shards and interruptions change nothing. */
export function searchCommand(
  path: string,
  { evolution }: SearchConfig,
  limits: AskedLimits,
  out?: string,
): string {
  const within = Object.entries(limits).flatMap(([name, value]) => [`--${name}`, value]);
  const words = ['mcunet', 'search', '--config', path, '--seed', String(evolution.seed), ...within];
  return [...words, ...(out === undefined ? [] : ['--out', out])].map(quoted).join(' ');
}

/** As a shell takes it. */
function quoted(word: string): string {
  return /^[\w./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
