/**
 * JavaScript that compiled blocks run for a load or store: cache look-up, hazards of loads that issue together, and the gap
 * that a load keeps from a store before it. `c` is the block's start plus stalls so far; addresses are names or numbers.
 */
import { causeIndex, type StallCause } from './statistics.ts';
import type { CoreTiming } from './types.ts';

export type CacheAddressing = { readonly ways: number; readonly setMask: number };

export type TimedLoad = {
  readonly address: string;
  readonly bytes: number;
  readonly issueCycle: number;
  /** What tells at run time that it goes through the cache. */
  readonly isCached: string;
};

const count = (cause: StallCause, amount: string | number): string =>
  `stalls[${causeIndex(cause)}] += ${amount};`;

/** Place of the first way of the set of `address` (`line % sets * ways`) in `dataTags`. */
function firstWay(address: string, { ways, setMask }: CacheAddressing): string {
  const shift = 5 - Math.log2(ways);
  return `${address} >>> ${shift} & ${setMask * ways}`;
}

/** Addresses in each further line that an access of several words may reach. */
function furtherWords(address: string, bytes: number): readonly string[] {
  if (bytes <= 4) return [];
  const offsets: number[] = [];
  for (let offset = 32; offset < bytes - 4; offset += 32) offsets.push(offset);
  offsets.push(bytes - 4);
  return offsets.map((offset) => `(${address} + ${offset} | 0)`);
}

/** D-cache (data-cache.ts): the line that was used last in its set costs one comparison. */
function loadLineText(address: string, now: string, cache: CacheAddressing): string {
  return `if (dataTags[${firstWay(address, cache)}] !== ${address} >>> 5) c = c + cacheLoad(${address}, ${now}) | 0;`;
}

/** Rule `storeToLoadCycles` [R]: a cached load close behind a cached store waits; one beside it in its cycle does not. */
function gapText({ storeToLoadCycles }: CoreTiming, now: string): string {
  const wait = `${storeToLoadCycles} - gap`;
  return (
    `{ const gap = ${now} - lastStore[0] >>> 0; if (gap > 0 && gap < ${storeToLoadCycles}) ` +
    `{ c = c + ${wait} | 0; ${count('storeToLoadCycles', wait)} } }`
  );
}

export function loadText(
  load: TimedLoad,
  cache: CacheAddressing,
  core: CoreTiming,
  mayFollowStore: boolean,
): string {
  if (load.isCached === 'false') return '';
  const now = `(c + ${load.issueCycle} | 0)`;
  const gap = mayFollowStore && core.storeToLoadCycles > 0 ? gapText(core, now) : '';
  const lines = [load.address, ...furtherWords(load.address, load.bytes)];
  const text = gap + lines.map((address) => loadLineText(address, now, cache)).join(' ');
  return load.isCached === 'true' ? text : `if (${load.isCached}) { ${text} }`;
}

/** Stores mark their line as changed; the first way is theirs after `cacheStore`. */
export function storeText(store: TimedLoad, cache: CacheAddressing): string {
  if (store.isCached === 'false') return '';
  const now = `(c + ${store.issueCycle} | 0)`;
  const lines = [store.address, ...furtherWords(store.address, store.bytes)];
  const touch = lines.map((address) => {
    const way = firstWay(address, cache);
    return (
      `{ const way = ${way}; if (dataTags[way] !== ${address} >>> 5) ` +
      `c = c + cacheStore(${address}, ${now}) | 0; dataDirty[way] = 1; }`
    );
  });
  const text = `${touch.join(' ')} lastStore[0] = ${now};`;
  return store.isCached === 'true' ? text : `if (${store.isCached}) { ${text} }`;
}

/** Rules `bankConflictCycles` and `twoLinesCycles` [R]: two loads of one cycle. Those of one bank no longer share it. */
export function loadPairText(first: TimedLoad, second: TimedLoad, { loadPairs }: CoreTiming): string {
  const { bankConflictCycles: bank, twoLinesCycles: lines } = loadPairs;
  const cached = [first.isCached, second.isCached].filter((test) => test !== 'false');
  const anyCached = cached.includes('true') ? 'true' : cached.map((test) => `(${test})`).join(' || ');
  const cost = (cause: StallCause, cycles: number): string =>
    `{ c = c + ${cycles} | 0; ${count(cause, cycles)} }`;
  const bankText = `if ((pair & 4) === 0) ${cost('bankConflictCycles', bank)}`;
  const linesText =
    cached.length > 0 ? ` else if (pair >>> 5 !== 0 && (${anyCached})) ${cost('twoLinesCycles', lines)}` : '';
  return `{ const pair = ${first.address} ^ ${second.address}; ${bankText}${linesText} }`;
}
