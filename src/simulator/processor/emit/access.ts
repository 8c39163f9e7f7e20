/** Text of memory accesses: pages of plain storage inline, everything else through the bus. */
import { noPage, pageBits } from '../pages.ts';
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

/** Opens an `if` that holds where the whole transfer lies in one page of storage, aligned; gives the page's name. */
function openPage(emitter: Emitter, kind: 'load' | 'store', { address, width, count }: Transfer): string {
  const page = bind(emitter, `${kind === 'load' ? 'PR' : 'PW'}[${address}>>>${pageBits}]`);
  const aligned = width === 1 ? '' : `&&(${address}&${width - 1})===0`;
  const last = (count - 1) * width;
  const sameEnd = last === 0 ? '' : `&&(${address}^${address}+${last})>>>${pageBits}===0`;
  line(emitter, `if(${page}!==${noPage}${aligned}${sameEnd}){`);
  const bytes = width * count;
  line(emitter, emitter.position.access({ kind, address, bytes, isCached: `(${page}&1)` }));
  return page;
}

/** Place of unit `n` in a view. The lowest bit of a page's entry is not part of the distance; shifts drop it. */
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
  const names = Array.from({ length: count }, () => freshName(emitter));
  line(emitter, `let ${names.map((name) => `${name}=0`).join(',')};`);
  const view = signed ? signedViews[width] : unsignedViews[width];
  const page = openPage(emitter, 'load', transfer);
  names.forEach((name, n) => {
    line(emitter, `${name}=${view}[${indexText(address, page, width, n)}];`);
  });
  line(emitter, '}else{');
  alignmentFault(emitter, transfer);
  const place = emitter.position.instruction.address | 0;
  const widen = !signed || width === 4 ? '' : width === 1 ? '<<24>>24' : '<<16>>16';
  const reads = names.map((name, n) => {
    const at = n === 0 ? address : `${address}+${n * width}|0`;
    return `${name}=X.read(${at},${width},${place},${now(emitter)})${widen};c=c+W[34]|0;`;
  });
  busText(emitter, reads.join(''));
  line(emitter, '}');
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
  if (window === undefined || address % width !== 0) return undefined;
  const isCached = ((pages.readable[address >>> pageBits] ?? 0) & 1) === 1 ? 'true' : 'false';
  line(emitter, emitter.position.access({ kind: 'load', address: text, bytes, isCached }));
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
  const page = openPage(emitter, 'store', transfer);
  values.forEach((value, n) => {
    line(emitter, `${view}[${indexText(address, page, width, n)}]=${value};`);
  });
  line(emitter, '}else{');
  alignmentFault(emitter, transfer);
  const place = emitter.position.instruction.address | 0;
  const writes = values.map((value, n) => {
    const at = n === 0 ? address : `${address}+${n * width}|0`;
    return `X.write(${at},${width},${value},${place},${now(emitter)});c=c+W[34]|0;`;
  });
  busText(emitter, writes.join(''));
  line(emitter, '}');
}
