/**
 * Cortex-M7: what the core's timing rules are set to.
 *
 * Sources: [TRM] Arm Cortex-M7 Processor Technical Reference Manual (DDI 0489), 1.2 and 2.1: pipeline and prefetch unit;
 * [LLVM] `llvm/lib/Target/ARM/ARMScheduleM7.td`: units, stages, latencies; [R] fitted to hardware figures of MLPerf Tiny
 * images (docs/simulator.md tells which, and what each rule is worth).
 */
import type { CoreTiming } from './types.ts';

export const cortexM7: CoreTiming = {
  name: 'cortex-m7',
  // [TRM] 1.2: dual-issue, in order.
  issueWidth: 2,
  // [LLVM]: two ALU and two load pipes, one of everything else; two ports of the floating-point registers.
  units: {
    alu: 2,
    load: 2,
    store: 1,
    multiply: 1,
    branch: 1,
    shift: 1,
    simd: 1,
    float: 1,
    floatPort: 2,
  },
  // [LLVM]: stages EX2 (usual) to EX4; divides end early, 7 is the most.
  latencies: {
    alu: 1,
    loadWord: 1,
    loadNarrow: 2,
    multiply: 2,
    divide: 1,
    saturating: 2,
    floatMove: 3,
    floatArithmetic: 3,
    floatFused: 5,
    floatChained: 6,
    doubleAdd: 3,
    doubleMultiply: 3,
    system: 3,
  },
  // [LLVM]: they stall for their latency.
  blocking: {
    divide: 6,
    load: 0,
    dualWord: 0,
    floatAccumulate: 0,
    floatDivide: 13,
    doubleDivide: 27,
    doubleArithmetic: 1,
    tableBranch: 1,
    barrier: 3,
    system: 0,
  },
  // [LLVM] ReadAdvance: EX1 is -1, EX3 is 1, EX4 is 2.
  operandStages: {
    address: -1,
    shifted: -1,
    accumulator: 1,
    storeData: 1,
    floatStoreData: 2,
    floatAccumulator: 3,
    fusedAccumulator: 2,
  },
  // [TRM] 1.2: 64-bit load and store paths.
  multiple: { wordsPerCycle: 2, extraCycles: 0 },
  // [TRM] 2.1: 64 bits a cycle into a queue of four.
  fetch: { bytesPerCycle: 8, queueEntries: 4, lead: 2 },
  // [TRM] 2.1: 64-entry target cache; [LLVM]: 6 cycles for forward branches; folding [R].
  branches: {
    refillCycles: 0,
    mispredictedCycles: 6,
    targetEntries: 64,
    foldsTaken: true,
    foldsNotTaken: false,
    awaitsOperands: false,
  },
  // [R].
  loadPairs: { bankConflictCycles: 2, twoLinesCycles: 1 },
  storeToLoadCycles: 3,
  // [TRM] 2.4: two line-fill buffers, four-entry store buffer.
  fillBuffers: 2,
  storeBufferEntries: 4,
};
