/** C of a stream: the order in which its operators make their rows, and the function that calls them so. */
import type { StreamStep } from '../schedule/index.ts';
import { elementLines } from './literals.ts';

export type StreamText = { readonly symbol: string; readonly text: string; readonly constantBytes: number };

/** A byte counts the rows of a call. */
const mostRows = 255;

/** `symbols` are the functions of the stream's operators, each of which takes its first row and the end of its rows. */
export function streamText(step: StreamStep, index: number, symbols: readonly string[]): StreamText {
  const symbol = `model_stream${index}`;
  const type = symbols.length <= 256 ? 'uint8_t' : 'uint16_t';
  const calls = callsOf(step.order);
  const cases = symbols.map(
    (operator, position) =>
      `      case ${position}:\n        ${operator}(first, rows[next]);\n        break;\n`,
  );
  const text = `/* Calls of ${symbols.length} operators: which of them makes how many rows next. */
static const ${type} ${symbol}_calls[${2 * calls.length}] = {
${elementLines(calls.flat())}};
static __attribute__((noinline)) void ${symbol}(void) {
  uint16_t rows[${symbols.length}] = {0};
  for (size_t call = 0; call < ${2 * calls.length}; call += 2) {
    const uint32_t next = ${symbol}_calls[call];
    const int32_t first = rows[next];
    rows[next] = (uint16_t)(first + ${symbol}_calls[call + 1]);
    switch (next) {
${cases.join('')}      default:
        break;
    }
  }
}
`;
  return { symbol, text, constantBytes: 2 * calls.length * (type === 'uint8_t' ? 1 : 2) };
}

/** Rows of one operator that follow each other are made by one call: operator, number of rows. */
function callsOf(order: readonly number[]): readonly (readonly [operator: number, rows: number])[] {
  const calls: [number, number][] = [];
  for (const operator of order) {
    const last = calls.at(-1);
    if (last?.[0] === operator && last[1] < mostRows) last[1]++;
    else calls.push([operator, 1]);
  }
  return calls;
}
