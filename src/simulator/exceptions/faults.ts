/** Fault status registers: what they hold, and what they say in words (Armv7-M ARM, B3.2.15 to B3.2.18). */
import { hex } from '../failures.ts';

/** SCB_CFSR: MemManage in bits 0 to 7, BusFault in 8 to 15, UsageFault in 16 to 31. */
export const faultBits = {
  IACCVIOL: 0x1,
  DACCVIOL: 0x2,
  MUNSTKERR: 0x8,
  MSTKERR: 0x10,
  MMARVALID: 0x80,
  IBUSERR: 0x100,
  PRECISERR: 0x200,
  UNSTKERR: 0x800,
  STKERR: 0x1000,
  BFARVALID: 0x8000,
  UNDEFINSTR: 0x10000,
  INVSTATE: 0x20000,
  INVPC: 0x40000,
  NOCP: 0x80000,
  UNALIGNED: 0x1000000,
  DIVBYZERO: 0x2000000,
} as const;

export type FaultCause = Exclude<keyof typeof faultBits, 'MMARVALID' | 'BFARVALID'>;

/** SCB_HFSR. */
export const hardFaultBits = { VECTTBL: 0x2, FORCED: 0x4000_0000 } as const;

export type FaultRegisters = { cfsr: number; hfsr: number; mmfar: number; bfar: number };

const meanings: Readonly<Record<FaultCause, string>> = {
  IACCVIOL: 'instruction fetch from memory that may not be executed',
  DACCVIOL: 'access to memory that the MPU forbids',
  MUNSTKERR: 'the MPU forbids what an exception return reads from the stack',
  MSTKERR: 'the MPU forbids what an exception writes to the stack',
  IBUSERR: 'instruction fetch where no memory is',
  PRECISERR: 'access where neither memory nor peripheral is',
  UNSTKERR: 'exception return from a stack outside memory',
  STKERR: 'exception entry onto a stack outside memory',
  UNDEFINSTR: 'undefined instruction',
  INVSTATE: 'branch to an address without the Thumb bit',
  INVPC: 'exception return with a value that fits no stack frame',
  NOCP: 'coprocessor or floating-point instruction while it is off',
  UNALIGNED: 'unaligned access where it is not allowed',
  DIVBYZERO: 'division by zero',
};

/** One fault, with the registers as they were when it was raised. */
export type FaultRecord = FaultRegisters & {
  readonly cause: FaultCause;
  /** Of the instruction that faulted. */
  readonly pc: number;
  readonly lr: number;
  readonly sp: number;
  /** Bus or memory address, where there is one. */
  readonly address: number | undefined;
  readonly access: 'read' | 'write' | 'fetch' | undefined;
  /** Exception that was running; 0 in thread mode. */
  readonly exception: number;
  readonly cycles: number;
  /** More than the registers say: the encoding of an undefined instruction. */
  readonly detail: string | undefined;
};

/** For example `access where neither memory nor peripheral is: write of 0x60000000 (CFSR PRECISERR, ...)`. */
export function describeFault(fault: FaultRecord): string {
  const access = fault.address === undefined ? '' : `: ${fault.access ?? 'access'} of ${hex(fault.address)}`;
  const detail = fault.detail === undefined ? '' : `: ${fault.detail}`;
  const set = Object.entries(faultBits).filter(([, bit]) => (fault.cfsr & bit) !== 0);
  const names = set.map(([name]) => name).join(' ');
  const registers = `CFSR ${hex(fault.cfsr)} ${names}, HFSR ${hex(fault.hfsr)}, MMFAR ${hex(fault.mmfar)}, BFAR ${hex(fault.bfar)}`;
  return `${meanings[fault.cause]}${access}${detail} (${registers})`;
}

/** The exception that a cause belongs to: MemManage, BusFault or UsageFault. */
export function exceptionOfCause(cause: FaultCause): 4 | 5 | 6 {
  const bit = faultBits[cause];
  if (bit < 0x100) return 4;
  return bit < 0x1_0000 ? 5 : 6;
}
