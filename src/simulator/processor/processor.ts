/** Door of the core: runs code by compiling what is executed, blocks first, whole regions once they are hot. */
import { decode, isWide, nextItState } from '../decode/decode.ts';
import type { Instruction } from '../instruction.ts';
import { createCallbacks, type Departure } from './callbacks.ts';
import { type Code, type CodeTable, createCodeTable } from './code-table.ts';
import { type Callbacks, compileRegion } from './compile.ts';
import type { CodeBus, CoreHost, CoreMemory, ProfileCounters, TimingModel } from './contract.ts';
import { attend } from './departures.ts';
import type { Surroundings } from './emit/emitter.ts';
import { leaveReasons } from './emit/exits.ts';
import { blockEnd } from './flow.ts';
import { createPageTable, fillPageTable, type PagePermission } from './pages.ts';
import { createRamCode, type RamCode } from './ram-code.ts';
import { findRegion, type Region, withLeadIn } from './region.ts';
import { type ProcessorState, slots } from './state.ts';

export type ProcessorSettings = {
  readonly state: ProcessorState;
  readonly memory: CoreMemory;
  readonly bus: CodeBus;
  readonly host: CoreHost;
  /** Without one, each instruction takes a cycle. */
  readonly timing?: TimingModel | undefined;
  /** What the chip has; it cannot be used until `setFloatingPointEnabled`. */
  readonly floatingPoint: 'none' | 'single-v4' | 'single' | 'double';
  readonly profile?: ProfileCounters | undefined;
  /** Entries into a block before the region around it is compiled: for tests, 24 otherwise. */
  readonly hotEntries?: number | undefined;
};

const usualHotEntries = 24;
/** V8's compilers take memory by the square of a function's length: with 64, hundreds of megabytes for unrolled kernels. */
const regionInstructions = 32;
/** Compiled code counts cycles in 32 bits from the epoch. */
const longestRunCycles = 2 ** 30;
/** Branches to here in handlers return from the exception. */
const exceptionReturns = 0xff00_0000;

type Step = { readonly run: Code['run']; readonly itStateAfter: number };

/** A core. `state` and `memory` are shared with the chip around it. */
export class Processor {
  readonly #settings: ProcessorSettings;
  readonly #words: Int32Array;
  readonly #table: CodeTable = createCodeTable();
  /** By address * 256 + ITSTATE. */
  readonly #steps = new Map<number, Step>();
  /** By place where straight code was cut. */
  readonly #leadIns = new Map<number, readonly Instruction[]>();
  readonly #ramCode: RamCode;
  readonly #departure: Departure = { reason: 0, argument: 0, thrown: undefined };
  readonly #callbacks: Callbacks;
  #surroundings: Surroundings;
  #breakpoints: ReadonlySet<number> = new Set();
  #until = 0;
  #stopped = false;

