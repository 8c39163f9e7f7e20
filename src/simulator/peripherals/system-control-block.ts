/** System control block, floating-point control and cache maintenance (Armv7-M ARM, B3.2; Cortex-M7 TRM, 3 and 4). */
import { at } from '../../base/index.ts';
import type { CacheShape, Chip } from '../chips/types.ts';
import type { Exceptions } from '../exceptions/exceptions.ts';
import { exceptionNumbers } from '../exceptions/priorities.ts';
import { floatContextReaders, floatContextWriters } from './float-context-registers.ts';
import type { RegisterRange } from './nvic.ts';
import { merge } from './types.ts';

/** Offsets from 0xE000E000. */
const offsets = {
  cpuid: 0xd00,
  icsr: 0xd04,
  vtor: 0xd08,
  aircr: 0xd0c,
  ccr: 0xd14,
  shpr1: 0xd18,
  shpr3: 0xd20,
  shcsr: 0xd24,
  cfsr: 0xd28,
  hfsr: 0xd2c,
  mmfar: 0xd34,
  bfar: 0xd38,
  clidr: 0xd78,
  ctr: 0xd7c,
  ccsidr: 0xd80,
  csselr: 0xd84,
  cpacr: 0xd88,
  stir: 0xf00,
  mvfr0: 0xf40,
  iciallu: 0xf50,
  icimvau: 0xf58,
  dcisw: 0xf60,
  dccsw: 0xf6c,
  dccisw: 0xf74,
} as const;

const ccrCaches = { data: 1 << 16, instruction: 1 << 17 } as const;
/** STKALIGN and branch prediction are always on. */
const ccrFixed = (1 << 9) | (1 << 18);

const resetValues: readonly (readonly [number, number])[] = [
  [0xf90, 0x1],
  [0xf94, 0x1],
];

/** What writing here does to the rest of the machine. */
export type SystemControlEffects = {
  /** `ProcessorState.words`: the floating-point context is the core's. */
  readonly coreWords: Int32Array;
  readonly enableCaches: (enabled: { readonly instruction: boolean; readonly data: boolean }) => void;
  readonly invalidateInstructions: () => void;
  readonly invalidateData: () => void;
  readonly cleanData: () => void;
  readonly enableFloatingPoint: (enabled: boolean) => void;
  readonly trapDivideByZero: (traps: boolean) => void;
  readonly protectionChanged: () => void;
  readonly resetRequested: () => void;
};

export type SystemControlBlock = RegisterRange & {
  /** CCR.UNALIGN_TRP. */
  readonly trapsUnaligned: () => boolean;
};

export function createSystemControlBlock(
  chip: Chip,
  exceptions: Exceptions,
  effects: SystemControlEffects,
): SystemControlBlock {
  const registers = new Map<number, number>(resetValues);
  const register = (offset: number): number => registers.get(offset) ?? 0;
  const { priorities, faultRegisters } = exceptions;
  const readers = new Map<number, () => number>([
    [offsets.cpuid, () => chip.cpuid],
    [offsets.icsr, () => readIcsr(exceptions)],
    [offsets.vtor, () => exceptions.vectorTable | 0],
    [offsets.aircr, () => 0xfa05_0000 | (priorities.group << 8) | 0],
    [offsets.ccr, () => register(offsets.ccr) | ccrFixed],
    [offsets.shcsr, () => readShcsr(exceptions)],
    [offsets.cfsr, () => faultRegisters.cfsr],
    [offsets.hfsr, () => faultRegisters.hfsr],
    [offsets.mmfar, () => faultRegisters.mmfar | 0],
    [offsets.bfar, () => faultRegisters.bfar | 0],
    ...(chip.core === 'cortex-m7' ? cacheReaders(chip, () => register(offsets.csselr)) : []),
    ...floatContextReaders(effects.coreWords),
    ...chip.floatFeatures.map((value, index): [number, () => number] => [
      offsets.mvfr0 + 4 * index,
      () => value,
    ]),
  ]);

  const writeAircr = (value: number): void => {
    if (value >>> 16 !== 0x05fa) return;
    priorities.group = (value >>> 8) & 7;
    if ((value & 4) !== 0) effects.resetRequested();
  };

  const writers = new Map<number, (value: number, mask: number) => void>([
    [offsets.icsr, (value) => writeIcsr(exceptions, value)],
    [offsets.vtor, (value) => setVectorTable(exceptions, value)],
    [offsets.aircr, writeAircr],
    [offsets.shcsr, (value) => enableFaults(exceptions, value)],
    ...faultWriters(exceptions),
    [offsets.stir, (value) => triggerInterrupt(exceptions, value & 0x1ff)],
    ...floatContextWriters(effects.coreWords),
    ...cacheWriters(effects),
  ]);

  const keep = (offset: number, value: number, mask: number): void => {
    const next = merge(register(offset), value, mask);
    registers.set(offset, next);
    if (offset === offsets.ccr) {
      effects.trapDivideByZero((next & 0x10) !== 0);
      if (chip.core === 'cortex-m7') {
        effects.enableCaches({
          instruction: (next & ccrCaches.instruction) !== 0,
          data: (next & ccrCaches.data) !== 0,
        });
      }
    }
    if (offset === offsets.cpacr) effects.enableFloatingPoint(((next >>> 20) & 3) !== 0);
  };

  return {
    trapsUnaligned: () => (register(offsets.ccr) & 8) !== 0,
    read: (offset) => {
      if (offset >= offsets.shpr1 && offset <= offsets.shpr3) return readPriorities(exceptions, offset);
      return readers.get(offset)?.() ?? register(offset);
    },
    write: (offset, value, mask) => {
      const writer = writers.get(offset);
      if (offset >= offsets.shpr1 && offset <= offsets.shpr3) {
        writePriorities(exceptions, { offset, value, mask }, chip.priorityBits);
      } else if (writer !== undefined) {
        writer(value, mask);
      } else if (!readers.has(offset) || offset === offsets.ccr) {
        keep(offset, value, mask);
      }
    },
  };
}

