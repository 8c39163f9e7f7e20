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
  executionPriority,
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
  poll(): void;
  exceptionReturn(excReturn: number): void;
  supervisorCall(): void;
  raise(cause: FaultCause, particulars?: Partial<FaultRecord>): void;
  /** Whether HardFault, NMI or FAULTMASK holds: the MPU may be off then. */
  hasNegativePriority(): boolean;
  /** What the bus threw at the instruction at r15; anything but a `BusError` is thrown on. */
  busError(error: unknown): void;
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
  return new ExceptionUnit(surroundings);
}

class ExceptionUnit implements Exceptions {
  readonly priorities: Priorities;
  readonly faultRegisters: FaultRegisters = { cfsr: 0, hfsr: 0, mmfar: 0, bfar: 0 };
  vectorTable: number;
  readonly #surroundings: ExceptionSurroundings;

  constructor(surroundings: ExceptionSurroundings) {
    this.#surroundings = surroundings;
    this.priorities = createPriorities(surroundings.interruptCount);
    this.vectorTable = surroundings.initialVectorTable;
  }

  poll(): void {
    const number = nextToTake(this.priorities, this.#masks());
    if (number !== 0) this.#enter(number);
  }

  supervisorCall(): void {
    const { svCall, hardFault } = exceptionNumbers;
    if (canPreempt(this.priorities, this.#masks(), svCall)) {
      this.#enter(svCall);
      return;
    }
    // An SVC that may not be taken escalates.
    this.faultRegisters.hfsr |= hardFaultBits.FORCED;
    if (!canPreempt(this.priorities, this.#masks(), hardFault))
      throw firmwareLockedUp(`SVC before ${hex(this.#word(slots.pc))} while it is masked`);
    this.#enter(hardFault);
  }

  raise(cause: FaultCause, particulars: Partial<FaultRecord> = {}): void {
    const { hardFault } = exceptionNumbers;
    const own = exceptionOfCause(cause);
    this.faultRegisters.cfsr |= faultBits[cause];
    const escalates = !canPreempt(this.priorities, this.#masks(), own);
    if (escalates) this.faultRegisters.hfsr |= hardFaultBits.FORCED;
    const fault = { ...this.#record(cause), ...particulars };
    this.#surroundings.onFault(fault);
    const isLocked = escalates && !canPreempt(this.priorities, this.#masks(), hardFault);
    if (isLocked || cause === 'STKERR' || cause === 'MSTKERR') throw firmwareLockedUp(describeFault(fault));
    this.#enter(escalates ? hardFault : own);
  }

  hasNegativePriority(): boolean {
    return executionPriority(this.priorities, this.#masks()) < 0;
  }

  busError(error: unknown): void {
    if (!(error instanceof BusError)) throw error;
    const { address, access, kind } = error;
    const registers = this.faultRegisters;
    if (kind === 'unaligned') {
      this.raise('UNALIGNED', { address, access });
    } else if (kind === 'memory-protection') {
      registers.mmfar = address;
      if (access !== 'fetch') registers.cfsr |= faultBits.MMARVALID;
      this.raise(access === 'fetch' ? 'IACCVIOL' : 'DACCVIOL', { address, access });
    } else if (access === 'fetch') {
      this.raise('IBUSERR', { address, access });
    } else {
      registers.bfar = address;
      registers.cfsr |= faultBits.BFARVALID;
      this.raise('PRECISERR', { address, access });
    }
  }

  exceptionReturn(excReturn: number): void {
    const { state, bus } = this.#surroundings;
    const { priorities } = this;
    const number = this.#word(slots.ipsr);
    if (number === 0 || !isExcReturn(excReturn) || priorities.active[number] === 0) {
      this.raise('INVPC', { detail: `EXC_RETURN ${hex(excReturn)} in exception ${number}` });
      return;
    }
    priorities.active[number] = 0;
    if (number !== exceptionNumbers.nmi) state.words[slots.faultmask] = 0;
    if (priorities.level[number] === 1) priorities.pending[number] = 1;
    try {
      const xpsr = popFrame(state, bus, excReturn);
      state.cycles += returnCycles;
      if ((xpsr & (1 << 24)) === 0) this.raise('INVSTATE');
    } catch (error) {
      if (!(error instanceof BusError)) throw error;
      const cause = error.kind === 'memory-protection' ? 'MUNSTKERR' : 'UNSTKERR';
      this.raise(cause, { address: error.address, access: error.access });
    }
    state.nextEventCycle = 0;
  }

  #word(slot: number): number {
    return at(this.#surroundings.state.words, slot);
  }

  #masks(): MaskRegisters {
    return {
      primask: this.#word(slots.primask),
      faultmask: this.#word(slots.faultmask),
      basepri: this.#word(slots.basepri),
    };
  }

  /** Returns to where r15 stands now. */
  #enter(number: number): void {
    const { state, bus } = this.#surroundings;
    let excReturn = 0;
    try {
      excReturn = pushFrame(state, bus, this.#word(slots.pc));
    } catch (error) {
      if (!(error instanceof BusError)) throw error;
      const { address, access, kind } = error;
      this.raise(kind === 'memory-protection' ? 'MSTKERR' : 'STKERR', { address, access });
      return;
    }
    enterHandlerMode(state, number, excReturn);
    this.priorities.pending[number] = 0;
    this.priorities.active[number] = 1;
    state.cycles += entryCycles;
    this.#jumpToVector(number);
  }

  #jumpToVector(number: number): void {
    const { state, bus } = this.#surroundings;
    const slot = (this.vectorTable + 4 * number) | 0;
    let vector = 0;
    try {
      vector = bus.read(slot, 4);
    } catch (error) {
      if (!(error instanceof BusError)) throw error;
      this.faultRegisters.hfsr |= hardFaultBits.VECTTBL;
      throw firmwareLockedUp(`the vector of exception ${number} lies at ${hex(slot)}, where no memory is`);
    }
    state.words[slots.pc] = vector & ~1;
    if ((vector & 1) === 0) this.raise('INVSTATE', { detail: `vector ${number} is ${hex(vector)}` });
  }

  #record(cause: FaultCause): FaultRecord {
    return {
      ...this.faultRegisters,
      cause,
      pc: this.#word(slots.pc) >>> 0,
      lr: this.#word(slots.lr) >>> 0,
      sp: this.#word(slots.sp) >>> 0,
      address: undefined,
      access: undefined,
      exception: this.#word(slots.ipsr),
      cycles: this.#surroundings.state.cycles,
      detail: undefined,
    };
  }
}
