/** Words of assembly: registers, operands, addresses, in the unified syntax (Armv7-M ARM, A7). */
import type { Address, Operand } from '../operations/operand.ts';

/** A mnemonic and what stands behind it. */
export type Words = readonly [mnemonic: string, ...operands: readonly string[]];

const coreNames: Readonly<Record<number, string>> = { 13: 'sp', 14: 'lr', 15: 'pc' };

export const core = (number: number): string => coreNames[number] ?? `r${number}`;
export const float = (double: boolean, number: number): string => `${double ? 'd' : 's'}${number}`;
/** Masks are read in hexadecimal, offsets and counts are not. */
export const immediate = (value: number): string =>
  Number.isInteger(value) && Math.abs(value) > 4095 ? `#${location(value)}` : `#${value}`;
export const location = (address: number): string => `0x${(address >>> 0).toString(16)}`;

/** Registers, in braces, runs joined. */
export function registerList(numbers: readonly number[], name: (number: number) => string): string {
  const runs: number[][] = [];
  for (const number of numbers) {
    const run = runs.at(-1);
    // sp, lr and pc are always named one by one.
    if (run !== undefined && run.at(-1) === number - 1 && (number < 13 || name !== core)) run.push(number);
    else runs.push([number]);
  }
  const names = runs.flatMap((run) => {
    const [first = 0] = run;
    return run.length < 3 ? run.map(name) : [`${name(first)}-${name(run.at(-1) ?? first)}`];
  });
  return `{${names.join(', ')}}`;
}

/** `lsl #2`, or nothing where nothing is shifted. */
export function shiftWords(shift: string, amount: number): readonly string[] {
  if (shift === 'rrx') return ['rrx'];
  return amount === 0 ? [] : [`${shift} #${amount}`];
}

export function operandWords(operand: Operand): readonly string[] {
  if (operand.from === 'immediate') return [immediate(operand.value)];
  return [core(operand.rm), ...shiftWords(operand.shift, operand.amount)];
}

export function addressWords(address: Address): readonly string[] {
  if (address.mode === 'literal') return [location(address.address)];
  const base = core(address.rn);
  if (address.mode === 'register') {
    return [`[${[base, core(address.rm), ...shiftWords('lsl', address.shift)].join(', ')}]`];
  }
  const { offset, index } = address;
  if (index === 'post') return [`[${base}]`, immediate(offset)];
  const inside = offset === 0 && index === 'offset' ? `[${base}]` : `[${base}, ${immediate(offset)}]`;
  return [index === 'pre' ? `${inside}!` : inside];
}

export const widthLetter = (width: 1 | 2 | 4): string => ({ 1: 'b', 2: 'h', 4: '' })[width];
