/** Sets of open ranges of whole numbers. */

/** Numbers strictly between the bounds. */
export type OpenRange = { readonly after: number; readonly before: number };

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

/** Ranges collected one by one, of which most repeat; their union is ascending and shares no number. */
export function collectRanges(): { add(after: number, before: number): void; union(): readonly OpenRange[] } {
  let ranges: OpenRange[] = [];
  return {
    add(after, before) {
      if (after >= before) return;
      for (const range of ranges) if (range.after <= after && before <= range.before) return;
      let joined: OpenRange = { after, before };
      const apart: OpenRange[] = [];
      for (const range of ranges) {
        if (range.after >= joined.before || joined.after >= range.before) apart.push(range);
        else {
          joined = {
            after: Math.min(range.after, joined.after),
            before: Math.max(range.before, joined.before),
          };
        }
      }
      ranges = [...apart, joined];
    },
    union: () => ranges.sort((a, b) => a.after - b.after),
  };
}
