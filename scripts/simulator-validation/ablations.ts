/** The timing model with one rule switched off or one constant moved: what each is worth. */
import type { ChipTiming, CoreTiming } from '../../src/simulator/timing/types.ts';

export type Ablation = { readonly name: string; readonly change: (timing: ChipTiming) => ChipTiming };

const core =
  (change: (core: CoreTiming) => Partial<CoreTiming>) =>
  (timing: ChipTiming): ChipTiming => ({ ...timing, core: { ...timing.core, ...change(timing.core) } });

const latencies = (change: Partial<CoreTiming['latencies']>) =>
  core(({ latencies: old }) => ({ latencies: { ...old, ...change } }));

const stages = (change: Partial<CoreTiming['operandStages']>) =>
  core(({ operandStages }) => ({ operandStages: { ...operandStages, ...change } }));

const branches = (change: Partial<CoreTiming['branches']>) =>
  core(({ branches: old }) => ({ branches: { ...old, ...change } }));

const busLatency =
  (cycles: number) =>
  (timing: ChipTiming): ChipTiming => ({
    ...timing,
    sram: timing.sram && { ...timing.sram, firstWordCycles: timing.sram.firstWordCycles + cycles },
    flash: { ...timing.flash, firstWordCycles: timing.flash.firstWordCycles + cycles },
  });

const flashLatency = (cycles: number) => (timing: ChipTiming) => ({
  ...timing,
  flash: { ...timing.flash, firstWordCycles: timing.flash.firstWordCycles + cycles },
});

const freeMemory = { firstWordCycles: 0, bytesPerCycle: 32 };

export const ablations: readonly Ablation[] = [
  { name: 'one instruction a cycle', change: core(() => ({ issueWidth: 1 })) },
  { name: 'addresses not early', change: stages({ address: 0 }) },
  { name: 'shifted operands not early', change: stages({ shifted: 0 }) },
  { name: 'store data not late', change: stages({ storeData: 0, floatStoreData: 0 }) },
  { name: 'accumulators not forwarded', change: stages({ accumulator: 0 }) },
  { name: 'byte loads as fast as words', change: latencies({ loadNarrow: 1 }) },
  { name: 'multiply latency 1', change: latencies({ multiply: 1 }) },
  {
    name: 'no bank conflicts',
    change: core(({ loadPairs }) => ({ loadPairs: { ...loadPairs, bankConflictCycles: 0 } })),
  },
  {
    name: 'bank conflict 1 cycle',
    change: core(({ loadPairs }) => ({ loadPairs: { ...loadPairs, bankConflictCycles: 1 } })),
  },
  {
    name: 'no two-line pairs',
    change: core(({ loadPairs }) => ({ loadPairs: { ...loadPairs, twoLinesCycles: 0 } })),
  },
  { name: 'no store-to-load gap', change: core(() => ({ storeToLoadCycles: 0 })) },
  { name: 'taken branches not folded', change: branches({ foldsTaken: false }) },
  { name: 'branches not taken folded', change: branches({ foldsNotTaken: true }) },
  { name: 'branches wait for flags', change: branches({ awaitsOperands: true }) },
  { name: 'mispredict 4', change: branches({ mispredictedCycles: 4 }) },
  { name: 'mispredict 8', change: branches({ mispredictedCycles: 8 }) },
  { name: 'fetch queue filled by 3 chunks', change: core(({ fetch }) => ({ fetch: { ...fetch, lead: 3 } })) },
  {
    name: 'fetch without limit',
    change: core(({ fetch }) => ({ fetch: { ...fetch, bytesPerCycle: 1 << 20 } })),
  },
  { name: 'bus latency +2', change: busLatency(2) },
  { name: 'bus latency -2', change: busLatency(-2) },
  { name: 'flash latency +2', change: flashLatency(2) },
  { name: 'flash latency -2', change: flashLatency(-2) },
  {
    name: 'memory without waits',
    change: (timing) => ({ ...timing, sram: freeMemory, flash: freeMemory, evictionCycles: 0 }),
  },
  { name: 'evictions free', change: (timing) => ({ ...timing, evictionCycles: 0 }) },
  { name: 'one fill buffer', change: core(() => ({ fillBuffers: 1 })) },
  { name: 'store buffer of 1', change: core(() => ({ storeBufferEntries: 1 })) },
  {
    name: 'LDM and STM one word a cycle',
    change: core(() => ({ multiple: { wordsPerCycle: 1, extraCycles: 0 } })),
  },
];
