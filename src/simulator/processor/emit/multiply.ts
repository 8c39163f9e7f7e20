/** Text of multiplications. Products of halves are exact in JavaScript numbers; 64-bit results are built of words. */
import type { MultiplyOperation } from '../../operations/multiply.ts';
import { logicSource } from './conditions.ts';
import {
  bind,
  type Emitter,
  read,
  setFlags,
  setSaturatedBySign,
  setSaturatedWhen,
  write,
} from './emitter.ts';
import type { EmittersOf } from './operation.ts';

type Of<Kind extends MultiplyOperation['kind']> = Extract<MultiplyOperation, { kind: Kind }>;

export const multiplyEmitters: EmittersOf<MultiplyOperation['kind']> = {
  multiply,
  'multiply-long': multiplyLong,
  'multiply-half': multiplyHalf,
  'multiply-half-long': multiplyHalfLong,
  'multiply-dual': multiplyDual,
  'multiply-dual-long': multiplyDualLong,
  'multiply-high': multiplyHigh,
};

function multiply(emitter: Emitter, { op, rd, rn, rm, ra, setFlags: sets }: Of<'multiply'>): void {
  const product = `Math.imul(${read(emitter, rn)},${read(emitter, rm)})`;
  const accumulator = ra === undefined ? '0' : read(emitter, ra);
  const text = op === 'mul' ? product : `${accumulator}${op === 'mla' ? '+' : '-'}${product}|0`;
  const result = sets ? bind(emitter, text) : text;
  write(emitter, rd, result);
  if (sets) setFlags(emitter, logicSource(result, undefined));
}

/** The signed half of a word. */
function half(value: string, top: boolean): string {
  return top ? `(${value}>>16)` : `(${value}<<16>>16)`;
}

/** High word of a 64-bit product, from products of 16-bit halves (no partial sum leaves 32 bits). */
function highWord(emitter: Emitter, a: string, b: string, signed: boolean): string {
  const shift = signed ? '>>' : '>>>';
  const aLow = bind(emitter, `${a}&65535`);
  const aHigh = bind(emitter, `${a}${shift}16`);
  const bLow = bind(emitter, `${b}&65535`);
  const bHigh = bind(emitter, `${b}${shift}16`);
  const low = bind(emitter, `Math.imul(${aLow},${bLow})>>>16`);
  const middle = bind(emitter, `Math.imul(${aHigh},${bLow})+${low}|0`);
  const second = bind(emitter, `Math.imul(${aLow},${bHigh})+(${middle}&65535)|0`);
  return bind(emitter, `Math.imul(${aHigh},${bHigh})+(${middle}${shift}16)+(${second}${shift}16)|0`);
}

function multiplyLong(emitter: Emitter, { op, rdLow, rdHigh, rn, rm }: Of<'multiply-long'>): void {
  const a = bind(emitter, read(emitter, rn));
  const b = bind(emitter, read(emitter, rm));
  const high = highWord(emitter, a, b, op === 'smull' || op === 'smlal');
  const low = bind(emitter, `Math.imul(${a},${b})`);
  if (op === 'umaal') {
    addTwoWords(emitter, rdLow, rdHigh, low, high);
    return;
  }
  if (op === 'smlal' || op === 'umlal') {
    addWide(emitter, rdLow, rdHigh, low, high);
    return;
  }
  write(emitter, rdLow, low);
  write(emitter, rdHigh, high);
}

/** Adds a 64-bit number to a pair of registers. */
function addWide(emitter: Emitter, rdLow: number, rdHigh: number, low: string, high: string): void {
  const oldHigh = bind(emitter, read(emitter, rdHigh));
  const sum = bind(emitter, `${read(emitter, rdLow)}+${low}|0`);
  write(emitter, rdLow, sum);
  write(emitter, rdHigh, `${oldHigh}+${high}+((${sum}>>>0)<(${low}>>>0)?1:0)|0`);
}

/** UMAAL: adds both registers to the product, which cannot leave 64 bits. */
function addTwoWords(emitter: Emitter, rdLow: number, rdHigh: number, low: string, high: string): void {
  const once = bind(emitter, `${read(emitter, rdLow)}+${low}|0`);
  const twice = bind(emitter, `${read(emitter, rdHigh)}+${once}|0`);
  const carries = `((${once}>>>0)<(${low}>>>0)?1:0)+((${twice}>>>0)<(${once}>>>0)?1:0)`;
  write(emitter, rdHigh, `${high}+${carries}|0`);
  write(emitter, rdLow, twice);
}

