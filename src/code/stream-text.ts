/** C of a stream: the function that makes its operators' rows in their order. */
import type { StreamStep } from '../schedule/index.ts';
import { rowCalls } from './row-calls.ts';

export type DriverText = { readonly symbol: string; readonly text: string; readonly constantBytes: number };

/** `symbols` are the functions of the stream's operators, each of which takes its first row and the end of its rows. */
export function streamText(step: StreamStep, index: number, symbols: readonly string[]): DriverText {
  const symbol = `model_stream${index}`;
  const functions = symbols.map((each) => ({ symbol: each, extra: '' }));
  const { table, loop, constantBytes } = rowCalls(symbol, step.order, functions);
  const text = `${table}static __attribute__((noinline)) void ${symbol}(void) {\n${loop}}\n`;
  return { symbol, text, constantBytes };
}
