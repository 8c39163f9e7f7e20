/**
 * Cortex-M4: what the core's timing rules are set to.
 *
 * Source: [TRM] Arm Cortex-M4 Processor Technical Reference Manual (100166), 3.3.1 (table of instructions), 3.3.2 (load and store
 * timings) and 7.2.3 (floating-point instructions). Not compared with hardware here.
 */
import type { CoreTiming } from './types.ts';

export const cortexM4: CoreTiming = {
  name: 'cortex-m4',
  // [TRM] 1.1: three stages, one instruction a cycle.
  issueWidth: 1,
  units: { alu: 1, load: 2, store: 1, multiply: 1, branch: 1, shift: 1, simd: 1, float: 1, floatPort: 2 },
  // [TRM] 3.3.1: multiplications take one cycle; 7.2.3: arithmetic one, and one more where its result is used at once.
  latencies: {
    alu: 1,
    loadWord: 1,
    loadNarrow: 1,
    multiply: 1,
    divide: 1,
    saturating: 1,
    floatMove: 1,
    floatArithmetic: 2,
    floatFused: 3,
    floatChained: 3,
    doubleAdd: 2,
    doubleMultiply: 2,
    system: 1,
  },
  // [TRM] 3.3.1: loads two cycles, divisions 2 to 12, TBB 2 + P, MSR 1 or 2; 7.2.3: VMLA and VFMA 3, VDIV and VSQRT 14.
  blocking: {
    divide: 6,
    load: 1,
    dualWord: 2,
    floatAccumulate: 2,
    floatDivide: 13,
    doubleDivide: 13,
    doubleArithmetic: 0,
    tableBranch: 1,
    barrier: 1,
    system: 1,
  },
  // [TRM] 3.3.2: an address from the instruction before costs a cycle.
  operandStages: {
    address: -1,
    shifted: 0,
    accumulator: 0,
    storeData: 0,
    floatStoreData: 0,
    floatAccumulator: 0,
    fusedAccumulator: 0,
  },
  // [TRM] 3.3.1: 1 + N.
  multiple: { wordsPerCycle: 1, extraCycles: 1 },
  // [TRM] 2.1: a word a cycle into three words of prefetch.
  fetch: { bytesPerCycle: 4, queueEntries: 3, lead: 2 },
  // [TRM] 3.3.1: P is 1 to 3.
  branches: {
    refillCycles: 2,
    mispredictedCycles: 0,
    targetEntries: 1,
    foldsTaken: false,
    foldsNotTaken: false,
    awaitsOperands: false,
  },
  loadPairs: { bankConflictCycles: 0, twoLinesCycles: 0 },
  storeToLoadCycles: 0,
  fillBuffers: 1,
  storeBufferEntries: 1,
};
