/** Text of memory accesses: windows of plain storage inline, everything else through the bus. */
import type { MemoryWindow } from '../contract.ts';
import { type Emitter, freshName, line } from './emitter.ts';

export type Width = 1 | 2 | 4;

/** How many windows are tried inline before the bus is asked. */
const inlinedWindows = 2;

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

/** `condition` holds where the whole transfer lies in the window, aligned; `index` is where in the buffer. */
function insideWindow(emitter: Emitter, window: MemoryWindow, transfer: Transfer): string {
  const { address, width, count } = transfer;
  const offset = freshName(emitter);
  line(emitter, `const ${offset}=${address}-${window.start | 0}|0;`);
  const aligned = width === 1 ? '' : `&&(${address}&${width - 1})===0`;
  line(emitter, `if((${offset}>>>0)<=${window.bytes - width * count}${aligned}){`);
  return offset;
}

/** Index of unit `n` in a view. */
function indexText(window: MemoryWindow, offset: string, width: Width, n: number): string {
  const bytes = window.offset + n * width;
  const sum = bytes === 0 ? offset : `${offset}+${bytes}`;
  return width === 1 ? sum : `${sum}>>${widthShifts[width]}`;
}

function windowsOf(emitter: Emitter, kind: 'load' | 'store'): readonly MemoryWindow[] {
  const { windows } = emitter.surroundings.memory;
  return windows.slice(0, inlinedWindows).filter((window) => kind === 'load' || window.writable);
}

function timing(emitter: Emitter, window: MemoryWindow, kind: 'load' | 'store', transfer: Transfer): void {
  const { address, width, count } = transfer;
  line(emitter, emitter.position.access({ kind, address, bytes: width * count, window }));
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
  const names = Array.from({ length: count }, () => freshName(emitter));
  const constant = constantRead(emitter, transfer, signed);
  if (constant !== undefined) return constant;
  line(emitter, `let ${names.map((name) => `${name}=0`).join(',')};`);
  const view = signed ? signedViews[width] : unsignedViews[width];
  let open = 0;
  for (const window of windowsOf(emitter, 'load')) {
    const offset = insideWindow(emitter, window, transfer);
    timing(emitter, window, 'load', transfer);
    names.forEach((name, n) => {
      line(emitter, `${name}=${view}[${indexText(window, offset, width, n)}];`);
    });
    line(emitter, '}else{');
    open++;
  }
  alignmentFault(emitter, transfer);
  const place = emitter.position.instruction.address | 0;
  const widen = !signed || width === 4 ? '' : width === 1 ? '<<24>>24' : '<<16>>16';
  const reads = names.map((name, n) => {
    const at = n === 0 ? address : `${address}+${n * width}|0`;
    return `${name}=X.read(${at},${width},${place},${now(emitter)})${widen};c=c+W[34]|0;`;
  });
  busText(emitter, reads.join(''));
  line(emitter, '}'.repeat(open));
  return names;
}

/** A literal in flash is a constant of the compiled code; the bus tells when flash changes. */
function constantRead(emitter: Emitter, transfer: Transfer, signed: boolean): readonly string[] | undefined {
  const { address: text, width, count } = transfer;
  if (!/^-?\d+$/.test(text)) return undefined;
  const address = Number(text) >>> 0;
  const { memory } = emitter.surroundings;
  const bytes = width * count;
  const window = memory.windows.find(
    ({ kind, start, bytes: size }) => kind === 'flash' && address >= start && address + bytes <= start + size,
  );
  if (window === undefined || address % width !== 0) return undefined;
  line(emitter, emitter.position.access({ kind: 'load', address: text, bytes, window }));
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
  let open = 0;
  for (const window of windowsOf(emitter, 'store')) {
    const offset = insideWindow(emitter, window, transfer);
    timing(emitter, window, 'store', transfer);
    values.forEach((value, n) => {
      line(emitter, `${view}[${indexText(window, offset, width, n)}]=${value};`);
    });
    line(emitter, '}else{');
    open++;
  }
  alignmentFault(emitter, transfer);
  const place = emitter.position.instruction.address | 0;
  const writes = values.map((value, n) => {
    const at = n === 0 ? address : `${address}+${n * width}|0`;
    return `X.write(${at},${width},${value},${place},${now(emitter)});c=c+W[34]|0;`;
  });
  busText(emitter, writes.join(''));
  line(emitter, '}'.repeat(open));
}
