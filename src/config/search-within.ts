/** Limits of a search that somebody names besides the configuration. */
import { searchLimitInvalid } from './failures.ts';
import type { SearchConfig } from './types.ts';
import { type Quantity, readSize, readTime } from './units.ts';

/** Sizes and times as people write them. */
export type AskedLimits = Readonly<Partial<Record<'sram' | 'flash' | 'latency', string>>>;

/** The search with these limits instead of its own; those that are not named stay. Throws `SEARCH_LIMIT_INVALID`. */
export function searchWithin(search: SearchConfig, { sram, flash, latency }: AskedLimits): SearchConfig {
  const { limits } = search;
  return {
    ...search,
    limits: {
      sramBytes: sram === undefined ? limits.sramBytes : checked('sram', readSize(sram)),
      flashBytes: flash === undefined ? limits.flashBytes : checked('flash', readSize(flash)),
      latencyMs: latency === undefined ? limits.latencyMs : checked('latency', readTime(latency)),
    },
  };
}

function checked(name: string, quantity: Quantity): number {
  if ('problem' in quantity) throw searchLimitInvalid(name, quantity.problem);
  return quantity.value;
}
