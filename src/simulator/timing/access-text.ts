/**
 * JavaScript that compiled blocks run for a load or store: cache look-up, hazards of loads that issue together, and the gap
 * that a load keeps from a store before it. `c` is the block's start plus stalls so far; addresses are names or numbers.
 */
import type { AccessText } from '../processor/contract.ts';
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

/** D-cache (data-cache.ts): 0 where each line is the one that was used last in its set. `isCached` is 0 or 1. */
function missesText({ address, bytes, isCached }: TimedLoad, cache: CacheAddressing): string {
  if (isCached === '0') return '';
  const lines = [address, ...furtherWords(address, bytes)].map(
    (word) => `(dataTags[${firstWay(word, cache)}] ^ ${word} >>> 5)`,
  );
  const different = lines.length === 1 ? (lines[0] ?? '') : `(${lines.join(' | ')})`;
  return isCached === '1' ? different : `${different} & -${isCached}`;
}

/** Rule `storeToLoadCycles` [R]: a cached load close behind a cached store waits; one beside it in its cycle does not. */
function gapText({ issueCycle, isCached }: TimedLoad, { storeToLoadCycles }: CoreTiming): string {
  const near = `c + ${issueCycle - 1} - lastStore[1] >>> 0 < ${storeToLoadCycles - 1}`;
  return `if (${near}${isCached === '1' ? '' : ` && ${isCached}`}) c = c + storeGap(c + ${issueCycle}) | 0;`;
}

export function loadText(
  load: TimedLoad,
  cache: CacheAddressing,
  core: CoreTiming,
  mayFollowStore: boolean,
): AccessText {
  const hasGap = load.isCached !== '0' && mayFollowStore && core.storeToLoadCycles > 1;
  return { before: hasGap ? gapText(load, core) : '', misses: missesText(load, cache), after: '' };
}

/** Stores mark their lines as changed, and note when: of the two places of `lastStore` the second is of cached ones. */
export function storeText(store: TimedLoad, cache: CacheAddressing): AccessText {
  const { address, bytes, issueCycle, isCached } = store;
  const marks = [address, ...furtherWords(address, bytes)].map(
    (word) => `dataDirty[${firstWay(word, cache)}] |= ${isCached};`,
  );
  return {
    before: '',
    misses: missesText(store, cache),
    after: `${marks.join(' ')} lastStore[${isCached}] = c + ${issueCycle};`,
  };
}

/** Rules `bankConflictCycles` and `twoLinesCycles` [R]: two loads of one cycle. Those of one bank no longer share it. */
export function loadPairText(first: TimedLoad, second: TimedLoad, { loadPairs }: CoreTiming): string {
  const { bankConflictCycles: bank, twoLinesCycles: lines } = loadPairs;
  const cached = [first.isCached, second.isCached].filter((test) => test !== '0');
  const anyCached = cached.includes('1') ? '1' : cached.join(' | ');
  const cost = (cause: StallCause, cycles: number): string =>
    `{ c = c + ${cycles} | 0; ${count(cause, cycles)} }`;
  const bankText = `if ((pair & 4) === 0) ${cost('bankConflictCycles', bank)}`;
  const linesText =
    cached.length > 0
      ? ` else if (pair >>> 5 !== 0 && (${anyCached}) !== 0) ${cost('twoLinesCycles', lines)}`
      : '';
  return `{ const pair = ${first.address} ^ ${second.address}; ${bankText}${linesText} }`;
}
