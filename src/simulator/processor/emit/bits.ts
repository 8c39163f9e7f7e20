/** Text of bit fields, saturation, extension, packing and reversal. */
import type { ComputeOperation } from '../../operations/compute.ts';
import { bind, type Emitter, read, setSaturatedWhen, write } from './emitter.ts';

type Of<Kind extends ComputeOperation['kind']> = Extract<ComputeOperation, { kind: Kind }>;

export function emitExtract(emitter: Emitter, operation: Of<'bit-field-extract'>): void {
  const { signed, rd, rn, lsb, width } = operation;
  const up = 32 - lsb - width;
  write(emitter, rd, `${read(emitter, rn)}<<${up}>>${signed ? '' : '>'}${32 - width}|0`);
}

export function emitInsert(emitter: Emitter, { rd, rn, lsb, width }: Of<'bit-field-insert'>): void {
  const mask = width === 32 ? -1 : (2 ** width - 1) << lsb;
  const kept = `${read(emitter, rd)}&${~mask}`;
  write(emitter, rd, rn === undefined ? kept : `${kept}|${read(emitter, rn)}<<${lsb}&${mask}`);
}

/** `value` between two bounds. */
function clamp(value: string, low: number, high: number): string {
  return `${value}<${low}?${low}:${value}>${high}?${high}:${value}`;
}

type Bounds = { readonly low: number; readonly high: number };

function boundsOf(signed: boolean, bits: number): Bounds {
  if (!signed) return { low: 0, high: 2 ** bits - 1 };
  return { low: -(2 ** (bits - 1)), high: 2 ** (bits - 1) - 1 };
}

export function emitSaturate(emitter: Emitter, operation: Of<'saturate'>): void {
  const { signed, rd, bits, rn, shift, amount } = operation;
  const { low, high } = boundsOf(signed, bits);
  const source = read(emitter, rn);
  const value = bind(emitter, amount === 0 ? source : `${source}${shift === 'lsl' ? '<<' : '>>'}${amount}`);
  if (signed && bits === 32) {
    write(emitter, rd, value);
    return;
  }
  const result = bind(emitter, clamp(value, low, high));
  setSaturatedWhen(emitter, `${result}!==${value}`);
  write(emitter, rd, result);
}

export function emitSaturate16(emitter: Emitter, { signed, rd, bits, rn }: Of<'saturate16'>): void {
  const { low, high } = boundsOf(signed, bits);
  const value = bind(emitter, read(emitter, rn));
  const bottom = bind(emitter, `${value}<<16>>16`);
  const top = bind(emitter, `${value}>>16`);
  const newBottom = bind(emitter, clamp(bottom, low, high));
  const newTop = bind(emitter, clamp(top, low, high));
  setSaturatedWhen(emitter, `${newBottom}!==${bottom}||${newTop}!==${top}`);
  write(emitter, rd, `${newTop}<<16|${newBottom}&65535`);
}

/** A sum of two words, saturated; the Q flag tells. */
function saturatedSum(emitter: Emitter, a: string, b: string, subtract: boolean): string {
  const sum = bind(emitter, `${a}${subtract ? '-' : '+'}${b}|0`);
  const overflow = bind(
    emitter,
    subtract ? `((${a}^${b})&(${a}^${sum}))<0` : `((${a}^${sum})&(${b}^${sum}))<0`,
  );
  setSaturatedWhen(emitter, overflow);
  return bind(emitter, `${overflow}?${a}>>31^2147483647:${sum}`);
}

/** QADD and kin: the first operand is Rm; the doubled one is Rn. */
export function emitSaturatingAdd(emitter: Emitter, { op, rd, rn, rm }: Of<'saturating-add'>): void {
  const m = bind(emitter, read(emitter, rm));
  const n = bind(emitter, read(emitter, rn));
  const doubled = op === 'qdadd' || op === 'qdsub' ? saturatedSum(emitter, n, n, false) : n;
  write(emitter, rd, saturatedSum(emitter, m, doubled, op === 'qsub' || op === 'qdsub'));
}

function rotated(emitter: Emitter, rm: number, rotation: number): string {
  const value = read(emitter, rm);
  if (rotation === 0) return value;
  const name = bind(emitter, value);
  return bind(emitter, `${name}>>>${rotation}|${name}<<${32 - rotation}`);
}

