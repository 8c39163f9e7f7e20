/** Door of `schedule`: order, placement, verification. */
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
