/** How the parts of a machine act on each other: faults, resets and what the core cannot do alone. */

import type { Exceptions } from './exceptions/exceptions.ts';
import { describeFault, type FaultRecord } from './exceptions/faults.ts';
import { firmwareBreakpoint, firmwareFaulted, firmwareReset } from './failures.ts';
import type { MachineOptions } from './machine.ts';
import type { SystemControlEffects } from './peripherals/system-control-block.ts';
import type { CoreHost } from './processor/contract.ts';
import { applyProtection, type Protected } from './protection.ts';
import type { SymbolTable } from './run/symbols.ts';
import type { ChipTimingModel } from './timing/timing-model.ts';

/** Thrown where the firmware asked for a reset and is to get it. */
export class ResetRequest {}

/** Keeps what went wrong, and ends the run unless the firmware is to deal with it. */
export function faultSink(
  faults: FaultRecord[],
  symbols: SymbolTable,
  options: MachineOptions,
): (fault: FaultRecord) => void {
  return (fault) => {
    faults.push(fault);
    if (options.faults !== 'deliver') throw faultFailure(fault, symbols);
  };
}

export function effectsOn(
  timing: ChipTimingModel | undefined,
  here: () => string,
  later: () => Protected,
  resets: MachineOptions['resets'],
  coreWords: Int32Array,
): SystemControlEffects {
  return {
    coreWords,
    enableCaches: (caches) => timing?.enableCaches(caches),
    invalidateInstructions: () => {
      timing?.invalidateInstructions();
      later().processor.invalidateCode();
    },
    invalidateData: () => timing?.invalidateData(),
    cleanData: () => timing?.cleanData(),
    enableFloatingPoint: (enabled) => later().processor.setFloatingPointEnabled(enabled),
    trapDivideByZero: (traps) => later().processor.setDivideByZeroTraps(traps),
    protectionChanged: () => applyProtection(later()),
    resetRequested: () => {
      throw resets === 'restart' ? new ResetRequest() : firmwareReset(here());
    },
  };
}

function faultFailure(fault: FaultRecord, symbols: SymbolTable): Error {
  return firmwareFaulted(describeFault(fault), symbols.describe(fault.pc), {
    ...fault,
    symbol: symbols.describe(fault.pc),
    caller: symbols.describe((fault.lr & ~1) >>> 0),
  });
}

type HostSurroundings = {
  readonly exceptions: Exceptions;
  readonly here: () => string;
  readonly sleep: { isAsleep: boolean };
  readonly requestPoll: () => void;
  readonly privilegeChanged: () => void;
};

export function createHost(surroundings: HostSurroundings): CoreHost {
  const { exceptions, here, sleep, requestPoll } = surroundings;
  const fallAsleep = (): void => {
    sleep.isAsleep = true;
    requestPoll();
  };
  return {
    exceptionReturn: (value) => exceptions.exceptionReturn(value),
    supervisorCall: () => exceptions.supervisorCall(),
    breakpoint: (immediate) => {
      throw firmwareBreakpoint(immediate, here());
    },
    undefinedInstruction: ({ encoding, bytes, operation }) => {
      const digits = encoding.toString(16).padStart(2 * bytes, '0');
      const why = operation.kind === 'undefined' ? `, ${operation.why}` : '';
      exceptions.raise('UNDEFINSTR', { detail: `encoding ${digits}${why}` });
    },
    noCoprocessor: () => exceptions.raise('NOCP'),
    invalidState: () => exceptions.raise('INVSTATE'),
    divideByZero: () => exceptions.raise('DIVBYZERO'),
    unaligned: (address) => exceptions.raise('UNALIGNED', { address: address >>> 0 }),
    busError: (error) => exceptions.busError(error),
    waitForInterrupt: fallAsleep,
    waitForEvent: fallAsleep,
    privilegeChanged: surroundings.privilegeChanged,
  };
}
