/** A core with plain memory and a host that only notes what it was asked: for rows of instructions with their effects. */
import { Processor } from '../../src/simulator/processor/processor.ts';
import { createState, type ProcessorState, slots } from '../../src/simulator/processor/state.ts';

export const codeBase = 0x0800_0000;
export const ramBase = 0x2000_0000;
const bytes = 0x1_0000;

export type Bench = {
  readonly processor: Processor;
  readonly state: ProcessorState;
  /** What the host was told, in order. */
  readonly events: string[];
  /** Half-words at an address of code or RAM. */
  readonly put: (address: number, ...halfWords: readonly number[]) => void;
  readonly word: (address: number) => number;
  readonly register: (number: number) => number;
  readonly set: (values: Readonly<Partial<Record<keyof typeof slots | `r${number}`, number>>>) => void;
};

/** Every event of the host stops the core. */
export function createBench(floatingPoint: 'none' | 'single' | 'double' = 'double', hotEntries = 1): Bench {
  const buffer = new ArrayBuffer(2 * bytes);
  const view = new DataView(buffer);
  const state = createState();
  const events: string[] = [];
  const note = (event: string): void => {
    events.push(event);
    processor.stop();
  };
  const place = (address: number): number => {
    if (address >= codeBase && address < codeBase + bytes) return address - codeBase;
    if (address >= ramBase && address < ramBase + bytes) return address - ramBase + bytes;
    throw new Error(`nothing at ${address.toString(16)}`);
  };
  const processor = new Processor({
    state,
    memory: {
      uint8: new Uint8Array(buffer),
      int8: new Int8Array(buffer),
      uint16: new Uint16Array(buffer),
      int16: new Int16Array(buffer),
      int32: new Int32Array(buffer),
      windows: [
        { name: 'ram', start: ramBase, bytes, offset: bytes, writable: true, kind: 'sram', cacheable: true },
        { name: 'flash', start: codeBase, bytes, offset: 0, writable: false, kind: 'flash', cacheable: true },
      ],
    },
    bus: {
      fetch: (address) => view.getUint16(place(address), true),
      read(address, size) {
        const offset = place(address);
        if (size === 1) return view.getUint8(offset);
        return size === 2 ? view.getUint16(offset, true) : view.getInt32(offset, true);
      },
      write(address, size, value) {
        const offset = place(address);
        if (size === 1) view.setUint8(offset, value);
        else if (size === 2) view.setUint16(offset, value, true);
        else view.setInt32(offset, value, true);
      },
    },
    host: {
      exceptionReturn: (value) => note(`exception return ${value.toString(16)}`),
      supervisorCall: () => note('supervisor call'),
      breakpoint: (immediate) => note(`breakpoint ${immediate}`),
      undefinedInstruction: ({ encoding }) => note(`undefined ${encoding.toString(16)}`),
      noCoprocessor: ({ encoding }) => note(`no coprocessor ${encoding.toString(16)}`),
      invalidState: () => note('invalid state'),
      divideByZero: () => note('division by zero'),
      unaligned: (address) => note(`unaligned ${address.toString(16)}`),
      busError: (error) => note(`bus error: ${error instanceof Error ? error.message : String(error)}`),
      waitForInterrupt: () => note('wait for interrupt'),
      privilegeChanged: () => {},
      waitForEvent: () => note('wait for event'),
    },
    floatingPoint,
    hotEntries,
  });
  state.nextEventCycle = Number.POSITIVE_INFINITY;
  state.words[slots.pc] = codeBase;
  state.words[slots.sp] = ramBase + 0x8000;
  state.words[slots.z] = 1;
  return {
    processor,
    state,
    events,
    put(address, ...halfWords) {
      halfWords.forEach((halfWord, n) => {
        view.setUint16(place(address + 2 * n), halfWord, true);
      });
    },
    word: (address) => view.getInt32(place(address), true),
    register: (number) => (state.words[number] ?? 0) >>> 0,
    set(values) {
      for (const [name, value] of Object.entries(values)) {
        const slot = name in slots ? slots[name as keyof typeof slots] : Number(name.slice(1));
        state.words[slot] = value ?? 0;
      }
    },
  };
}
