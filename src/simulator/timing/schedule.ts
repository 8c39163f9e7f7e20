/**
 * The static issue schedule of a basic block: in order, up to two instructions a cycle, each when its operands are forwarded,
 * its units free and its bytes fetched. Registers are ready when the block begins, whatever came before it: that changes
 * whole programs by less than 0.4 %.
 *
 * Sources: Cortex-M7 TRM 1.2 and 2.1; LLVM's `ARMScheduleM7.td`; see `issue.ts`, `operands.ts`, `fetch-queue.ts`.
 */
import { at } from '../../base/index.ts';
import { type Effects, flagBits, type Instruction } from '../instruction.ts';
import { effectsOf } from '../processor/effects.ts';
import { createFetchQueue } from './fetch-queue.ts';
import { type Issue, issueOf } from './issue.ts';
import { avoidsLoadBypass, stageOf } from './operands.ts';
import type { CoreTiming, Unit } from './types.ts';

export type Schedule = {
  /** Cycle after the block's start in which each instruction issues. */
  readonly issueCycles: readonly number[];
  /** Cycles of the block where it falls through or its last branch is not taken, and where that branch is taken. */
  readonly cycles: number;
  readonly cyclesTaken: number;
  /** For a load, the load that issues before it in the same cycle. */
  readonly pairedLoads: readonly (number | undefined)[];
  /** Cycles in which two instructions issue. */
  readonly dualIssued: number;
};

/** What the cycle that is being filled has given away. */
type Cycle = { number: number; issued: number; closed: boolean; readonly used: Map<Unit, number> };

type Ready = { readonly cycle: number; readonly byLoad: boolean; readonly written: number };

const singleLoads: ReadonlySet<string> = new Set(['load', 'load-exclusive', 'vfp-load']);
const pipelined: ReadonlySet<string> = new Set([...singleLoads, 'store', 'store-exclusive']);

/** Single loads and stores go on while the load before them waits for its data. */
const pipelines = ({ operation }: Instruction): boolean => pipelined.has(operation.kind);

const loadKinds: ReadonlySet<string> = new Set(['load', 'load-dual', 'load-multiple']);

/** Flags are one register to the scoreboard; Q, which only gathers, waits for nothing. */
const flagsRegister = 64;
const forwardedFlags = ~flagBits.q;

function operandsReady(
  instruction: Instruction,
  effects: Effects,
  ready: Map<number, Ready>,
  core: CoreTiming,
): number {
  if (isDirectBranch(instruction) && !core.branches.awaitsOperands) return 0;
  let cycle = 0;
  const lateBypass = avoidsLoadBypass(instruction);
  for (const read of effects.reads) {
    const from = ready.get(read.register);
    if (from === undefined) continue;
    const stage = stageOf(instruction, read, core);
    const extra = lateBypass && from.byLoad && stage === 0 ? 1 : 0;
    cycle = Math.max(cycle, from.cycle - stage + extra);
  }
  if ((effects.flagsRead & forwardedFlags) !== 0)
    cycle = Math.max(cycle, ready.get(flagsRegister)?.cycle ?? 0);
  // Two results for one register never come out of one cycle.
  for (const register of effects.writes) cycle = Math.max(cycle, (ready.get(register)?.written ?? -1) + 1);
  return cycle;
}

function fits(issue: Issue, cycle: Cycle, core: CoreTiming): boolean {
  if (cycle.issued === 0) return true;
  if (cycle.closed || cycle.issued >= core.issueWidth || issue.alone || issue.firstOnly) return false;
  const wanted = new Map<Unit, number>();
  for (const unit of issue.units) wanted.set(unit, (wanted.get(unit) ?? 0) + 1);
  return [...wanted].every(([unit, count]) => (cycle.used.get(unit) ?? 0) + count <= core.units[unit]);
}

function take(issue: Issue, cycle: Cycle): void {
  cycle.issued += 1;
  cycle.closed ||= issue.alone;
  for (const unit of issue.units) cycle.used.set(unit, (cycle.used.get(unit) ?? 0) + 1);
}

function startCycle(cycle: Cycle, number: number): void {
  cycle.number = number;
  cycle.issued = 0;
  cycle.closed = false;
  cycle.used.clear();
}

/** A written-back base register leaves the address stage: it is ready a cycle before any other result. */
function baseOf({ operation }: Instruction): number | undefined {
  if ('address' in operation && operation.address.mode === 'immediate') {
    return operation.address.index === 'offset' ? undefined : operation.address.rn;
  }
  return 'writeBack' in operation && operation.writeBack ? operation.rn : undefined;
}

