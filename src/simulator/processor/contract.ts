/** What the core asks of the chip around it and of the timing model: the seams of the simulator. */
import type { Instruction } from '../instruction.ts';

/** A run of addresses with storage behind it. */
export type MemoryWindow = {
  readonly name: string;
  readonly start: number;
  readonly bytes: number;
  /** Where it begins in the buffer of the views. */
  readonly offset: number;
  readonly writable: boolean;
  readonly kind: 'flash' | 'sram' | 'dtcm' | 'itcm';
  readonly cacheable: boolean;
};

/** Storage of the chip: one buffer, seen in each width. */
export type CoreMemory = {
  readonly uint8: Uint8Array;
  readonly int8: Int8Array;
  readonly uint16: Uint16Array;
  readonly int16: Int16Array;
  readonly int32: Int32Array;
  readonly windows: readonly MemoryWindow[];
};

/** Any address and alignment, device space included. Throws a `BusError` where nothing answers. */
export type CoreBus = {
  /** Words are signed, bytes and half-words unsigned. */
  read(address: number, bytes: 1 | 2 | 4): number;
  write(address: number, bytes: 1 | 2 | 4, value: number): void;
};

/** What code comes from: gives half-words. */
export type CodeBus = CoreBus & { fetch(address: number): number };

/**
 * What the core cannot do alone. All state is written back before each call: r15 is the address of the instruction after it
 * for `supervisorCall`, waits and `exceptionReturn`, and of the instruction itself for faults and `breakpoint`.
 */
export type CoreHost = {
  /** A branch to 0xff000000 or above; the value as it was loaded. */
  exceptionReturn(value: number): void;
  supervisorCall(): void;
  breakpoint(immediate: number): void;
  undefinedInstruction(instruction: Instruction): void;
  noCoprocessor(instruction: Instruction): void;
  /** A branch to an even address was taken: r15 is the target. */
  invalidState(): void;
  divideByZero(): void;
  /** LDRD, LDM, LDREX and kin at an address that is no multiple of four. */
  unaligned(address: number): void;
  /** What the bus threw, at the instruction at r15. */
  busError(error: unknown): void;
  waitForInterrupt(): void;
  waitForEvent(): void;
  /** MSR has changed CONTROL.nPRIV. */
  privilegeChanged(): void;
};

/** Instructions of one basic block in order; the last is where it ends, branch or not. */
export type BasicBlock = {
  readonly address: number;
  readonly instructions: readonly Instruction[];
  /** What always runs just before it, where straight code was cut: it goes on as if it had not been. */
  readonly leadIn?: readonly Instruction[] | undefined;
};

export type TimedAccess = {
  /** Index of the instruction in its block. */
  readonly index: number;
  readonly kind: 'load' | 'store';
  /** A JavaScript name or number: the first byte's address, signed 32 bits. */
  readonly address: string;
  /** 1, 2, 4, or four times the number of registers. */
  readonly bytes: number;
  /** JavaScript of 1 where it goes through the data cache, else 0; `'1'` or `'0'` where that is known. */
  readonly isCached: string;
};

/** JavaScript of a timed access. Its names stay in scope to the block's end, if it is unconditional. */
export type AccessText = {
  /** Statements before it. */
  readonly before: string;
  /** An expression that is 0 where the access takes no more cycles; elsewhere `cacheAccess` is asked. */
  readonly misses: string;
  /** Statements after an access that was no miss. */
  readonly after: string;
};

/** How a block is left: `taken` and `notTaken` are of its last instruction, if that is a conditional direct branch. */
export type BlockExit =
  | { readonly kind: 'taken' | 'notTaken' | 'fallThrough' | 'direct' | 'call' }
  /** `target` is a JavaScript name that holds the (even) address. */
  | { readonly kind: 'indirect'; readonly target: string };

/**
 * Cycles of one block. Texts are JavaScript statements; `c` is an integer variable that they add cycles to
 * (`c = c + 2 | 0;`), and they may name the model's `constants` and their own block-scoped `const` and `let`.
 */
export type BlockTiming = {
  /** Added once a pass, before the block's last statement. */
  readonly cycles: number;
  /** Cycle after the block's start at which each instruction issues: what CYCCNT reads there. */
  readonly issueCycles: readonly number[];
  /** At the block's start: instruction cache. */
  readonly entry: string;
  /** For each access that may go to storage. */
  access(access: TimedAccess): AccessText;
  /** Run on the way out: branch prediction. */
  leave(exit: BlockExit): string;
};

export type TimingModel = {
  /** Objects that the texts name; become constants outside the compiled functions. */
  readonly constants: Readonly<Record<string, unknown>>;
  scheduleBlock(block: BasicBlock): BlockTiming;
  /** Whether the page of 16 KB at an address goes through the caches. */
  isCached(address: number): boolean;
  /** Cycles of an access to cached storage that was a miss by its text, made `now` cycles after the epoch. */
  cacheAccess(address: number, bytes: number, kind: 'load' | 'store', now: number): number;
  /** Cycles of any other access: device, unaligned, or across pages. */
  busAccess(address: number, bytes: number, kind: 'load' | 'store', now: number): number;
};

/** Where cycles and instructions go; compiled functions then never span two of these functions. */
export type ProfileCounters = {
  /** The function that holds an address: an index of the arrays. */
  functionAt(address: number): number;
  readonly cycles: Float64Array;
  readonly instructions: Float64Array;
  /** Whether the function's cost is that of whoever called it. */
  readonly countsForCaller: (index: number) => boolean;
  /** One element: the function that counts now. */
  readonly lastCounted: Int32Array;
  /** Makes another the one that counts. */
  readonly credit: (index: number) => void;
};
