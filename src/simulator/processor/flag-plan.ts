/** Which instructions of a block must leave their flags in variables, because no condition takes them straight. */
import { flagBits, type Instruction } from '../instruction.ts';
import { flagsOf, flagsOfCondition } from './effects.ts';
import { canFuse, type FlagSource } from './emit/conditions.ts';
import { mayLeave } from './flow.ts';

/** Flags that have variables; Q is sticky and lives in the state. */
const trackedFlags = [flagBits.n, flagBits.z, flagBits.c, flagBits.v, flagBits.ge] as const;

export const allTrackedFlags: number = trackedFlags.reduce((mask, bit) => mask | bit, 0);

/** What later conditions of the block may look at instead of variables; see `FlagSource`. */
type Source = { readonly kind: FlagSource['kind']; readonly flags: number };

function sourceOf({ operation }: Instruction, written: number): Source | undefined {
  switch (operation.kind) {
    case 'data':
      switch (operation.op) {
        case 'sub':
        case 'cmp':
        case 'rsb':
          return { kind: 'subtract', flags: written };
        case 'add':
        case 'cmn':
          return { kind: 'add', flags: written };
        default:
          return { kind: 'other', flags: written };
      }
    case 'shift':
    case 'multiply':
      return { kind: 'other', flags: written };
    default:
      return undefined;
  }
}

/** For each instruction, the flags (`flagBits`) that it must write to variables. `liveOut` are those read after the block. */
export function planFlags(instructions: readonly Instruction[], liveOut: number): readonly number[] {
  const needed = instructions.map(() => 0);
  const setters = new Map<number, readonly number[]>(trackedFlags.map((flag) => [flag, []]));
  const need = (flags: number): void => {
    for (const flag of trackedFlags) {
      if ((flags & flag) === 0) continue;
      for (const setter of setters.get(flag) ?? []) needed[setter] = (needed[setter] ?? 0) | flag;
    }
  };
  let source: Source | undefined;
  instructions.forEach((instruction, index) => {
    const { flagsRead, flagsWritten } = flagsOf(instruction);
    const byCondition = flagsOfCondition(instruction.condition);
    const fused = source !== undefined && canFuse(instruction.condition, source.kind, source.flags);
    if (!fused) need(byCondition);
    need(flagsReadByOperation(instruction, flagsRead, byCondition));
    const conditional = instruction.condition !== 'al';
    for (const flag of trackedFlags) {
      if ((flagsWritten & flag) === 0) continue;
      setters.set(flag, conditional ? [...(setters.get(flag) ?? []), index] : [index]);
    }
    if ((flagsWritten & ~flagBits.ge & ~flagBits.q) !== 0) {
      source = conditional ? undefined : sourceOf(instruction, flagsWritten);
    }
  });
  need(liveOut);
  return needed;
}

/** A conditional ADC reads C twice: by its condition, perhaps fused, and as its operand. */
function flagsReadByOperation(instruction: Instruction, flagsRead: number, byCondition: number): number {
  if (mayLeave(instruction.operation)) return allTrackedFlags;
  if (instruction.condition === 'al') return flagsRead;
  const unconditional = flagsOf({ ...instruction, condition: 'al' }).flagsRead;
  return unconditional | (flagsRead & ~byCondition);
}

/** Flags that are read before they are written, given those live after the block. */
export function liveFlagsBefore(instructions: readonly Instruction[], liveOut: number): number {
  return instructions.reduceRight((live, instruction) => {
    const { flagsRead, flagsWritten } = flagsOf(instruction);
    const killed = instruction.condition === 'al' ? flagsWritten : 0;
    const read = mayLeave(instruction.operation) ? allTrackedFlags : flagsRead;
    return ((live & ~killed) | read) & allTrackedFlags;
  }, liveOut);
}
