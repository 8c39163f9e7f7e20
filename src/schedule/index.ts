/** Door of `schedule`: order, placement, verification. */
export { estimateOperatorCycles } from './estimate-cycles.ts';
export { type PlanEstimate, type PlanEstimator, planEstimator } from './estimate-plan.ts';
export type { EstimatedStep } from './estimate-steps.ts';
export type { ChainOp } from './estimate-stretch.ts';
export { arenaAlignment, liveBytesAt, stateBytesOf } from './live-bytes.ts';
export { type OperatorProfile, profileOf } from './operator-profile.ts';
export { type ColumnCopy, operatorTurns, type Patch, patchesOf } from './patches.ts';
export { planSchedule } from './plan-schedule.ts';
export { printSchedule } from './print-schedule.ts';
export type {
  BufferId,
  Line,
  OperatorStep,
  PatchStep,
  PlannedBuffer,
  PlanOptions,
  Schedule,
  Step,
  StreamStep,
} from './types.ts';
export { verifySchedule } from './verify-schedule.ts';
