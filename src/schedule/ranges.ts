/** Sets of open ranges of whole numbers. */

/** Numbers strictly between the bounds. */
export type OpenRange = { readonly after: number; readonly before: number };

/** Ascending ranges that share no number. */
function unionOf(ranges: readonly OpenRange[]): readonly OpenRange[] {
  const union: OpenRange[] = [];
  for (const range of [...ranges].sort((a, b) => a.after - b.after)) {
    const last = union.at(-1);
    if (range.after >= range.before) continue;
    if (last === undefined || range.after >= last.before) union.push(range);
    else union[union.length - 1] = { after: last.after, before: Math.max(last.before, range.before) };
  }
  return union;
}

/** The range with both bounds moved out to multiples of `alignment`: the same multiples lie within. */
export function alignedOut({ after, before }: OpenRange, alignment: number): OpenRange {
  return {
    after: Math.floor(after / alignment) * alignment,
    before: Math.ceil(before / alignment) * alignment,
  };
}

export function isWithin(value: number, ranges: readonly OpenRange[]): boolean {
  return ranges.some(({ after, before }) => after < value && value < before);
}

/** Ranges collected one by one, of which most repeat. */
export function collectRanges(): { add(after: number, before: number): void; union(): readonly OpenRange[] } {
  let ranges: readonly OpenRange[] = [];
  return {
    add(after, before) {
      const isKnown = ranges.some((range) => range.after <= after && before <= range.before);
      if (!isKnown) ranges = unionOf([...ranges, { after, before }]);
    },
    union: () => ranges,
  };
}
