/** Runs sequences on the simulated core alone: plain memory, no peripherals. */
import { invariant } from '../../src/base/index.ts';
import { Processor } from '../../src/simulator/processor/processor.ts';
import { createState, readApsr, slots, writeApsr } from '../../src/simulator/processor/state.ts';
import { type Batch, type BatchResult, type Case, layout, stateWords } from './guest.ts';

export type Core = {
  readonly processor: Processor;
  readonly load: (batch: Batch) => void;
  /** State after a sequence, from the state and the memory that it begins with. */
  readonly runCase: (one: Case, way: 'compiled' | 'stepped') => Int32Array;
  readonly data: Uint8Array;
};

/** `hotEntries` 1 compiles regions at once. */
export function createCore(hotEntries: number): Core {
  const buffer = new ArrayBuffer(layout.codeBytes + layout.dataBytes);
  const view = new DataView(buffer);
  const uint8 = new Uint8Array(buffer);
  const data = uint8.subarray(layout.codeBytes);
  const memory = {
    uint8,
    int8: new Int8Array(buffer),
    uint16: new Uint16Array(buffer),
    int16: new Int16Array(buffer),
    int32: new Int32Array(buffer),
    windows: [
      window('data', layout.data, layout.dataBytes, layout.codeBytes, 'sram'),
      window('code', layout.code, layout.codeBytes, 0, 'flash'),
    ],
  };
  const offsetOf = (address: number): number => {
    const home = memory.windows.find(({ start, bytes }) => address >= start && address < start + bytes);
    if (home === undefined) throw new Error(`nothing at ${address.toString(16)}`);
    return address - home.start + home.offset;
  };
  const state = createState();
  const unexpected = (what: string) => (detail?: unknown) => {
    throw new Error(`${what} ${String(detail)} at ${(state.words[slots.pc] ?? 0).toString(16)}`);
  };
  const processor = new Processor({
    state,
    memory,
    bus: {
      read: (address, bytes) => readAt(view, offsetOf(address), bytes),
      write: (address, bytes, value) => writeAt(view, offsetOf(address), bytes, value),
      fetch: (address) => view.getUint16(offsetOf(address), true),
    },
    host: {
      exceptionReturn: unexpected('exception return'),
      supervisorCall: unexpected('SVC'),
      breakpoint: unexpected('BKPT'),
      undefinedInstruction: ({ encoding, operation }) =>
        unexpected('undefined')(`${encoding.toString(16)} ${JSON.stringify(operation)}`),
      noCoprocessor: unexpected('NOCP'),
      invalidState: unexpected('invalid state'),
      divideByZero: unexpected('division by zero'),
      unaligned: unexpected('unaligned'),
      busError: (error) => {
        throw error;
      },
      waitForInterrupt: unexpected('WFI'),
      privilegeChanged: () => {},
      waitForEvent: unexpected('WFE'),
    },
    floatingPoint: 'double',
    hotEntries,
  });
  processor.setFloatingPointEnabled(true);
  state.nextEventCycle = Number.POSITIVE_INFINITY;
  return {
    processor,
    data,
    load({ code, data: bytes }) {
      uint8.set(code);
      data.set(bytes);
      processor.setBreakpoints(new Set([layout.code]));
    },
    runCase(one, way) {
      writeState(state.words, state.floatWords, one);
      writeApsr(state, one.state[stateWords.apsr] ?? 0);
      if (way === 'compiled') processor.run(Number.POSITIVE_INFINITY);
      else stepToEnd(processor, state.words);
      invariant(state.words[slots.pc] === layout.code, 'a sequence ended elsewhere');
      const after = new Int32Array(stateWords.count);
      after.set(state.words.subarray(0, stateWords.registers));
      after[stateWords.apsr] = readApsr(state);
      after[stateWords.fpscr] = state.words[slots.fpscr] ?? 0;
      after.set(state.floatWords, stateWords.floats);
      return after;
    },
  };
}

function window(name: string, start: number, bytes: number, offset: number, kind: 'sram' | 'flash') {
  return { name, start, bytes, offset, writable: kind === 'sram', kind, cacheable: true } as const;
}

function readAt(view: DataView, offset: number, bytes: 1 | 2 | 4): number {
  if (bytes === 1) return view.getUint8(offset);
  return bytes === 2 ? view.getUint16(offset, true) : view.getInt32(offset, true);
}

function writeAt(view: DataView, offset: number, bytes: 1 | 2 | 4, value: number): void {
  if (bytes === 1) view.setUint8(offset, value);
  else if (bytes === 2) view.setUint16(offset, value, true);
  else view.setInt32(offset, value, true);
}

function writeState(words: Int32Array, floatWords: Int32Array, { state, address }: Case): void {
  words.set(state.subarray(0, stateWords.registers));
  words[slots.pc] = address;
  words[slots.fpscr] = state[stateWords.fpscr] ?? 0;
  words[slots.itState] = 0;
  // FPCA: FPSCR is that of the sequence, not of a context that begins.
  words[slots.control] = 4;
  words[slots.exclusiveOpen] = 0;
  floatWords.set(state.subarray(stateWords.floats));
}

function stepToEnd(processor: Processor, words: Int32Array): void {
  for (let steps = 0; words[slots.pc] !== layout.code; steps++) {
    invariant(steps < 1000, 'a sequence does not end');
    processor.step();
  }
}

/** All cases of a batch, each from where the one before it left memory. */
export function simulateBatch(core: Core, batch: Batch, way: 'compiled' | 'stepped'): BatchResult {
  core.load(batch);
  const states = batch.cases.map((one) => core.runCase(one, way));
  return { states, data: core.data.slice() };
}