export function emitExtend(emitter: Emitter, operation: Of<'extend'>): void {
  const { from, signed, rd, rn, rm, rotation } = operation;
  const value = rotated(emitter, rm, rotation);
  if (from === 'bytes16') {
    extendPair(emitter, signed, rd, rn, value);
    return;
  }
  const bits = from === 'byte' ? 24 : 16;
  const extended = signed ? `(${value}<<${bits}>>${bits})` : `(${value}&${from === 'byte' ? 255 : 65535})`;
  write(emitter, rd, rn === undefined ? extended : `${read(emitter, rn)}+${extended}|0`);
}

function extendPair(
  emitter: Emitter,
  signed: boolean,
  rd: number,
  rn: number | undefined,
  value: string,
): void {
  if (!signed && rn === undefined) {
    write(emitter, rd, `${value}&16711935`);
    return;
  }
  const bottom = signed ? `(${value}<<24>>24)` : `(${value}&255)`;
  const top = signed ? `(${value}<<8>>24)` : `(${value}>>16&255)`;
  if (rn === undefined) {
    write(emitter, rd, `${bottom}&65535|${top}<<16`);
    return;
  }
  const addend = bind(emitter, read(emitter, rn));
  write(emitter, rd, `${addend}+${bottom}&65535|(${addend}>>16)+${top}<<16`);
}

export function emitPack(emitter: Emitter, { top, rd, rn, rm, amount }: Of<'pack'>): void {
  const n = read(emitter, rn);
  const m = read(emitter, rm);
  if (top) {
    write(emitter, rd, `${n}&-65536|${m}>>${Math.min(amount, 31)}&65535`);
    return;
  }
  write(emitter, rd, `${n}&65535|${amount === 0 ? m : `${m}<<${amount}`}&-65536`);
}

export function emitReverse(emitter: Emitter, { op, rd, rm }: Of<'reverse'>): void {
  const m = bind(emitter, read(emitter, rm));
  switch (op) {
    case 'clz':
      write(emitter, rd, `Math.clz32(${m})`);
      return;
    case 'rev':
      write(emitter, rd, `${m}<<24|${m}<<8&16711680|${m}>>>8&65280|${m}>>>24`);
      return;
    case 'rev16':
      write(emitter, rd, `${m}<<8&-16711936|${m}>>>8&16711935`);
      return;
    case 'revsh':
      write(emitter, rd, `${m}<<24>>16|${m}>>>8&255`);
      return;
    case 'rbit':
      reverseBits(emitter, rd, m);
  }
}

function reverseBits(emitter: Emitter, rd: number, value: string): void {
  const ones = bind(emitter, `${value}>>>1&1431655765|(${value}&1431655765)<<1`);
  const pairs = bind(emitter, `${ones}>>>2&858993459|(${ones}&858993459)<<2`);
  const nibbles = bind(emitter, `${pairs}>>>4&252645135|(${pairs}&252645135)<<4`);
  write(emitter, rd, `${nibbles}<<24|${nibbles}<<8&16711680|${nibbles}>>>8&65280|${nibbles}>>>24`);
}

export function emitAbsoluteDifferences(emitter: Emitter, operation: Of<'absolute-differences'>): void {
  const { rd, rn, rm, ra } = operation;
  const a = bind(emitter, read(emitter, rn));
  const b = bind(emitter, read(emitter, rm));
  const sums = [0, 8, 16, 24].map((shift) => `Math.abs((${a}>>>${shift}&255)-(${b}>>>${shift}&255))`);
  const accumulator = ra === undefined ? '' : `${read(emitter, ra)}+`;
  write(emitter, rd, `${accumulator}${sums.join('+')}|0`);
}

/** SEL: each byte from Rn where its GE flag is set, else from Rm. */
export function emitSelect(emitter: Emitter, { rd, rn, rm }: Of<'sel'>): void {
  emitter.flagsUsed |= 32;
  const mask = freshMask(emitter);
  write(emitter, rd, `${read(emitter, rn)}&${mask}|${read(emitter, rm)}&~${mask}`);
}

/** Four flags spread to four bytes of ones. */
function freshMask(emitter: Emitter): string {
  return bind(emitter, 'Math.imul(fg&1|(fg&2)<<7|(fg&4)<<14|(fg&8)<<21,255)');
}
