/** C of a stream: the order in which its operators make their rows, and the function that calls them so. */
import type { StreamStep } from '../schedule/index.ts';
import { elementLines } from './literals.ts';

export type StreamText = { readonly symbol: string; readonly text: string; readonly constantBytes: number };

/** `symbols` are the functions of the stream's operators, each of which takes its first row and the end of its rows. */
export function streamText(step: StreamStep, index: number, symbols: readonly string[]): StreamText {
  const symbol = `model_stream${index}`;
  const type = symbols.length <= 256 ? 'uint8_t' : 'uint16_t';
  const cases = symbols.map(
    (operator, position) => `      case ${position}:\n        ${operator}(row, row + 1);\n        break;\n`,
  );
  const text = `/* Rows of ${symbols.length} operators: which of them makes its next row. */
static const ${type} ${symbol}_order[${step.order.length}] = {
${elementLines(step.order)}};
static __attribute__((noinline)) void ${symbol}(void) {
  uint16_t rows[${symbols.length}] = {0};
  for (size_t call = 0; call < ${step.order.length}; call++) {
    const uint32_t next = ${symbol}_order[call];
    const int32_t row = rows[next]++;
    switch (next) {
${cases.join('')}      default:
        break;
    }
  }
}
`;
  return { symbol, text, constantBytes: step.order.length * (type === 'uint8_t' ? 1 : 2) };
}