function multiplyHalf(emitter: Emitter, operation: Of<'multiply-half'>): void {
  const { wide, nTop, mTop, rd, rn, rm, ra } = operation;
  const b = half(read(emitter, rm), mTop);
  // A word by half product needs at most 48 bits, of which the top 32 count.
  const text = wide
    ? `Math.floor(${read(emitter, rn)}*${b}/65536)|0`
    : `Math.imul(${half(read(emitter, rn), nTop)},${b})`;
  if (ra === undefined) {
    write(emitter, rd, text);
    return;
  }
  const product = bind(emitter, text);
  const addend = bind(emitter, read(emitter, ra));
  const sum = bind(emitter, `${product}+${addend}|0`);
  setSaturatedBySign(emitter, `(${product}^${sum})&(${addend}^${sum})`);
  write(emitter, rd, sum);
}

function multiplyHalfLong(emitter: Emitter, operation: Of<'multiply-half-long'>): void {
  const { nTop, mTop, rdLow, rdHigh, rn, rm } = operation;
  const product = `Math.imul(${half(read(emitter, rn), nTop)},${half(read(emitter, rm), mTop)})`;
  const low = bind(emitter, product);
  addWide(emitter, rdLow, rdHigh, low, `(${low}>>31)`);
}

type Products = { readonly first: string; readonly second: string };

function dualProducts(emitter: Emitter, rn: number, rm: number, exchange: boolean): Products {
  const a = bind(emitter, read(emitter, rn));
  const b = bind(emitter, read(emitter, rm));
  return {
    first: `Math.imul(${half(a, false)},${half(b, exchange)})`,
    second: `Math.imul(${half(a, true)},${half(b, !exchange)})`,
  };
}

/**
 * Q tells that the exact sum of both products and the accumulator left 32 bits. The sum of products alone does so only as
 * 2 * 2^30, which wraps to the least integer; one less has the sign of the exact sum then, and of no other but 0, whose
 * sum with anything is that.
 */
function multiplyDual(emitter: Emitter, operation: Of<'multiply-dual'>): void {
  const { subtract, exchange, rd, rn, rm, ra } = operation;
  const { first, second } = dualProducts(emitter, rn, rm, exchange);
  const pair = bind(emitter, `${first}${subtract ? '-' : '+'}${second}|0`);
  if (ra === undefined) {
    if (!subtract) setSaturatedWhen(emitter, `${pair}===-2147483648`);
    write(emitter, rd, pair);
    return;
  }
  const addend = bind(emitter, read(emitter, ra));
  const sum = bind(emitter, `${pair}+${addend}|0`);
  const signed = subtract ? pair : `(${pair}-1)`;
  setSaturatedBySign(emitter, `(${signed}^${sum})&(${addend}^${sum})`);
  write(emitter, rd, sum);
}

function multiplyDualLong(emitter: Emitter, operation: Of<'multiply-dual-long'>): void {
  const { subtract, exchange, rdLow, rdHigh, rn, rm } = operation;
  const { first, second } = dualProducts(emitter, rn, rm, exchange);
  const pair = bind(emitter, `${first}${subtract ? '-' : '+'}${second}`);
  const low = bind(emitter, `${pair}|0`);
  addWide(emitter, rdLow, rdHigh, low, `(${pair}<0?-1:0)`);
}

function multiplyHigh(emitter: Emitter, operation: Of<'multiply-high'>): void {
  const { subtract, round, rd, rn, rm, ra } = operation;
  const a = bind(emitter, read(emitter, rn));
  const b = bind(emitter, read(emitter, rm));
  const high = highWord(emitter, a, b, true);
  const accumulator = ra === undefined ? '0' : read(emitter, ra);
  if (!subtract && !round) {
    write(emitter, rd, `${accumulator}+${high}|0`);
    return;
  }
  const low = bind(emitter, `Math.imul(${a},${b})`);
  // The accumulator stands above a word of zeros: borrowing and rounding come from the low word alone.
  const remainder = subtract ? bind(emitter, `-${low}|0`) : low;
  const borrow = subtract ? `-${high}-(${low}===0?0:1)` : `+${high}`;
  write(emitter, rd, `${accumulator}${borrow}${round ? `+(${remainder}>>>31)` : ''}|0`);
}
