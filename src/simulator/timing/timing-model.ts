/** The timing model of a chip: schedules blocks, and gives compiled code the texts and tables of the run-time rules. */
import { at } from '../../base/index.ts';
import type { Chip } from '../chips/types.ts';
import type { Instruction } from '../instruction.ts';
import type {
  AccessText,
  BasicBlock,
  BlockExit,
  BlockTiming,
  TimedAccess,
  TimingModel,
} from '../processor/contract.ts';
import { type CacheAddressing, loadPairText, loadText, storeText, type TimedLoad } from './access-text.ts';
import {
  type BranchPredictor,
  createBranchPredictor,
  indirectText,
  notTakenText,
  takenText,
} from './branch-prediction.ts';
import { createDataCache } from './data-cache.ts';
import { createInstructionCache, type InstructionCache } from './instruction-cache.ts';
import { createLineFills } from './line-fills.ts';
import { createMemoryMap, type TimedMemoryMap } from './memory-map.ts';
import { type Schedule, scheduleInstructions } from './schedule.ts';
import { causeIndex, createStatistics, type Statistics } from './statistics.ts';
import type { ChipTiming, CoreTiming } from './types.ts';

/** What the chip's cache registers do to the model. */
type CacheControl = {
  enableCaches(caches: { readonly instruction: boolean; readonly data: boolean }): void;
  invalidateInstructions(): void;
  invalidateData(): void;
  cleanData(): void;
};

export type ChipTimingModel = Omit<TimingModel, 'busAccess' | 'scheduleBlock'> &
  CacheControl & {
    readonly statistics: Statistics;
    /** `now` is in cycles after the processor's epoch. */
    busAccess(address: number, bytes: number, kind: 'load' | 'store', now?: number): number;
    scheduleBlock(block: BasicBlock): BlockTiming & { readonly dualIssued: number };
  };

type Parts = {
  readonly core: CoreTiming;
  readonly map: TimedMemoryMap;
  readonly addressing: CacheAddressing;
  readonly instructionCache: InstructionCache;
  readonly predictor: BranchPredictor;
  readonly countsPairs: boolean;
};

function goesBack({ operation, address }: Instruction): boolean {
  return 'target' in operation && operation.target <= address;
}

/** Without prediction every branch that is taken empties the pipeline. */
function refillText({ kind }: BlockExit, fold: string, cycles: number): string {
  return kind === 'notTaken' || kind === 'fallThrough' ? '' : `${fold}c = c + ${cycles} | 0;`;
}

function leaveText(
  last: Instruction,
  exit: BlockExit,
  schedule: Schedule,
  { core, predictor }: Parts,
): string {
  const folded = schedule.cyclesTaken - schedule.cycles;
  const fold = folded === 0 ? '' : `c = c + ${folded} | 0; `;
  if (core.branches.refillCycles > 0) return refillText(exit, fold, core.branches.refillCycles);
  switch (exit.kind) {
    case 'taken':
      return fold + takenText(predictor.placeOf(last.address), goesBack(last));
    case 'notTaken':
      return notTakenText(predictor.placeOf(last.address), goesBack(last));
    case 'direct':
    case 'call':
      return fold;
    case 'indirect':
      return indirectText(predictor.placeOf(last.address), exit.target);
    case 'fallThrough':
      return '';
  }
}

/** Whether a store may have issued so shortly before the load at `index`, in this block or before it. */
function mayFollowStore(
  block: BasicBlock,
  index: number,
  issueCycles: readonly number[],
  core: CoreTiming,
): boolean {
  const cycle = at(issueCycles, index);
  if (cycle < core.storeToLoadCycles) return true;
  for (let before = index - 1; before >= 0; before -= 1) {
    if (cycle - at(issueCycles, before) >= core.storeToLoadCycles) return false;
    if (/store/.test(at(block.instructions, before).operation.kind)) return true;
  }
  return false;
}

