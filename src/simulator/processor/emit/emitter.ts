/** Collects the JavaScript text of a compiled function: statements, fresh names, registers as local variables. */
import type { Instruction } from '../../instruction.ts';
import type { FloatOperation } from '../../operations/float.ts';
import type { AccessText, BlockExit, CoreMemory, TimedAccess } from '../contract.ts';
import type { PageTable } from '../pages.ts';
import { type FlagSource, flagValue } from './conditions.ts';

/** What texts are made for: a chip's memory and the options that change semantics. */
export type Surroundings = {
  readonly memory: CoreMemory;
  readonly pages: PageTable;
  /** Whether there is an FPU that is switched on, and of which widths. */
  readonly floatingPoint: 'none' | 'single-v4' | 'single' | 'double';
  /** CCR.DIV_0_TRP. */
  readonly divideByZeroTraps: boolean;
};

/** How the current instruction stands in its block. */
export type Position = {
  readonly instruction: Instruction;
  readonly index: number;
  /** Flags that someone reads later from the variables (`flagBits`). */
  readonly neededFlags: number;
  /** Cycle at which it issues, relative to what `c` holds where its text stands. */
  readonly issueCycle: number;
  /** What to add to `c` when leaving after it, before the block's own cycles were added. */
  readonly pendingCycles: number;
  /** Text of the timing model for an access of this instruction. */
  access(access: Omit<TimedAccess, 'index'>): AccessText;
  leave(exit: BlockExit): string;
};

export type Emitter = {
  readonly surroundings: Surroundings;
  readonly lines: string[];
  readonly registersUsed: Set<number>;
  readonly registersWritten: Set<number>;
  /** What `O` of the compiled function names: operations that may have to be done exactly. */
  readonly floatOperations: FloatOperation[];
  /** `flagBits` of the flags that any text read or wrote as variables. */
  flagsUsed: number;
  /** Whether any text read or wrote `fq`. */
  usesSaturation: boolean;
  /** Whether this block has seen to it that the floating-point registers are its code's. */
  hasFloatContext: boolean;
  position: Position;
  /** Where the conditions of this block may take the flags from without their variables. */
  flagSource: FlagSource | undefined;
  nextName: number;
};

export function createEmitter(surroundings: Surroundings, position: Position): Emitter {
  return {
    surroundings,
    lines: [],
    registersUsed: new Set(),
    registersWritten: new Set(),
    floatOperations: [],
    flagsUsed: 0,
    usesSaturation: false,
    hasFloatContext: false,
    position,
    flagSource: undefined,
    nextName: 0,
  };
}

export function line(emitter: Emitter, text: string): void {
  if (text !== '') emitter.lines.push(text);
}

export function freshName(emitter: Emitter): string {
  emitter.nextName++;
  return `t${emitter.nextName}`;
}

/** Binds an expression to a name of its own, so that later writes to registers cannot change it. */
export function bind(emitter: Emitter, expression: string): string {
  if (/^(t\d+|-?\d+)$/.test(expression)) return expression;
  const name = freshName(emitter);
  line(emitter, `const ${name}=${expression};`);
  return name;
}

/** A register's value; r15 is the address of the instruction plus 4. */
export function read(emitter: Emitter, register: number): string {
  if (register === 15) return String((emitter.position.instruction.address + 4) | 0);
  emitter.registersUsed.add(register);
  return `r${register}`;
}

/** Assigns an expression that is a signed 32-bit number. SP keeps its two low bits clear. */
export function write(emitter: Emitter, register: number, expression: string): void {
  emitter.registersUsed.add(register);
  emitter.registersWritten.add(register);
  line(emitter, register === 13 ? `r13=(${expression})&-4;` : `r${register}=${expression};`);
}

const flagNames = [
  ['n', 1],
  ['z', 2],
  ['c', 4],
  ['v', 8],
] as const;

/** Makes the flags of `mask` those of `source`: as variables where someone needs them, else only for fused conditions. */
export function setFlags(emitter: Emitter, source: FlagSource): void {
  for (const [name, bit] of flagNames) {
    if ((source.flags & bit & emitter.position.neededFlags) === 0) continue;
    emitter.flagsUsed |= bit;
    line(emitter, `f${name}=${flagValue(source, name)};`);
  }
  emitter.flagSource = source;
}

/** The carry flag as 0 or 1. */
export function readCarry(emitter: Emitter): string {
  emitter.flagsUsed |= 4;
  return 'fc';
}

/** Q is sticky: the sign of a variable gathers it, without a branch. */
export function setSaturatedBySign(emitter: Emitter, expression: string): void {
  emitter.usesSaturation = true;
  line(emitter, `fq|=${expression};`);
}

export function setSaturatedWhen(emitter: Emitter, condition: string): void {
  emitter.usesSaturation = true;
  line(emitter, `if(${condition})fq=-1;`);
}
