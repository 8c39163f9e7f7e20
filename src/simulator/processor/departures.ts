/** Acts on what compiled code came back for: mostly by telling the host. */
import type { Instruction } from '../instruction.ts';
import { type Departure, isCoreFault, thrownReason } from './callbacks.ts';
import type { CoreHost } from './contract.ts';
import { leaveReasons, specialRegisterBase } from './emit/exits.ts';
import { writeSpecialRegister } from './special-registers.ts';
import type { ProcessorState } from './state.ts';

type Parties = { readonly state: ProcessorState; readonly host: CoreHost };

/** All state is settled. `current` decodes the instruction at r15, for faults of decoding. */
export function attend(departure: Departure, { state, host }: Parties, current: () => Instruction): void {
  const { reason, argument } = departure;
  switch (reason) {
    case thrownReason:
      return attendThrown(departure.thrown, host);
    case leaveReasons.supervisorCall:
      return host.supervisorCall();
    case leaveReasons.breakpoint:
      return host.breakpoint(argument);
    case leaveReasons.undefinedInstruction:
      return host.undefinedInstruction(current());
    case leaveReasons.noCoprocessor:
      return host.noCoprocessor(current());
    case leaveReasons.invalidState:
      return host.invalidState();
    case leaveReasons.waitForInterrupt:
      return host.waitForInterrupt();
    case leaveReasons.waitForEvent:
      return host.waitForEvent();
    case leaveReasons.synchronise:
    case leaveReasons.barrier:
      state.nextEventCycle = 0;
      return;
    default:
      writeSpecialRegister(state, reason - specialRegisterBase, argument);
      state.nextEventCycle = 0;
  }
}

function attendThrown(thrown: unknown, host: CoreHost): void {
  if (!isCoreFault(thrown)) return host.busError(thrown);
  return thrown.fault === 'unaligned' ? host.unaligned(thrown.address) : host.divideByZero();
}