function blockTiming(block: BasicBlock, parts: Parts): BlockTiming & { readonly dualIssued: number } {
  const { core, map, addressing, instructionCache } = parts;
  const schedule = scheduleInstructions(block.instructions, core, block.leadIn);
  const last = at(block.instructions, block.instructions.length - 1);
  const number = instructionCache.blockNumber(block.address, last.address + last.bytes);
  const isFetchCached = map.kindAt(block.address) === 'storage';
  const loads = new Map<number, TimedLoad>();

  const access = (timed: TimedAccess): AccessText => {
    const { index, address, bytes, isCached } = timed;
    const load = { address, bytes, issueCycle: at(schedule.issueCycles, index), isCached };
    if (timed.kind === 'store') return storeText(load, addressing);
    if (at(block.instructions, index).condition === 'al') loads.set(index, load);
    const paired = schedule.pairedLoads[index];
    const first = paired === undefined ? undefined : loads.get(paired);
    const pair = first === undefined ? '' : loadPairText(first, load, core);
    const text = loadText(load, addressing, core, mayFollowStore(block, index, schedule.issueCycles, core));
    return { ...text, before: pair + text.before };
  };

  const fetchText = isFetchCached
    ? `if (blockSeen[${number}] !== blockEpoch[0]) c = c + enterBlock(${number}, c) | 0;`
    : '';
  const isCounted = parts.countsPairs && schedule.dualIssued > 0;
  const countText = isCounted ? `stalls[${causeIndex('dualIssuedCycles')}] += ${schedule.dualIssued};` : '';

  return {
    cycles: schedule.cycles,
    issueCycles: schedule.issueCycles,
    dualIssued: schedule.dualIssued,
    entry: countText + fetchText,
    access,
    leave: (exit) => leaveText(last, exit, schedule, parts),
  };
}

export type TimingOptions = {
  /** Counts cycles in which two instructions issue, at a small cost for each block. */
  readonly countsPairs?: boolean;
};

export function createTimingModel(
  chip: Chip,
  timing: ChipTiming,
  options: TimingOptions = {},
): ChipTimingModel {
  const { core } = timing;
  const statistics = createStatistics();
  const map = createMemoryMap(chip, timing);
  const fills = createLineFills(core.fillBuffers, chip.caches.data.lineBytes);
  const data = createDataCache(chip.caches.data, timing, fills, map.memoryAt, statistics);
  const instructionCache = createInstructionCache(chip.caches.instruction, fills, map.memoryAt, statistics);
  const predictor = createBranchPredictor(core, statistics);
  const parts: Parts = {
    core,
    map,
    addressing: data.lines,
    instructionCache,
    predictor,
    countsPairs: options.countsPairs === true,
  };
  const deviceCycles = causeIndex('deviceCycles');
  const gapCycles = causeIndex('storeToLoadCycles');
  const lastStore = new Int32Array(2).fill(-1 << 30);
  const storeGap = (now: number): number => {
    const wait = core.storeToLoadCycles - (now - at(lastStore, 1));
    statistics[gapCycles] = at(statistics, gapCycles) + wait;
    return wait;
  };
  const cacheAccess: TimingModel['cacheAccess'] = (address, bytes, kind, now) => {
    const access = kind === 'load' ? data.load : data.store;
    let spent = access(address, now);
    for (let line = (address >>> 5) + 1; line <= (address + bytes - 1) >>> 5; line += 1)
      spent += access(line << 5, now + spent);
    if (kind === 'store') lastStore[1] = now + spent;
    return spent;
  };
  return {
    statistics,
    constants: {
      stalls: statistics,
      dataTags: data.lines.tags,
      dataDirty: data.lines.dirty,
      lastStore,
      storeGap,
      blockSeen: instructionCache.seen,
      blockEpoch: instructionCache.epoch,
      enterBlock: instructionCache.enter,
      btbCounters: predictor.counters,
      btbTargets: predictor.targets,
      branchTaken: predictor.taken,
      branchNotTaken: predictor.notTaken,
      branchIndirect: predictor.indirect,
    },
    scheduleBlock: (block) => blockTiming(block, parts),
    isCached: (address) => map.kindAt(address) === 'storage',
    cacheAccess,
    busAccess(address, bytes, kind, now = 0) {
      const place = map.kindAt(address);
      if (place === 'coupled') return 0;
      if (place === 'storage') return cacheAccess(address, bytes, kind, now);
      const cycles = kind === 'load' ? timing.device.loadCycles : timing.device.storeCycles;
      statistics[deviceCycles] = (statistics[deviceCycles] ?? 0) + cycles;
      return cycles;
    },
    enableCaches(caches) {
      data.enable(caches.data);
      instructionCache.enable(caches.instruction);
    },
    invalidateInstructions: () => instructionCache.invalidateAll(),
    invalidateData: () => data.invalidateAll(),
    cleanData: () => data.cleanAll(),
  };
}
