/** Door of `schedule`: order, placement, verification. */
export { arenaAlignment, liveBytesAt } from './live-bytes.ts';
export { planSchedule } from './plan-schedule.ts';
export { printSchedule } from './print-schedule.ts';
export type {
  BufferId,
  Line,
  OperatorStep,
  PlannedBuffer,
  PlanOptions,
  Schedule,
  Step,
  StreamStep,
} from './types.ts';
export { verifySchedule } from './verify-schedule.ts';
