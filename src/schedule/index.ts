/** Door of `schedule`: order, placement, verification. */
export { kernelOf } from './kernel-of.ts';
export { arenaAlignment, liveBytesAt } from './live-bytes.ts';
export { planSchedule } from './plan-schedule.ts';
export { printSchedule } from './print-schedule.ts';
export type {
  BufferId,
  OperatorStep,
  Overlap,
  PatchStep,
  Placement,
  PlannedBuffer,
  Schedule,
  Step,
  StreamStep,
} from './types.ts';
export { verifySchedule } from './verify-schedule.ts';
