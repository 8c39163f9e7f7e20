/** Door of `simulator`: runs any image for a chip, with its time, its UART and its faults. */
export { chips, findChip } from './chips/find-chip.ts';
export type { Chip } from './chips/types.ts';
export { describeFault, type FaultRecord } from './exceptions/faults.ts';
export { createDebugSession, type DebugSession } from './gdb/session.ts';
export type { MachineOptions } from './machine.ts';
export type { UartPace } from './peripherals/usart.ts';
export { createMachine, type Machine } from './run/machine-door.ts';
export type { ProfileEntry } from './run/profile.ts';
export type { RunLimits, StopReason } from './run/run-machine.ts';
export type { UartLine } from './run/uart-log.ts';
export type { StallCause } from './timing/statistics.ts';
