/** Which exceptions wait, run, and go before which (Armv7-M ARM, B1.5; RM0385 chapter 10 for the numbers). */
import { at } from '../../base/index.ts';

/** Exception numbers; interrupts of the chip begin at `firstInterrupt`. */
export const exceptionNumbers = {
  reset: 1,
  nmi: 2,
  hardFault: 3,
  memManage: 4,
  busFault: 5,
  usageFault: 6,
  svCall: 11,
  debugMonitor: 12,
  pendSv: 14,
  sysTick: 15,
  firstInterrupt: 16,
} as const;

/** Below every configurable priority, which are 0 to 255. */
const threadPriority = 256;

export type MaskRegisters = {
  readonly primask: number;
  readonly faultmask: number;
  readonly basepri: number;
};

/** One element an exception. `level` is the interrupt line of a peripheral. */
export type Priorities = {
  readonly count: number;
  readonly enabled: Uint8Array;
  readonly pending: Uint8Array;
  readonly active: Uint8Array;
  readonly level: Uint8Array;
  readonly priority: Int16Array;
  /** AIRCR.PRIGROUP. */
  group: number;
};

export function createPriorities(interruptCount: number): Priorities {
  const count = exceptionNumbers.firstInterrupt + interruptCount;
  const enabled = new Uint8Array(count);
  // Faults with an enable bit of their own are SHCSR's; the rest of the core's is always on.
  for (const number of [2, 3, 11, 12, 14, 15]) enabled[number] = 1;
  const priority = new Int16Array(count);
  priority[exceptionNumbers.reset] = -3;
  priority[exceptionNumbers.nmi] = -2;
  priority[exceptionNumbers.hardFault] = -1;
  return {
    count,
    enabled,
    pending: new Uint8Array(count),
    active: new Uint8Array(count),
    level: new Uint8Array(count),
    priority,
    group: 0,
  };
}

/** The part of a priority that decides about preemption. */
function groupPriority(priorities: Priorities, priority: number): number {
  return priority < 0 ? priority : priority & ~((2 << priorities.group) - 1) & 0xff;
}

/** Only exceptions with a lower number than this may interrupt now (ExecutionPriority of the manual). */
export function executionPriority(priorities: Priorities, masks: MaskRegisters): number {
  let lowest = threadPriority;
  for (let number = 1; number < priorities.count; number += 1) {
    if (priorities.active[number] === 1)
      lowest = Math.min(lowest, groupPriority(priorities, at(priorities.priority, number)));
  }
  if (masks.basepri !== 0) lowest = Math.min(lowest, groupPriority(priorities, masks.basepri));
  if (masks.primask !== 0) lowest = Math.min(lowest, 0);
  if (masks.faultmask !== 0) lowest = Math.min(lowest, -1);
  return lowest;
}

/** Whether an exception raised by an instruction is taken at once, or becomes a HardFault. */
export function canPreempt(priorities: Priorities, masks: MaskRegisters, number: number): boolean {
  const own = groupPriority(priorities, at(priorities.priority, number));
  return priorities.enabled[number] === 1 && own < executionPriority(priorities, masks);
}

/** The waiting exception of highest priority, lowest number among equals; 0 where none waits. */
function firstPending(priorities: Priorities): number {
  let best = 0;
  let bestPriority = threadPriority;
  for (let number = 1; number < priorities.count; number += 1) {
    if (priorities.pending[number] === 0 || priorities.enabled[number] === 0) continue;
    const priority = at(priorities.priority, number);
    if (priority < bestPriority) {
      best = number;
      bestPriority = priority;
    }
  }
  return best;
}

/** The exception to take now; 0 where there is none. */
export function nextToTake(priorities: Priorities, masks: MaskRegisters): number {
  const candidate = firstPending(priorities);
  if (candidate === 0) return 0;
  return canPreempt(priorities, masks, candidate) ? candidate : 0;
}

/** A line that stays high makes its interrupt pending again when the handler has returned. */
export function setLine(priorities: Priorities, number: number, level: boolean): void {
  if (level && priorities.level[number] === 0) priorities.pending[number] = 1;
  priorities.level[number] = level ? 1 : 0;
}
