/** What one call of a kernel does, in terms that each take a number of cycles: the table of coefficients has these. */

/** Counts by name; names are those of the kernel's coefficients. */
export type Work = Readonly<Record<string, number>>;

/** Which rows a call makes: all of them, or some in a stream. */
export type CallForm = { readonly rows: number; readonly isStreamed: boolean };

/** Shares, 0 ... 1, of what a call touches that lie behind the data cache instead of in coupled memory. */
export type CachedShares = { readonly input: number; readonly output: number; readonly scratch: number };

/** The data cache's line and its capacity in lines (RM0385: 4 KiB, four ways). */
const lineBytes = 32;
export const cacheLines = 128;
const cacheWays = 4;

/**
 * Lines that are fetched where `bytes` in a row are read from the first to the last `passes` times, with `besideBytes` of
 * others in each pass.
 */
export function fetchedLines(bytes: number, passes: number, besideBytes = 0): number {
  if (passes <= 0) return 0;
  const lines = linesOf(bytes);
  // A set with more lines than ways keeps none until it is read again.
  const beyond = Math.max(0, lines + linesOf(besideBytes) - cacheLines);
  return lines + (passes - 1) * Math.min(lines, (cacheWays + 1) * beyond);
}

export function linesOf(bytes: number): number {
  return bytes / lineBytes;
}
