/** Which function an address lies in. */
import { at } from '../../base/index.ts';
import { hex } from '../failures.ts';
import type { ImageSymbol } from '../load/image.ts';

export type SymbolTable = {
  /** Functions by ascending address, one for each address. */
  readonly functions: readonly ImageSymbol[];
  /** Place in `functions` of the one that holds `address`; -1 where none does. */
  readonly indexAt: (address: number) => number;
  /** For messages: `main+0x12`, or the bare address. */
  readonly describe: (address: number) => string;
  readonly find: (name: string) => ImageSymbol | undefined;
};

export function createSymbolTable(
  symbols: readonly ImageSymbol[],
  objects: readonly ImageSymbol[],
): SymbolTable {
  const functions = symbols.filter(
    (symbol, index) => index === 0 || at(symbols, index - 1).address !== symbol.address,
  );
  const indexAt = (address: number): number => {
    let low = 0;
    let high = functions.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (at(functions, middle).address <= address) low = middle + 1;
      else high = middle;
    }
    const symbol = functions[low - 1];
    if (symbol === undefined) return -1;
    // Labels of assembly have no size: they reach to the next symbol.
    const isInside = symbol.bytes === 0 || address < symbol.address + symbol.bytes;
    return isInside ? low - 1 : -1;
  };
  const describe = (address: number): string => {
    const symbol = functions[indexAt(address)];
    if (symbol === undefined) return hex(address);
    const distance = address - symbol.address;
    return `${symbol.name}${distance === 0 ? '' : `+0x${distance.toString(16)}`} (${hex(address)})`;
  };
  const find = (name: string): ImageSymbol | undefined =>
    [...symbols, ...objects].find((symbol) => symbol.name === name);
  return { functions, indexAt, describe, find };
}
