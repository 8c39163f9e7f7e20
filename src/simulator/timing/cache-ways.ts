/** Ways of a data cache's sets, kept in the order of their last use: the first of a set is the one used last. */

export type CacheWays = {
  /** `tags[set * ways]` on: line numbers (address / 32); inverted while the line is under way. */
  readonly tags: Int32Array;
  /** 1 where the line at the same place differs from memory. */
  readonly dirty: Uint8Array;
  readonly ways: number;
  readonly setMask: number;
  /** Place of the first way of the set that `line` belongs to. */
  firstOf(line: number): number;
  /** Where `line` is, in or under way; -1 where it is not. */
  placeOf(line: number): number;
  /** Puts `tag` first in its set, in the place of what was at `place`. */
  moveToFront(place: number, tag: number): void;
  clear(): void;
};

/** No address has it, and it compares with none that is under way. */
const noLine = 0x7fff_ffff;

export function createCacheWays(shape: {
  readonly bytes: number;
  readonly ways: number;
  readonly lineBytes: number;
}): CacheWays {
  const { ways } = shape;
  const setMask = shape.bytes / ways / shape.lineBytes - 1;
  const tags = new Int32Array((setMask + 1) * ways).fill(noLine);
  const dirty = new Uint8Array(tags.length);
  const firstOf = (line: number): number => (line & setMask) * ways;
  return {
    tags,
    dirty,
    ways,
    setMask,
    firstOf,
    placeOf(line) {
      const first = firstOf(line);
      for (let place = first; place < first + ways; place += 1) {
        if (tags[place] === line || tags[place] === ~line) return place;
      }
      return -1;
    },
    moveToFront(place, tag) {
      const first = place - (place % ways);
      const wasDirty = dirty[place] ?? 0;
      for (let way = place; way > first; way -= 1) {
        tags[way] = tags[way - 1] ?? noLine;
        dirty[way] = dirty[way - 1] ?? 0;
      }
      tags[first] = tag;
      dirty[first] = wasDirty;
    },
    clear() {
      tags.fill(noLine);
      dirty.fill(0);
    },
  };
}
