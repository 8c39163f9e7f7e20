/** C that sets what a network keeps between inferences back to what it is at first. */
import type { PlacedState } from './edges.ts';
import { elementLines } from './literals.ts';

/** `undefined` where the network keeps nothing. */
export function resetText(
  states: readonly PlacedState[],
): { readonly text: string; readonly constantBytes: number } | undefined {
  if (states.length === 0) return undefined;
  const arrays = states.filter(({ initial }) => uniformByte(initial) === undefined);
  const constants = arrays.map(
    ({ symbol, initial }) =>
      `static const int8_t ${symbol}[${initial.length}] __attribute__((aligned(4))) = {\n${elementLines(initial)}};\n`,
  );
  const lines = states.map((state) => `  ${resetLine(state)} /* ${state.name} */\n`);
  return {
    text: `${constants.join('')}void model_reset(void) {\n${lines.join('')}}\n`,
    constantBytes: arrays.reduce((sum, { initial }) => sum + initial.length, 0),
  };
}

function resetLine({ symbol, offset, initial }: PlacedState): string {
  const byte = uniformByte(initial);
  const target = `model_arena + ${offset}`;
  return byte === undefined
    ? `memcpy(${target}, ${symbol}, sizeof ${symbol});`
    : `memset(${target}, ${byte & 0xff}, ${initial.length});`;
}

/** The value of all bytes, where there is only one. */
function uniformByte(values: Int8Array): number | undefined {
  const [first] = values;
  return values.every((value) => value === first) ? first : undefined;
}
