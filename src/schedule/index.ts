/** Door of `schedule`: order, placement, verification. */
export { kernelOf } from './kernel-of.ts';
export { arenaAlignment, liveBytesAt } from './live-bytes.ts';
export { planSchedule } from './plan-schedule.ts';
export { printSchedule } from './print-schedule.ts';
export type { OperatorStep, PlannedBuffer, Schedule, Step } from './types.ts';
export { verifySchedule } from './verify-schedule.ts';
