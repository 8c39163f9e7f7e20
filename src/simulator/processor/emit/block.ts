/** Text of one basic block: its instructions under their conditions, and its cycles. */
import type { Instruction } from '../../instruction.ts';
import type { Condition } from '../../operations/operand.ts';
import type { BlockTiming } from '../contract.ts';
import { flagsOf } from '../effects.ts';
import { isFloatOperation } from '../float-kind.ts';
import type { RegionBlock } from '../region.ts';
import { slots } from '../state.ts';
import { conditionText } from './conditions.ts';
import { writeLink } from './control.ts';
import { bind, type Emitter, line, read } from './emitter.ts';
import { leave } from './exits.ts';
import { emitOperation } from './operation.ts';

export type BlockPlan = {
  readonly block: RegionBlock;
  readonly timing: BlockTiming;
  /** For each instruction, flags that variables must get. */
  readonly neededFlags: readonly number[];
};

/** Statements of all instructions; of a conditional block end, gives the condition under which its branch is taken. */
export function emitBlock(emitter: Emitter, plan: BlockPlan): string {
  const { block, timing, neededFlags } = plan;
  const { instructions, end } = block;
  emitter.flagSource = undefined;
  line(emitter, timing.entry);
  line(emitter, `k=k+${instructions.length}|0;`);
  emitter.hasFloatContext = false;
  const group = createGroup(emitter);
  let taken = '';
  instructions.forEach((instruction, index) => {
    const isEnd = index === instructions.length - 1 && end.kind !== 'next';
    const issue = timing.issueCycles[index] ?? 0;
    if (isEnd) {
      group.close();
      addCycles(emitter, timing.cycles);
    }
    emitter.position = {
      instruction,
      index,
      neededFlags: neededFlags[index] ?? 0,
      issueCycle: isEnd ? issue - timing.cycles : issue,
      pendingCycles: isEnd ? 0 : issue + 1,
      access: (access) => timing.access({ ...access, index }),
      leave: (exit) => timing.leave(exit),
    };
    if (isEnd && end.kind === 'conditional') taken = takenCondition(emitter, instruction);
    else emitInstruction(emitter, instruction, group);
  });
  group.close();
  if (end.kind === 'next') addCycles(emitter, timing.cycles);
  return taken;
}

function addCycles(emitter: Emitter, cycles: number): void {
  if (cycles > 0) line(emitter, `c=c+${cycles}|0;`);
}

function takenCondition(emitter: Emitter, { operation, condition }: Instruction): string {
  if (operation.kind === 'compare-branch') {
    return `${bind(emitter, read(emitter, operation.rn))}${operation.nonzero ? '!==' : '==='}0`;
  }
  return flagCondition(emitter, condition);
}

function flagCondition(emitter: Emitter, condition: Condition): string {
  const { text, flags } = conditionText(condition, emitter.flagSource);
  emitter.flagsUsed |= flags;
  return text;
}

/** Neighbours under the same condition share one `if`. */
type Group = {
  enter(condition: Condition): void;
  close(): void;
};

function createGroup(emitter: Emitter): Group {
  let open: Condition = 'al';
  const close = (): void => {
    if (open !== 'al') line(emitter, '}');
    open = 'al';
  };
  return {
    close,
    enter(condition) {
      if (condition === open) return;
      close();
      if (condition === 'al') return;
      line(emitter, `if(${flagCondition(emitter, condition)}){`);
      open = condition;
    },
  };
}

function emitInstruction(emitter: Emitter, instruction: Instruction, group: Group): void {
  const { operation, condition } = instruction;
  group.enter(condition);
  const before = emitter.flagSource;
  const { available } = availability(emitter, instruction);
  if (available && isFloatOperation(operation)) beginFloats(emitter, instruction);
  if (!available)
    leave(
      emitter,
      isFloatOperation(operation) && emitter.surroundings.floatingPoint === 'none'
        ? 'noCoprocessor'
        : 'undefinedInstruction',
    );
  else if (operation.kind === 'call') emitCall(emitter, operation.target);
  else emitOperation(emitter, operation);
  const { flagsWritten } = flagsOf(instruction);
  if ((flagsWritten & 15) === 0) emitter.flagSource = before;
  else if (condition !== 'al') {
    // Neither the flags from before nor those from here are known now, only their variables.
    group.close();
    emitter.flagSource = undefined;
  }
}

/** Once a block, unless it may be skipped: the registers get to belong to its code. */
function beginFloats(emitter: Emitter, { address, condition, itState }: Instruction): void {
  if (emitter.hasFloatContext) return;
  emitter.hasFloatContext = condition === 'al';
  const begin = `X.beginFloats(${address | 0},${itState},c+${emitter.position.issueCycle});`;
  line(emitter, `if((W[${slots.control}]&4)===0||W[${slots.lazyFrame}]!==0)${begin}`);
}

/** Whether the core as it is set up has the instruction. */
function availability(emitter: Emitter, { operation }: Instruction): { readonly available: boolean } {
  const { floatingPoint } = emitter.surroundings;
  if (!isFloatOperation(operation)) return { available: true };
  if (floatingPoint === 'none') return { available: false };
  if (floatingPoint === 'single-v4' && isOfVersion5(operation)) return { available: false };
  return { available: floatingPoint === 'double' || !isDoubleArithmetic(operation) };
}

/** What FPv5 added: VSEL, VMAXNM, VMINNM, and conversions that name their rounding. */
function isOfVersion5(operation: Instruction['operation']): boolean {
  if (operation.kind === 'vfp-binary') return operation.op === 'vmaxnm' || operation.op === 'vminnm';
  return operation.kind === 'vfp-select' || operation.kind === 'vfp-round';
}

function isDoubleArithmetic(operation: Instruction['operation']): boolean {
  if (operation.kind === 'vfp-precision') return true;
  if (!('double' in operation) || !operation.double) return false;
  switch (operation.kind) {
    case 'vfp-load':
    case 'vfp-store':
    case 'vfp-load-multiple':
    case 'vfp-store-multiple':
      return false;
    default:
      return true;
  }
}

function emitCall(emitter: Emitter, target: number): void {
  writeLink(emitter);
  line(emitter, emitter.position.leave({ kind: 'call' }));
  line(emitter, `pc=${target | 0};break x;`);
}
