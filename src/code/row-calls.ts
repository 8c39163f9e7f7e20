/** C of a loop that makes rows in a planned order: a table of calls, and the loop over it. */
import { elementLines } from './literals.ts';

export type RowCalls = {
  /** Definition of the table. */
  readonly table: string;
  /** Statements that go through it. */
  readonly loop: string;
  readonly constantBytes: number;
};

/** A byte counts the rows of a call. */
const mostRows = 255;

/**
 * `order` names, row by row, which of `functions` makes it; each is called with its first row, the end of its rows, and
 * what else `extra` holds for it.
 */
export function rowCalls(
  symbol: string,
  order: readonly number[],
  functions: readonly { readonly symbol: string; readonly extra: string }[],
): RowCalls {
  const type = functions.length <= 256 ? 'uint8_t' : 'uint16_t';
  const calls = callsOf(order);
  const cases = functions.map(
    ({ symbol: name, extra }, position) =>
      `      case ${position}:\n        ${name}(first, rows[next]${extra});\n        break;\n`,
  );
  const table = `/* Calls of ${functions.length} operators: which of them makes how many rows next. */
static const ${type} ${symbol}_calls[${2 * calls.length}] = {
${elementLines(calls.flat())}};
`;
  const loop = `  uint16_t rows[${functions.length}] = {0};
  for (size_t call = 0; call < ${2 * calls.length}; call += 2) {
    const uint32_t next = ${symbol}_calls[call];
    const int32_t first = rows[next];
    rows[next] = (uint16_t)(first + ${symbol}_calls[call + 1]);
    switch (next) {
${cases.join('')}      default:
        break;
    }
  }
`;
  return { table, loop, constantBytes: 2 * calls.length * (type === 'uint8_t' ? 1 : 2) };
}

/** Rows of one function that follow each other are made by one call: function, number of rows. */
function callsOf(order: readonly number[]): readonly (readonly [position: number, rows: number])[] {
  const calls: [number, number][] = [];
  for (const position of order) {
    const last = calls.at(-1);
    if (last?.[0] === position && last[1] < mostRows) last[1]++;
    else calls.push([position, 1]);
  }
  return calls;
}
