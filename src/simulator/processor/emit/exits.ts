/** Text that leaves a compiled function: indirect branches and instructions that need the world outside. */
import { nextItState } from '../../decode/decode.ts';
import { bind, type Emitter, line } from './emitter.ts';

/** Why compiled code came back, beside going on at an address. Numbers, as texts carry them. */
export const leaveReasons = {
  supervisorCall: 0,
  breakpoint: 1,
  undefinedInstruction: 2,
  noCoprocessor: 3,
  invalidState: 4,
  waitForInterrupt: 5,
  waitForEvent: 6,
  /** Nothing but to look for events, stack pointers and changed code. */
  synchronise: 7,
  /** ISB: code in RAM may have changed. */
  barrier: 8,
} as const;
export type LeaveReason = keyof typeof leaveReasons;

/**
 * Leaves for an address in a register or memory. `plain` ignores bit 0, as data processing and table branches do;
 * `interworking` faults where it is clear.
 */
export function branchTo(emitter: Emitter, value: string, how: 'plain' | 'interworking'): void {
  const target = bind(emitter, value);
  line(emitter, `pc=${target}&-2;`);
  line(emitter, emitter.position.leave({ kind: 'indirect', target: 'pc' }));
  if (how === 'interworking') {
    line(emitter, `if((${target}&1)===0)pc=X.leave(${leaveReasons.invalidState},pc,0,0);`);
  }
  line(emitter, 'break x;');
}

/** Leaves after the instruction (or, for faults, before it); the processor acts by `reason`. */
export function leave(emitter: Emitter, reason: LeaveReason, argument: number | string = 0): void {
  const { instruction, pendingCycles } = emitter.position;
  const isFault = reason === 'undefinedInstruction' || reason === 'noCoprocessor' || reason === 'breakpoint';
  const address = isFault ? instruction.address : instruction.address + instruction.bytes;
  const itState = isFault ? instruction.itState : nextItState(instruction);
  if (pendingCycles > 0) line(emitter, `c=c+${pendingCycles}|0;`);
  line(emitter, `pc=X.leave(${leaveReasons[reason]},${address | 0},${itState},${argument});`);
  line(emitter, 'break x;');
}

/** MSR to anything but the flags: the processor does it, as it may change stack pointers and what may interrupt. */
export function leaveSpecial(emitter: Emitter, register: number, value: string): void {
  const { instruction, pendingCycles } = emitter.position;
  if (pendingCycles > 0) line(emitter, `c=c+${pendingCycles}|0;`);
  const after = (instruction.address + instruction.bytes) | 0;
  line(
    emitter,
    `pc=X.leave(${specialRegisterBase + register},${after},${nextItState(instruction)},${value});`,
  );
  line(emitter, 'break x;');
}

/** Reasons from here on are MSR to the special register of that number. */
export const specialRegisterBase = 256;
