/** Door of `simulator`: runs any image for a chip, with its time, its UART and its faults. */
export { chips, findChip } from './chips/find-chip.ts';
export { createDebugSession, type DebugSession } from './gdb/session.ts';
export type { MachineOptions } from './machine.ts';
export { createMachine, type Machine } from './run/machine-door.ts';
export type { StopReason } from './run/run-machine.ts';
