/** Takes exceptions and returns from them; turns what instructions did wrong into faults with their registers. */
import { at } from '../../base/index.ts';
import { BusError } from '../bus/bus-error.ts';
import { firmwareLockedUp, hex } from '../failures.ts';
import type { CoreBus } from '../processor/contract.ts';
import { type ProcessorState, slots } from '../processor/state.ts';
import {
  describeFault,
  exceptionOfCause,
  type FaultCause,
  type FaultRecord,
  type FaultRegisters,
  faultBits,
  hardFaultBits,
} from './faults.ts';
import {
  canPreempt,
  createPriorities,
  exceptionNumbers,
  type MaskRegisters,
  nextToTake,
  type Priorities,
} from './priorities.ts';
import { enterHandlerMode, isExcReturn, popFrame, pushFrame } from './stacking.ts';

/** Cycles from the last instruction to the first of a handler, and back (Cortex-M7: 12 each at zero wait states). */
const entryCycles = 12;
const returnCycles = 10;

export type Exceptions = {
  readonly priorities: Priorities;
  readonly faultRegisters: FaultRegisters;
  /** SCB_VTOR. */
  vectorTable: number;
  /** Takes a waiting exception if one may go now. */
  readonly poll: () => void;
  readonly exceptionReturn: (excReturn: number) => void;
  readonly supervisorCall: () => void;
  readonly raise: (cause: FaultCause, particulars?: Partial<FaultRecord>) => void;
  /** What the bus threw at the instruction at r15; anything but a `BusError` is thrown on. */
  readonly busError: (error: unknown) => void;
};

export type ExceptionSurroundings = {
  readonly state: ProcessorState;
  readonly bus: CoreBus;
  readonly interruptCount: number;
  readonly initialVectorTable: number;
  /** Told of every fault, before its handler runs; may throw to end the run. */
  readonly onFault: (fault: FaultRecord) => void;
};

export function createExceptions(surroundings: ExceptionSurroundings): Exceptions {
  const { state, bus } = surroundings;
  const { words } = state;
  const priorities = createPriorities(surroundings.interruptCount);
  const faultRegisters: FaultRegisters = { cfsr: 0, hfsr: 0, mmfar: 0, bfar: 0 };

  const masks = (): MaskRegisters => ({
    primask: at(words, slots.primask),
    faultmask: at(words, slots.faultmask),
    basepri: at(words, slots.basepri),
  });

  const enter = (number: number, returnAddress: number): void => {
    let failed: FaultCause | undefined;
    let excReturn = 0;
    try {
      excReturn = pushFrame(state, bus, returnAddress);
    } catch (error) {
      if (!(error instanceof BusError)) throw error;
      failed = error.kind === 'memory-protection' ? 'MSTKERR' : 'STKERR';
    }
    if (failed !== undefined) {
      raise(failed);
      return;
    }
    enterHandlerMode(state, number, excReturn);
    priorities.pending[number] = 0;
    priorities.active[number] = 1;
    state.cycles += entryCycles;
    jumpToVector(number);
  };

  const jumpToVector = (number: number): void => {
    const slot = (exceptions.vectorTable + 4 * number) | 0;
    let vector = 0;
    try {
      vector = bus.read(slot, 4);
    } catch (error) {
      if (!(error instanceof BusError)) throw error;
      faultRegisters.hfsr |= hardFaultBits.VECTTBL;
      throw firmwareLockedUp(`the vector of exception ${number} lies at ${hex(slot)}, where no memory is`);
    }
    words[slots.pc] = vector & ~1;
    if ((vector & 1) === 0) raise('INVSTATE', { detail: `vector ${number} is ${hex(vector)}` });
  };

  const raise = (cause: FaultCause, particulars: Partial<FaultRecord> = {}): void => {
    faultRegisters.cfsr |= faultBits[cause];
    let number: number = exceptionOfCause(cause);
    const escalates = !canPreempt(priorities, masks(), number);
    if (escalates) {
      number = exceptionNumbers.hardFault;
      faultRegisters.hfsr |= hardFaultBits.FORCED;
    }
    const fault: FaultRecord = {
      ...faultRegisters,
      cause,
      pc: at(words, slots.pc) >>> 0,
      lr: at(words, slots.lr) >>> 0,
      sp: at(words, slots.sp) >>> 0,
      address: undefined,
      access: undefined,
      exception: at(words, slots.ipsr),
      cycles: state.cycles,
      detail: undefined,
      ...particulars,
    };
    surroundings.onFault(fault);
    const isLocked = escalates && !canPreempt(priorities, masks(), number);
    if (isLocked || cause === 'STKERR' || cause === 'MSTKERR') throw firmwareLockedUp(describeFault(fault));
    enter(number, at(words, slots.pc));
  };

  const busError = (error: unknown): void => {
    if (!(error instanceof BusError)) throw error;
    const { address, access, kind } = error;
    if (kind === 'unaligned') {
      raise('UNALIGNED', { address, access });
    } else if (kind === 'memory-protection') {
      faultRegisters.mmfar = address;
      if (access !== 'fetch') faultRegisters.cfsr |= faultBits.MMARVALID;
      raise(access === 'fetch' ? 'IACCVIOL' : 'DACCVIOL', { address, access });
    } else if (access === 'fetch') {
      raise('IBUSERR', { address, access });
    } else {
      faultRegisters.bfar = address;
      faultRegisters.cfsr |= faultBits.BFARVALID;
      raise('PRECISERR', { address, access });
    }
  };

  const exceptionReturn = (excReturn: number): void => {
    const number = at(words, slots.ipsr);
    if (number === 0 || !isExcReturn(excReturn) || priorities.active[number] === 0) {
      raise('INVPC', { detail: `EXC_RETURN ${hex(excReturn)} in exception ${number}` });
      return;
    }
    priorities.active[number] = 0;
    if (number !== exceptionNumbers.nmi) words[slots.faultmask] = 0;
    if (priorities.level[number] === 1) priorities.pending[number] = 1;
    try {
      const xpsr = popFrame(state, bus, excReturn);
      state.cycles += returnCycles;
      if ((xpsr & (1 << 24)) === 0) raise('INVSTATE');
    } catch (error) {
      if (!(error instanceof BusError)) throw error;
      raise('UNSTKERR', { address: error.address, access: error.access });
    }
    state.nextEventCycle = 0;
  };

  const supervisorCall = (): void => {
    if (canPreempt(priorities, masks(), exceptionNumbers.svCall)) {
      enter(exceptionNumbers.svCall, at(words, slots.pc));
      return;
    }
    // An SVC that may not be taken escalates.
    faultRegisters.hfsr |= hardFaultBits.FORCED;
    if (!canPreempt(priorities, masks(), exceptionNumbers.hardFault))
      throw firmwareLockedUp(`SVC before ${hex(at(words, slots.pc))} while it is masked`);
    enter(exceptionNumbers.hardFault, at(words, slots.pc));
  };

  const poll = (): void => {
    const number = nextToTake(priorities, masks());
    if (number !== 0) enter(number, at(words, slots.pc));
  };

  const exceptions: Exceptions = {
    priorities,
    faultRegisters,
    vectorTable: surroundings.initialVectorTable,
    poll,
    exceptionReturn,
    supervisorCall,
    raise,
    busError,
  };
  return exceptions;
}
