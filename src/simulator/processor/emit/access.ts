/** Text of memory accesses: pages of plain storage inline, everything else through the bus. */
import { cachedBit, outsideBit, pageBits } from '../pages.ts';
import { slots } from '../state.ts';
import { bind, type Emitter, freshName, line } from './emitter.ts';

type Width = 1 | 2 | 4;

const signedViews = { 1: 'M8', 2: 'M16', 4: 'M32' } as const;
const unsignedViews = { 1: 'U8', 2: 'U16', 4: 'M32' } as const;
const widthShifts = { 1: 0, 2: 1, 4: 2 } as const;

export type Transfer = {
  /** A name or number that holds the first address. */
  readonly address: string;
  readonly width: Width;
  /** Consecutive units: more than one only of words. */
  readonly count: number;
  /** Whether it faults where it is not aligned, whatever CCR says. */
  readonly mustAlign: boolean;
};

/** Cycles at which the access happens, as an expression. */
function now(emitter: Emitter): string {
  const { issueCycle } = emitter.position;
  return issueCycle === 0 ? 'c' : `c+${issueCycle}`;
}

/** An `if` that holds where the transfer lies in one page of storage, aligned, and takes no more cycles than scheduled. */
type FastPath = { readonly test: string; readonly page: string; readonly after: string };

function fastPath(emitter: Emitter, kind: 'load' | 'store', { address, width, count }: Transfer): FastPath {
  const page = bind(emitter, `${kind === 'load' ? 'PR' : 'PW'}[${address}>>>${pageBits}]`);
  const isCached = `(${page}&${cachedBit})`;
  const timed = emitter.position.access({ kind, address, bytes: width * count, isCached });
  line(emitter, timed.before);
  const last = (count - 1) * width;
  const hindrances = [
    timed.misses,
    `${page}&${outsideBit}`,
    width === 1 ? '' : `${address}&${width - 1}`,
    last === 0 ? '' : `(${address}^${address}+${last})>>>${pageBits}`,
  ];
  const test = `(${hindrances.filter((text) => text !== '').join('|')})===0`;
  return { test, page, after: timed.after };
}

/** Place of unit `n` in a view. The lowest bits of a page's entry are not part of the distance; shifts drop them. */
function indexText(address: string, page: string, width: Width, n: number): string {
  if (width === 1) return `${address}+(${page}&-2)`;
  const sum = `${address}+${page}`;
  return `${n === 0 ? sum : `${sum}+${n * width}`}>>${widthShifts[width]}`;
}

/** Others that are not aligned are the bus's to split. */
function alignmentFault(emitter: Emitter, { address, width, mustAlign }: Transfer): void {
  if (!mustAlign || width === 1) return;
  const { instruction } = emitter.position;
  line(
    emitter,
    `if(${address}&${width - 1}){W[29]=${instruction.itState};throw X.unaligned(${address},${instruction.address | 0},${now(emitter)});}`,
  );
}

/** The interrupted IT block must be known where the bus throws. */
function busText(emitter: Emitter, text: string): void {
  const { itState } = emitter.position.instruction;
  line(emitter, itState === 0 ? text : `W[29]=${itState};${text}W[29]=0;`);
}

/** Reads, and gives the names of the values: signed words; half-words and bytes by `signed`. */
export function emitRead(emitter: Emitter, transfer: Transfer, signed: boolean): readonly string[] {
  const { address, width, count } = transfer;
  const constant = constantRead(emitter, transfer, signed);
  if (constant !== undefined) return constant;
  const { test, page } = fastPath(emitter, 'load', transfer);
  const names = Array.from({ length: count }, () => freshName(emitter));
  line(emitter, `let ${names.map((name) => `${name}=0`).join(',')};`);
  const view = signed ? signedViews[width] : unsignedViews[width];
  const place = emitter.position.instruction.address | 0;
  const fast = names.map((name, n) => `${name}=${view}[${indexText(address, page, width, n)}];`);
  line(emitter, `if(${test}){${fast.join('')}}else{`);
  alignmentFault(emitter, transfer);
  if (count === 1) {
    const widen = !signed || width === 4 ? '' : width === 1 ? '<<24>>24' : '<<16>>16';
    busText(emitter, `${names[0]}=X.read(${address},${width},${place},${now(emitter)})${widen};`);
  } else {
    busText(emitter, `X.readWords(${address},${count},${place},${now(emitter)});`);
    line(emitter, names.map((name, n) => `${name}=W[${slots.read + n}];`).join(''));
  }
  line(emitter, 'c=c+W[34]|0;}');
  return names;
}

/** A literal in flash is a constant of the compiled code; the bus tells when flash changes. */
function constantRead(emitter: Emitter, transfer: Transfer, signed: boolean): readonly string[] | undefined {
  const { address: text, width, count } = transfer;
  if (!/^-?\d+$/.test(text)) return undefined;
  const address = Number(text) >>> 0;
  const { memory, pages } = emitter.surroundings;
  const bytes = width * count;
  const window = memory.windows.find(
    ({ writable, start, bytes: size }) => !writable && address >= start && address + bytes <= start + size,
  );
  const page = pages.readable[address >>> pageBits] ?? outsideBit;
  if (window === undefined || address % width !== 0 || page === outsideBit) return undefined;
  const isCached = String(page & cachedBit);
  const { before, misses } = emitter.position.access({ kind: 'load', address: text, bytes, isCached });
  line(emitter, before);
  if (misses !== '') line(emitter, `if(${misses})c=c+X.miss(${text},${bytes},${now(emitter)})|0;`);
  const view = {
    1: signed ? memory.int8 : memory.uint8,
    2: signed ? memory.int16 : memory.uint16,
    4: memory.int32,
  };
  const first = (address - window.start + window.offset) / width;
  return Array.from({ length: count }, (_, n) => String(view[width][first + n] ?? 0));
}

/** Writes names or numbers. */
export function emitWrite(emitter: Emitter, transfer: Transfer, values: readonly string[]): void {
  const { address, width } = transfer;
  const view = unsignedViews[width];
  const { test, page, after } = fastPath(emitter, 'store', transfer);
  const fast = values.map((value, n) => `${view}[${indexText(address, page, width, n)}]=${value};`);
  line(emitter, `if(${test}){${fast.join('')}${after}}else{`);
  alignmentFault(emitter, transfer);
  const place = emitter.position.instruction.address | 0;
  const writes = values.map((value, n) => {
    const at = n === 0 ? address : `${address}+${n * width}|0`;
    return `X.write(${at},${width},${value},${place},${now(emitter)});c=c+W[34]|0;`;
  });
  busText(emitter, writes.join(''));
  line(emitter, '}');
}