function readIcsr({ priorities }: Exceptions): number {
  let active = 0;
  let pendingInterrupt = 0;
  for (let number = priorities.count - 1; number > 0; number -= 1) {
    if (priorities.active[number] === 1)
      active = active === 0 ? number : mostUrgent(priorities, active, number);
    if (number >= exceptionNumbers.firstInterrupt && priorities.pending[number] === 1)
      pendingInterrupt = number;
  }
  return (
    active |
    (pendingInterrupt << 12) |
    (pendingInterrupt === 0 ? 0 : 1 << 22) |
    (at(priorities.pending, exceptionNumbers.sysTick) << 26) |
    (at(priorities.pending, exceptionNumbers.pendSv) << 28)
  );
}

/** Of nested exceptions the one of highest priority runs. */
function mostUrgent({ priority }: Exceptions['priorities'], a: number, b: number): number {
  return at(priority, b) <= at(priority, a) ? b : a;
}

function writeIcsr({ priorities }: Exceptions, value: number): void {
  const { nmi, pendSv, sysTick } = exceptionNumbers;
  if (value >>> 31 === 1) priorities.pending[nmi] = 1;
  if ((value & (1 << 28)) !== 0) priorities.pending[pendSv] = 1;
  if ((value & (1 << 27)) !== 0) priorities.pending[pendSv] = 0;
  if ((value & (1 << 26)) !== 0) priorities.pending[sysTick] = 1;
  if ((value & (1 << 25)) !== 0) priorities.pending[sysTick] = 0;
}

type Writer = readonly [number, (value: number) => void];

/** Ones clear the status registers; the address registers keep what is written. */
function faultWriters({ faultRegisters }: Exceptions): readonly Writer[] {
  return [
    [
      offsets.cfsr,
      (value) => {
        faultRegisters.cfsr &= ~value;
      },
    ],
    [
      offsets.hfsr,
      (value) => {
        faultRegisters.hfsr &= ~value;
      },
    ],
    [
      offsets.mmfar,
      (value) => {
        faultRegisters.mmfar = value >>> 0;
      },
    ],
    [
      offsets.bfar,
      (value) => {
        faultRegisters.bfar = value >>> 0;
      },
    ],
  ];
}

/** By set and way, of which software always does all: the whole cache at once is as good. */
function cacheWriters(effects: SystemControlEffects): readonly Writer[] {
  return [
    [offsets.iciallu, effects.invalidateInstructions],
    [offsets.icimvau, effects.invalidateInstructions],
    [offsets.dcisw, effects.invalidateData],
    [offsets.dccsw, effects.cleanData],
    [
      offsets.dccisw,
      () => {
        effects.cleanData();
        effects.invalidateData();
      },
    ],
  ];
}

function triggerInterrupt({ priorities }: Exceptions, interrupt: number): void {
  const number = exceptionNumbers.firstInterrupt + interrupt;
  if (number < priorities.count) priorities.pending[number] = 1;
}

function setVectorTable(exceptions: Exceptions, value: number): void {
  exceptions.vectorTable = (value & ~0x7f) >>> 0;
}

function readShcsr({ priorities }: Exceptions): number {
  const active = [4, 5, -1, 6, -1, -1, -1, 11, 12, -1, 14, 15];
  let word = 0;
  active.forEach((number, bit) => {
    if (number > 0) word |= (priorities.active[number] ?? 0) << bit;
  });
  for (let fault = 4; fault <= 6; fault += 1) word |= (priorities.enabled[fault] ?? 0) << (12 + fault);
  return word;
}

function enableFaults({ priorities }: Exceptions, value: number): void {
  for (let fault = 4; fault <= 6; fault += 1) priorities.enabled[fault] = (value >>> (12 + fault)) & 1;
}

function readPriorities({ priorities }: Exceptions, offset: number): number {
  const firstNumber = 4 + (offset - offsets.shpr1);
  let word = 0;
  for (let byte = 0; byte < 4; byte += 1) word |= at(priorities.priority, firstNumber + byte) << (8 * byte);
  return word;
}

function writePriorities(
  { priorities }: Exceptions,
  { offset, value, mask }: { readonly offset: number; readonly value: number; readonly mask: number },
  priorityBits: number,
): void {
  const priorityMask = (0xff00 >> priorityBits) & 0xff;
  for (let byte = 0; byte < 4; byte += 1) {
    const isWritten = ((mask >>> (8 * byte)) & 0xff) !== 0;
    if (isWritten)
      priorities.priority[4 + (offset - offsets.shpr1) + byte] = (value >>> (8 * byte)) & priorityMask;
  }
}

/** One level, instruction and data apart; lines of 8 words. */
function cacheReaders(chip: Chip, selection: () => number): readonly (readonly [number, () => number])[] {
  return [
    [offsets.clidr, () => 0x0900_0003],
    [offsets.ctr, () => 0x8303_c003 | 0],
    [offsets.ccsidr, () => describeCache(chip, selection())],
  ];
}

/** CCSIDR of the cache that CSSELR selects: sets, ways, line (log2 of words less 2), write-back and allocation. */
function describeCache({ caches }: Chip, selection: number): number {
  const isInstruction = (selection & 1) === 1;
  const { bytes, ways, lineBytes }: CacheShape = isInstruction ? caches.instruction : caches.data;
  const sets = bytes / (ways * lineBytes);
  return 0xf000_0000 | ((sets - 1) << 13) | ((ways - 1) << 3) | (Math.log2(lineBytes / 4) - 2) | 0;
}
