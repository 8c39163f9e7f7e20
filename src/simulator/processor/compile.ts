/** Compiles a region to one JavaScript function with registers and flags in local variables. */
import type { FloatOperation } from '../operations/float.ts';
import type { BlockTiming, CoreMemory, ProfileCounters, TimingModel } from './contract.ts';
import { type BlockPlan, emitBlock } from './emit/block.ts';
import { createEmitter, type Emitter, line, type Surroundings } from './emit/emitter.ts';
import { allTrackedFlags, liveFlagsBefore, planFlags } from './flag-plan.ts';
import type { Region, RegionBlock } from './region.ts';
import type { ProcessorState } from './state.ts';
import { analyse, type Structure } from './structure.ts';

/** Runs from its region's entry; gives the address to go on at, or an odd number where the processor must attend. */
export type CompiledFunction = () => number;

/** What compiled code calls; see `createCallbacks`. */
export type Callbacks = {
  /** A read over the bus: `address` and `place` (of the instruction) signed, `cycles` after the epoch. */
  read(address: number, bytes: 1 | 2 | 4, place: number, cycles: number): number;
  /** Reads consecutive words into `slots.read` and those after it. */
  readWords(address: number, count: number, place: number, cycles: number): void;
  write(address: number, bytes: 1 | 2 | 4, value: number, place: number, cycles: number): void;
  /** Cycles of a word of cached storage that was a miss by its text. */
  miss(address: number, bytes: number, cycles: number): number;
  /** Makes what compiled code throws. */
  unaligned(address: number, place: number, cycles: number): unknown;
  divideByZero(place: number, cycles: number): unknown;
  /** Notes why compiled code comes back, and gives the odd number that says so. */
  leave(reason: number, address: number, itState: number, argument: number): number;
  caught(thrown: unknown): number;
  /** Before a floating-point instruction, where the registers are not its code's own yet. */
  beginFloats(place: number, itState: number, cycles: number): void;
  readSpecial(register: number, stackPointer: number): number;
  /** Does a floating-point operation exactly, whatever its operands. */
  float(operation: FloatOperation): void;
};

export type CompilerSettings = {
  readonly surroundings: Surroundings;
  readonly state: ProcessorState;
  readonly callbacks: Callbacks;
  readonly timing: TimingModel | undefined;
  readonly profile: ProfileCounters | undefined;
};

export function compileRegion(region: Region, settings: CompilerSettings): CompiledFunction {
  const { text, floatOperations } = translate(region, settings);
  return instantiate(text, floatOperations, settings);
}

type Translation = { readonly text: string; readonly floatOperations: readonly FloatOperation[] };

function translate(region: Region, settings: CompilerSettings): Translation {
  const plans = planBlocks(region, settings.timing);
  const emitter = createEmitter(settings.surroundings, nowhere(plans));
  const structure = analyse({ successors: region.blocks.map(({ successors }) => successors) });
  placeTree(emitter, { region, plans, structure }, 0);
  const name = `code_${(region.blocks[0]?.address ?? 0).toString(16)}`;
  const credit = creditText(settings.profile, region.blocks[0]?.address ?? 0);
  const counting = settings.profile === undefined ? '' : 'PC[PO[0]]+=c-W[36];PI[PO[0]]+=k;';
  return { text: wrapped(emitter, name, { credit, counting }), floatOperations: emitter.floatOperations };
}

type Plan = {
  readonly region: Region;
  readonly plans: readonly BlockPlan[];
  readonly structure: Structure;
};

function nowhere(plans: readonly BlockPlan[]): Emitter['position'] {
  const instruction = plans[0]?.block.instructions[0];
  if (instruction === undefined) throw new Error('internal error: empty region');
  return {
    instruction,
    index: 0,
    neededFlags: 0,
    issueCycle: 0,
    pendingCycles: 0,
    access: () => freeAccess,
    leave: () => '',
  };
}

const freeAccess = { before: '', misses: '', after: '' };

/** One cycle an instruction: what time is without a timing model. */
function untimed(block: RegionBlock): BlockTiming {
  return {
    cycles: block.instructions.length,
    issueCycles: block.instructions.map((_, index) => index),
    entry: '',
    access: () => freeAccess,
    leave: () => '',
  };
}

function planBlocks({ blocks }: Region, timing: TimingModel | undefined): readonly BlockPlan[] {
  const liveOut = liveFlagsAfter(blocks);
  return blocks.map((block, index) => ({
    block,
    timing: timing === undefined ? untimed(block) : timing.scheduleBlock(block),
    neededFlags: planFlags(block.instructions, liveOut[index] ?? allTrackedFlags),
  }));
}

/** Flags that some path from a block's end reads; beyond the region all are. */
function liveFlagsAfter(blocks: readonly RegionBlock[]): readonly number[] {
  const liveIn = blocks.map(() => 0);
  const liveOut = blocks.map(() => 0);
  for (let changed = true; changed; ) {
    changed = false;
    for (let index = blocks.length - 1; index >= 0; index--) {
      const block = blocks[index];
      if (block === undefined) continue;
      const inside = block.successors.reduce((live, successor) => live | (liveIn[successor] ?? 0), 0);
      const out = block.successors.length < exitCount(block) ? allTrackedFlags : inside;
      const before = liveFlagsBefore(block.instructions, out);
      if (before === liveIn[index] && out === liveOut[index]) continue;
      liveIn[index] = before;
      liveOut[index] = out;
      changed = true;
    }
  }
  return liveOut;
}

/** Ways out of a block that are known addresses; where its own text leaves, that asks for all flags itself. */
function exitCount({ end }: RegionBlock): number {
  switch (end.kind) {
    case 'conditional':
      return 2;
    case 'call':
      return end.next === undefined ? 1 : 2;
    case 'leaves':
      return end.next === undefined ? 0 : 1;
    default:
      return 1;
  }
}