  constructor(settings: ProcessorSettings) {
    const { state, memory } = settings;
    this.#settings = settings;
    this.#words = state.words;
    this.#ramCode = createRamCode(memory);
    const pages = createPageTable();
    this.#surroundings = { memory, pages, floatingPoint: 'none', divideByZeroTraps: false };
    this.setPagePermissions(() => true);
    this.#callbacks = createCallbacks({
      ...settings,
      pages,
      departure: this.#departure,
      updateLimit: () => this.#updateLimit(),
    });
  }

  /** Runs until `state.cycles` is at least `untilCycle` or `state.nextEventCycle`, before a breakpoint, or till `stop`. */
  run(untilCycle: number): void {
    const words = this.#words;
    this.#stopped = false;
    this.#until = untilCycle;
    this.#rebase();
    while (this.#word(slots.itState) !== 0) this.#stepOnce();
    let pc = this.#word(slots.pc);
    while ((words[slots.elapsed] ?? 0) < (words[slots.limit] ?? 0)) {
      const code = this.#table.get(pc) ?? this.#fetch(pc);
      if (code === undefined) {
        pc = this.#word(slots.pc);
        continue;
      }
      if (code.heat >= 0) {
        this.#warm(code);
        pc = code.run();
      } else {
        pc = this.#breakpoints.size > 0 ? code.run() : this.#table.runHot(pc, words);
      }
      if (pc & 1) pc = this.#attend();
      if (this.#breakpoints.size > 0 && this.#breakpoints.has(pc >>> 0)) break;
    }
    words[slots.pc] = pc;
    this.#settle();
  }

  /** Runs one instruction; interrupts are the caller's. */
  step(): void {
    this.#stopped = false;
    this.#until = Number.POSITIVE_INFINITY;
    this.#rebase();
    this.#stepOnce();
    this.#settle();
  }

  /** Makes `run` come back as soon as it can. */
  stop(): void {
    this.#stopped = true;
    this.#updateLimit();
  }

  /** Forgets all compiled code, as flash changed or caches were cleaned. */
  invalidateCode(): void {
    this.#table.clear();
    this.#steps.clear();
    this.#ramCode.clear();
    this.#leadIns.clear();
  }

  /** What may be accessed has changed: forgets all code, which read and was fetched as it was before. */
  setPagePermissions(isAllowed: PagePermission): void {
    const { memory, timing } = this.#settings;
    fillPageTable(
      this.#surroundings.pages,
      memory,
      (address) => timing?.isCached(address) ?? false,
      isAllowed,
    );
    this.invalidateCode();
  }

  /** CPACR was written. */
  setFloatingPointEnabled(enabled: boolean): void {
    this.#surround({ floatingPoint: enabled ? this.#settings.floatingPoint : 'none' });
  }

  /** CCR.DIV_0_TRP was written. */
  setDivideByZeroTraps(traps: boolean): void {
    this.#surround({ divideByZeroTraps: traps });
  }

  /** `run` comes back before an instruction at one of these addresses, but not before its very first. */
  setBreakpoints(addresses: ReadonlySet<number>): void {
    this.#breakpoints = new Set(addresses);
    this.invalidateCode();
  }

  /** The instruction at an address; throws what the bus throws. */
  instructionAt(address: number, itState = 0): Instruction {
    const { bus } = this.#settings;
    const first = bus.fetch(address);
    return decode(address, first, isWide(first) ? bus.fetch(address + 2) : 0, itState);
  }

  #word(slot: number): number {
    return this.#words[slot] ?? 0;
  }

  #surround(change: Partial<Surroundings>): void {
    const next = { ...this.#surroundings, ...change };
    const same =
      next.floatingPoint === this.#surroundings.floatingPoint &&
      next.divideByZeroTraps === this.#surroundings.divideByZeroTraps;
    this.#surroundings = next;
    if (!same) this.invalidateCode();
  }

  #updateLimit(): void {
    const { state } = this.#settings;
    const end = this.#stopped ? 0 : Math.min(this.#until, state.nextEventCycle);
    this.#words[slots.limit] = Math.max(0, Math.min(end - state.epoch, longestRunCycles));
  }

  #settle(): void {
    const { state } = this.#settings;
    state.cycles = state.epoch + this.#word(slots.elapsed);
    state.instructions += this.#word(slots.executed);
    this.#words[slots.executed] = 0;
  }

  #rebase(): void {
    const { state } = this.#settings;
    state.epoch = state.cycles;
    this.#words[slots.elapsed] = 0;
    this.#updateLimit();
  }

  /** Lets someone outside act on settled state. */
  #outside(act: () => void): void {
    this.#settle();
    act();
    this.#rebase();
  }

  /** Does what compiled code could not; gives where to go on. */
  #attend(): number {
    this.#outside(() => {
      attend(this.#departure, this.#settings, () => this.instructionAt(this.#word(slots.pc) >>> 0));
      const isBarrier = this.#departure.reason === leaveReasons.barrier;
      if (isBarrier && this.#ramCode.hasChanged((address) => this.instructionAt(address)))
        this.invalidateCode();
    });
    return this.#word(slots.pc);
  }

  /** Code at `pc`; `undefined` where the way there is an exception return or a fault, of which the host was told. */
  #fetch(pc: number): Code | undefined {
    this.#words[slots.pc] = pc;
    if (pc >>> 0 >= exceptionReturns && this.#word(slots.ipsr) !== 0) {
      this.#outside(() => this.#settings.host.exceptionReturn((pc | 1) >>> 0));
      return undefined;
    }
    if (this.#word(slots.itState) !== 0) {
      this.#stepOnce();
      return undefined;
    }
    try {
      const address = pc >>> 0;
      const run = this.#compile(this.#region(address, (next) => next === address));
      return this.#table.set({ address, run, heat: 0 });
    } catch (error) {
      this.#outside(() => this.#settings.host.busError(error));
      return undefined;
    }
  }

  #warm(code: Code): void {
    if (++code.heat < (this.#settings.hotEntries ?? usualHotEntries)) return;
    code.heat = -1;
    const executed = (next: number): boolean => this.#table.get(next) !== undefined;
    const region = this.#region(code.address, executed);
    // One block is what it is already: compiling long straight code once more would cost time and memory for nothing.
    if (region.blocks.length > 1) code.run = this.#compile(region);
  }

  #region(entry: number, includes: (address: number) => boolean): Region {
    const { profile } = this.#settings;
    const home = profile?.functionAt(entry);
    const region = findRegion(entry, 0, {
      decodeAt: (address, itState) => this.instructionAt(address, itState),
      includes,
      stopsAt: (address) =>
        this.#breakpoints.has(address) || (profile !== undefined && profile.functionAt(address) !== home),
      maximumInstructions: regionInstructions,
    });
    for (const { instructions, end, successors } of region.blocks) {
      if (end.kind === 'next' && successors.length === 0) this.#leadIns.set(end.next, instructions);
    }
    return withLeadIn(region, this.#leadIns.get(entry));
  }

  #compile(region: Region): Code['run'] {
    const { state, timing, profile } = this.#settings;
    for (const { instructions } of region.blocks) this.#ramCode.note(instructions);
    return compileRegion(region, {
      surroundings: this.#surroundings,
      state,
      callbacks: this.#callbacks,
      timing,
      profile,
    });
  }

  #stepOnce(): void {
    const step = this.#stepAt(this.#word(slots.pc) >>> 0, this.#word(slots.itState));
    if (step === undefined) return;
    this.#words[slots.itState] = 0;
    const pc = step.run();
    if (pc & 1) this.#attend();
    else {
      this.#words[slots.pc] = pc;
      this.#words[slots.itState] = step.itStateAfter;
    }
  }

  #stepAt(address: number, itState: number): Step | undefined {
    if (address >= exceptionReturns && this.#word(slots.ipsr) !== 0) {
      this.#outside(() => this.#settings.host.exceptionReturn((address | 1) >>> 0));
      return undefined;
    }
    const key = address * 256 + itState;
    const known = this.#steps.get(key);
    if (known !== undefined) return known;
    try {
      const instruction = this.instructionAt(address, itState);
      const block = { address, instructions: [instruction], end: blockEnd(instruction), successors: [] };
      const step = { run: this.#compile({ blocks: [block] }), itStateAfter: nextItState(instruction) };
      this.#steps.set(key, step);
      return step;
    } catch (error) {
      this.#outside(() => this.#settings.host.busError(error));
      return undefined;
    }
  }
}
