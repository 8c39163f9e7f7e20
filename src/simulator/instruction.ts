/** A decoded instruction: what Thumb encodings mean, free of bit fields; shared by processor, timing and disassembly. */
import type { ComputeOperation } from './operations/compute.ts';
import type { BranchOperation, SystemOperation } from './operations/control.ts';
import type { FloatOperation } from './operations/float.ts';
import type { MemoryOperation } from './operations/memory.ts';
import type { MultiplyOperation } from './operations/multiply.ts';
import type { Condition } from './operations/operand.ts';

export type Instruction = {
  /** Where it lies, bytes. */
  readonly address: number;
  readonly bytes: 2 | 4;
  /** The half-word, or first half-word * 65536 + second, unsigned. */
  readonly encoding: number;
  /** From the IT block that it lies in; a conditional branch's condition is here too. */
  readonly condition: Condition;
  /** ITSTATE before the instruction, 0 outside IT blocks; what a fault in it stacks. */
  readonly itState: number;
  readonly operation: Operation;
};

export type Operation =
  | ComputeOperation
  | MultiplyOperation
  | MemoryOperation
  | BranchOperation
  | SystemOperation
  | FloatOperation;

/** Why a register is read: pipelines need addresses and shifted operands earlier than store data. */
export type ReadRole = 'operand' | 'shifted' | 'address' | 'accumulator' | 'store-data';

/** Core registers are 0 to 15; s0 to s31 are 16 to 47 (a double is two of them). */
export type RegisterId = number;

/** Bits of a set of flags. */
export const flagBits = { n: 1, z: 2, c: 4, v: 8, q: 16, ge: 32 } as const;

/** What an instruction depends on and changes: for liveness of flags and for issue rules. */
export type Effects = {
  readonly reads: readonly { readonly register: RegisterId; readonly role: ReadRole }[];
  readonly writes: readonly RegisterId[];
  /** Sets of `flagBits`; the condition of an IT block counts as read. */
  readonly flagsRead: number;
  readonly flagsWritten: number;
};
