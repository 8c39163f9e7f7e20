/** Acts on what compiled code came back for: mostly by telling the host. */
import type { Instruction } from '../instruction.ts';
import { type Departure, isCoreFault, thrownReason } from './callbacks.ts';
import type { CoreHost } from './contract.ts';
import { leaveReasons, specialRegisterBase } from './emit/exits.ts';
import { writeSpecialRegister } from './special-registers.ts';
import { type ProcessorState, slots } from './state.ts';

type Parties = { readonly state: ProcessorState; readonly host: CoreHost };

/** All state is settled. `current` decodes the instruction at r15, for faults of decoding. */
export function attend(departure: Departure, { state, host }: Parties, current: () => Instruction): void {
  const { reason, argument } = departure;
  switch (reason) {
    case thrownReason:
      attendThrown(departure.thrown, host);
      return;
    case leaveReasons.supervisorCall:
      host.supervisorCall();
      return;
    case leaveReasons.breakpoint:
      host.breakpoint(argument);
      return;
    case leaveReasons.undefinedInstruction:
      host.undefinedInstruction(current());
      return;
    case leaveReasons.noCoprocessor:
      host.noCoprocessor(current());
      return;
    case leaveReasons.invalidState:
      host.invalidState();
      return;
    case leaveReasons.waitForInterrupt:
      host.waitForInterrupt();
      return;
    case leaveReasons.waitForEvent:
      if (state.words[slots.event] === 0) host.waitForEvent();
      state.words[slots.event] = 0;
      return;
    case leaveReasons.synchronise:
    case leaveReasons.barrier:
      state.nextEventCycle = 0;
      return;
    default: {
      const before = state.words[slots.control] ?? 0;
      writeSpecialRegister(state, reason - specialRegisterBase, argument);
      state.nextEventCycle = 0;
      if ((((state.words[slots.control] ?? 0) ^ before) & 1) !== 0) host.privilegeChanged();
    }
  }
}

function attendThrown(thrown: unknown, host: CoreHost): void {
  if (!isCoreFault(thrown)) {
    host.busError(thrown);
    return;
  }
  if (thrown.fault === 'unaligned') host.unaligned(thrown.address);
  else host.divideByZero();
}