/** A block and all that it dominates. */
function placeTree(emitter: Emitter, plan: Plan, block: number): void {
  const { structure } = plan;
  const merges = (structure.children[block] ?? []).filter((child) => structure.isMerge[child]);
  if (structure.isLoopHead[block]) line(emitter, `L${block}:for(;;){`);
  placeWithin(emitter, plan, block, merges);
  if (structure.isLoopHead[block]) line(emitter, '}');
}

/** The last merge stands outermost: earlier ones may break out to it. */
function placeWithin(emitter: Emitter, plan: Plan, block: number, merges: readonly number[]): void {
  const last = merges.at(-1);
  if (last === undefined) {
    placeBlock(emitter, plan, block);
    return;
  }
  line(emitter, `B${last}:{`);
  placeWithin(emitter, plan, block, merges.slice(0, -1));
  line(emitter, '}');
  placeTree(emitter, plan, last);
}

function placeBlock(emitter: Emitter, plan: Plan, index: number): void {
  const blockPlan = plan.plans[index];
  if (blockPlan === undefined) throw new Error('internal error: no such block');
  const { block, timing } = blockPlan;
  const taken = emitBlock(emitter, blockPlan);
  const { end } = block;
  switch (end.kind) {
    case 'conditional':
      line(emitter, `if(${taken}){`);
      line(emitter, timing.leave({ kind: 'taken' }));
      goTo(emitter, plan, index, end.target);
      line(emitter, '}else{');
      line(emitter, timing.leave({ kind: 'notTaken' }));
      goTo(emitter, plan, index, end.next);
      line(emitter, '}');
      return;
    case 'branch':
      line(emitter, timing.leave({ kind: 'direct' }));
      goTo(emitter, plan, index, end.target);
      return;
    case 'next':
      line(emitter, timing.leave({ kind: 'fallThrough' }));
      goTo(emitter, plan, index, end.next);
      return;
    default:
      if (end.next !== undefined) goTo(emitter, plan, index, end.next);
  }
}

function goTo(emitter: Emitter, plan: Plan, from: number, address: number): void {
  const { region, structure } = plan;
  const target = region.blocks.findIndex((block) => block.address === address);
  const isIn = target >= 0 && (region.blocks[from]?.successors.includes(target) ?? false);
  if (!isIn || structure.isIrreducible(from, target)) {
    line(emitter, `pc=${address | 0};break x;`);
    return;
  }
  if ((structure.order[target] ?? 0) <= (structure.order[from] ?? 0)) {
    line(emitter, `if(c>=W[33]){pc=${address | 0};break x;}continue L${target};`);
  } else if (structure.isMerge[target]) line(emitter, `break B${target};`);
  else placeTree(emitter, plan, target);
}

const flagVariables = [
  ['fn', 1, 16],
  ['fz', 2, 17],
  ['fc', 4, 18],
  ['fv', 8, 19],
  ['fg', 32, 21],
] as const;

/** Makes a region's function the one that counts; those that count for their caller leave that as it is. */
function creditText(profile: ProfileCounters | undefined, address: number): string {
  if (profile === undefined) return '';
  const counter = profile.functionAt(address);
  return profile.countsForCaller(counter) ? '' : `if(PO[0]!==${counter})PF(${counter});`;
}

function wrapped(
  emitter: Emitter,
  name: string,
  { credit, counting }: { readonly credit: string; readonly counting: string },
): string {
  const registers = [...emitter.registersUsed].sort((a, b) => a - b);
  const flags = flagVariables.filter(([, bit]) => (emitter.flagsUsed & bit) !== 0);
  const locals = [
    ...registers.map((register) => `r${register}=W[${register}]`),
    ...flags.map(([name, , slot]) => `${name}=W[${slot}]`),
    ...(emitter.usesSaturation ? ['fq=0'] : []),
    'c=W[36]',
    'k=0',
    'pc=0',
  ];
  const saved = [
    ...[...emitter.registersWritten].map((register) => `W[${register}]=r${register};`),
    ...flags.map(([name, , slot]) => `W[${slot}]=${name};`),
    emitter.usesSaturation ? 'if(fq<0)W[20]=1;' : '',
    counting,
    'W[36]=c;W[37]=W[37]+k|0;',
  ];
  return [
    `return function ${name}(){`,
    `let ${locals.join(',')};`,
    credit,
    'try{x:{',
    ...emitter.lines.filter((text) => text !== ''),
    '}}catch(e){pc=X.caught(e);c=W[35];}',
    saved.join(''),
    'return pc;}',
  ].join('\n');
}

function instantiate(
  text: string,
  floatOperations: readonly FloatOperation[],
  { surroundings, state, callbacks, timing, profile }: CompilerSettings,
): CompiledFunction {
  const { memory, pages } = surroundings;
  const constants: Readonly<Record<string, unknown>> = {
    W: state.words,
    FW: state.floatWords,
    FS: state.singles,
    FD: state.doubles,
    X: callbacks,
    O: floatOperations,
    PR: pages.readable,
    PW: pages.writable,
    ...views(memory),
    PC: profile?.cycles,
    PI: profile?.instructions,
    PO: profile?.lastCounted,
    PF: profile?.credit,
    ...timing?.constants,
  };
  const names = Object.keys(constants);
  const make = new Function(...names, `'use strict';${text}`);
  return make(...names.map((name) => constants[name]));
}

function views(memory: CoreMemory): Readonly<Record<string, unknown>> {
  return {
    M8: memory.int8,
    U8: memory.uint8,
    M16: memory.int16,
    U16: memory.uint16,
    M32: memory.int32,
  };
}
