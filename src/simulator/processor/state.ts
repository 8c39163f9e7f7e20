/** Everything that the core holds, in the shape that compiled code works on. */

/**
 * Places in `ProcessorState.words`. r0 to r15 are 0 to 15: r13 is the stack pointer in use, r15 the address of the next
 * instruction (even) whenever no compiled code runs. Flags are kept as numbers that need no masking:
 * N is set where `n` < 0, Z where `z` === 0, V where `v` < 0; `c` and `q` are 0 or 1, `ge` four bits.
 */
export const slots = {
  sp: 13,
  lr: 14,
  pc: 15,
  n: 16,
  z: 17,
  c: 18,
  v: 19,
  q: 20,
  ge: 21,
  /** With all its flags in their architectural places. */
  fpscr: 22,
  /** Exception number, 0 in thread mode. */
  ipsr: 23,
  primask: 24,
  faultmask: 25,
  basepri: 26,
  /** nPRIV, SPSEL, FPCA. */
  control: 27,
  /** The stack pointer that is not in use: PSP while r13 is MSP, else MSP. */
  otherSp: 28,
  /** ITSTATE at r15; not 0 only after a fault, an exception return or a step inside an IT block. */
  itState: 29,
  exclusiveAddress: 30,
  /** 1 after LDREX until STREX, CLREX or an exception. */
  exclusiveOpen: 31,
  /** The event register of WFE and SEV. */
  event: 32,
  /** Cycles after `epoch` at which compiled code comes back. */
  limit: 33,
  /** What the last access over the bus cost. */
  busCycles: 34,
  /** Cycles after `epoch` at which the last access over the bus was made. */
  accessCycles: 35,
  /** Cycles after `epoch`, while no compiled function runs. */
  elapsed: 36,
  /** Instructions executed since they were last added to the state's count. */
  executed: 37,
  /** Where the floating-point registers of the code below are to be saved when they are first used; 0 for nowhere. */
  lazyFrame: 38,
  /** FPCCR without LSPACT, FPCAR and FPDSCR. */
  fpccr: 39,
  fpcar: 40,
  fpdscr: 41,
  /** What was read last by several words at once: up to 32. */
  read: 64,
} as const;

export type ProcessorState = {
  readonly words: Int32Array;
  /** s0 to s31, and as d0 to d15. */
  readonly floatWords: Int32Array;
  readonly singles: Float32Array;
  readonly doubles: Float64Array;
  /** Core clock cycles since reset; current whenever code outside the compiled functions looks. */
  cycles: number;
  /** What compiled code counts from; `cycles` - `epoch` stays a small integer. */
  epoch: number;
  /** Compiled code comes back at the next block end at or after this; 0 asks for it now. */
  nextEventCycle: number;
  /** Instructions executed since reset (those skipped by a condition count). */
  instructions: number;
};

export function createState(): ProcessorState {
  const floats = new ArrayBuffer(32 * 4);
  const words = new Int32Array(96);
  // Automatic and lazy state preservation are on at reset (Armv7-M ARM, B3.2.21).
  words[slots.fpccr] = 0xc000_0000;
  return {
    words,
    floatWords: new Int32Array(floats),
    singles: new Float32Array(floats),
    doubles: new Float64Array(floats),
    cycles: 0,
    epoch: 0,
    nextEventCycle: 0,
    instructions: 0,
  };
}

/** N, Z, C, V, Q and GE in their places. */
export function readApsr({ words }: ProcessorState): number {
  const word = (slot: number): number => words[slot] ?? 0;
  return (
    (word(slots.n) & 0x8000_0000) |
    (word(slots.z) === 0 ? 1 << 30 : 0) |
    (word(slots.c) << 29) |
    ((word(slots.v) >>> 31) << 28) |
    (word(slots.q) << 27) |
    (word(slots.ge) << 16)
  );
}

export function writeApsr({ words }: ProcessorState, apsr: number): void {
  words[slots.n] = apsr & 0x8000_0000;
  words[slots.z] = (apsr >> 30) & 1 ? 0 : 1;
  words[slots.c] = (apsr >> 29) & 1;
  words[slots.v] = (apsr << 3) & 0x8000_0000;
  words[slots.q] = (apsr >> 27) & 1;
  words[slots.ge] = (apsr >> 16) & 15;
}

/** APSR, IPSR and EPSR as exceptions stack them; the T bit is set. */
export function readXpsr(state: ProcessorState): number {
  const it = state.words[slots.itState] ?? 0;
  const epsr = ((it & 3) << 25) | ((it >> 2) << 10) | (1 << 24);
  return readApsr(state) | epsr | (state.words[slots.ipsr] ?? 0);
}

/** As an exception return unstacks it; whether the T bit was set is the caller's to look at. */
export function writeXpsr(state: ProcessorState, xpsr: number): void {
  writeApsr(state, xpsr);
  state.words[slots.ipsr] = xpsr & 0x1ff;
  state.words[slots.itState] = ((xpsr >> 25) & 3) | (((xpsr >> 10) & 0x3f) << 2);
}