function markResults(
  instruction: Instruction,
  effects: Effects,
  issue: Issue,
  cycle: number,
  ready: Map<number, Ready>,
): void {
  const byLoad = loadKinds.has(instruction.operation.kind);
  const base = baseOf(instruction);
  for (const register of effects.writes) {
    const latency = register === base ? 0 : issue.latency;
    ready.set(register, { cycle: cycle + latency, byLoad: byLoad && register !== base, written: cycle });
  }
  if ((effects.flagsWritten & forwardedFlags) !== 0) {
    const latency = Math.max(1, issue.latency);
    ready.set(flagsRegister, { cycle: cycle + latency, byLoad: false, written: cycle });
  }
}

/** Of the instruction that issued last, a load: the load before it in the same cycle. */
function pairedLoad(
  instructions: readonly Instruction[],
  issueCycles: readonly number[],
  cycle: Cycle,
  core: CoreTiming,
): number | undefined {
  const index = issueCycles.length - 1;
  const isLoad = (place: number): boolean => issueOf(at(instructions, place), core).units.includes('load');
  const isSecond = cycle.issued === 2 && issueCycles[index - 1] === cycle.number;
  return isSecond && isLoad(index) && isLoad(index - 1) ? index - 1 : undefined;
}

function isDirectBranch({ operation }: Instruction): boolean {
  return operation.kind === 'branch' || operation.kind === 'call' || operation.kind === 'compare-branch';
}

/** `instructions` follow each other and `leadIn`; the last may be a branch. Cycles count from the end of `leadIn`. */
export function scheduleInstructions(
  instructions: readonly Instruction[],
  core: CoreTiming,
  leadIn: readonly Instruction[] = [],
): Schedule {
  const whole = scheduleFrom([...leadIn, ...instructions], core);
  if (leadIn.length === 0) return whole;
  const before = scheduleFrom(leadIn, core);
  const count = leadIn.length;
  return {
    issueCycles: whole.issueCycles.slice(count).map((cycle) => cycle - before.cycles),
    cycles: whole.cycles - before.cycles,
    cyclesTaken: whole.cyclesTaken - before.cycles,
    pairedLoads: whole.pairedLoads
      .slice(count)
      .map((load) => (load === undefined || load < count ? undefined : load - count)),
    dualIssued: whole.dualIssued - before.dualIssued,
  };
}

function scheduleFrom(instructions: readonly Instruction[], core: CoreTiming): Schedule {
  const issueCycles: number[] = [];
  const pairedLoads: (number | undefined)[] = [];
  const ready = new Map<number, Ready>();
  const queue = createFetchQueue(at(instructions, 0).address, core.fetch);
  const cycle: Cycle = { number: 0, issued: 0, closed: false, used: new Map() };
  let end = 0;
  let endBeforeBranch = 0;
  let dualIssued = 0;
  /** Cycles that the load before keeps all but loads and stores from issuing. */
  let loadGap = 0;
  for (const instruction of instructions) {
    const issue = issueOf(instruction, core);
    const effects = effectsOf(instruction);
    const arrival = queue.arrival(instruction.address + instruction.bytes);
    const gap = loadGap > 0 && !pipelines(instruction) ? end + loadGap : 0;
    const earliest = Math.max(operandsReady(instruction, effects, ready, core), arrival, gap);
    if (earliest > cycle.number) startCycle(cycle, earliest);
    if (!fits(issue, cycle, core)) startCycle(cycle, cycle.number + 1);
    take(issue, cycle);
    if (cycle.issued === 2) dualIssued += 1;
    queue.consume(instruction.address, cycle.number);
    issueCycles.push(cycle.number);
    pairedLoads.push(pairedLoad(instructions, issueCycles, cycle, core));
    markResults(instruction, effects, issue, cycle.number, ready);
    endBeforeBranch = end;
    end = cycle.number + 1 + issue.blocks;
    if (issue.blocks > 0) startCycle(cycle, end);
    loadGap = singleLoads.has(instruction.operation.kind) ? core.blocking.load : 0;
  }
  end += loadGap;
  const last = at(instructions, instructions.length - 1);
  const { foldsTaken, foldsNotTaken } = core.branches;
  const isDirect = isDirectBranch(last);
  return {
    issueCycles,
    cycles: isDirect && foldsNotTaken ? Math.max(1, endBeforeBranch) : end,
    // A block never takes no time at all: `b .` would stop the clock.
    cyclesTaken: isDirect && foldsTaken ? Math.max(1, endBeforeBranch) : end,
    pairedLoads,
    dualIssued,
  };
}
