/** Timing constants as data: of a core, and of a chip around it. Every one is cited where it is set. */

/** What one cycle offers once, twice, or as a pair of ports. */
export type Unit =
  | 'alu'
  | 'load'
  | 'store'
  | 'multiply'
  | 'branch'
  | 'shift'
  | 'simd'
  | 'float'
  | 'floatPort';

export type CoreTiming = {
  readonly name: string;
  /** Instructions that may issue in one cycle. */
  readonly issueWidth: 1 | 2;
  /** How many instructions a cycle can use each unit. */
  readonly units: Readonly<Record<Unit, number>>;
  /** Cycles until a result can be used by an instruction that needs it at the usual stage. */
  readonly latencies: {
    readonly alu: number;
    readonly loadWord: number;
    readonly loadNarrow: number;
    readonly multiply: number;
    readonly divide: number;
    readonly saturating: number;
    readonly floatMove: number;
    readonly floatArithmetic: number;
    readonly floatFused: number;
    readonly floatChained: number;
    readonly doubleAdd: number;
    readonly doubleMultiply: number;
    readonly system: number;
  };
  /** Cycles that an instruction keeps everything behind it from issuing, beyond its own. */
  readonly blocking: {
    readonly divide: number;
    /** Of a load that no other load or store follows at once. */
    readonly load: number;
    /** LDRD, STRD and doubles of the floating-point registers. */
    readonly dualWord: number;
    /** Fused and chained multiply-accumulates. */
    readonly floatAccumulate: number;
    readonly floatDivide: number;
    readonly doubleDivide: number;
    readonly doubleArithmetic: number;
    readonly tableBranch: number;
    readonly barrier: number;
    readonly system: number;
  };
  /** By how many cycles an operand may come after (or, below 0, must come before) the usual stage. */
  readonly operandStages: {
    readonly address: number;
    readonly shifted: number;
    readonly accumulator: number;
    readonly storeData: number;
    readonly floatStoreData: number;
    readonly floatAccumulator: number;
    readonly fusedAccumulator: number;
  };
  /** Words that LDM, STM, PUSH and POP move a cycle, and cycles that they take beyond. */
  readonly multiple: { readonly wordsPerCycle: number; readonly extraCycles: number };
  readonly fetch: { readonly bytesPerCycle: number; readonly queueEntries: number; readonly lead: number };
  readonly branches: {
    /** Cycles to fill the pipeline after any taken branch, where none is predicted; 0 where they are. */
    readonly refillCycles: number;
    readonly mispredictedCycles: number;
    readonly targetEntries: number;
    /** Whether a direct branch that is predicted taken takes no issue slot. */
    readonly foldsTaken: boolean;
    readonly foldsNotTaken: boolean;
    /** Whether a direct branch issues only when its flags or register are there, rather than on the prediction. */
    readonly awaitsOperands: boolean;
  };
  readonly loadPairs: {
    /** Two loads of one cycle in one bank; and in two lines, one of them cached. */
    readonly bankConflictCycles: number;
    readonly twoLinesCycles: number;
  };
  /** A cached load in one of the cycles after a cached store waits until so many have passed; in the same cycle it does not. */
  readonly storeToLoadCycles: number;
  readonly fillBuffers: number;
  readonly storeBufferEntries: number;
};

/** How a kind of memory on the bus answers. */
export type MemoryTiming = {
  /** Cycles to the first word of a line, which is the one that was asked for. */
  readonly firstWordCycles: number;
  /** Bytes a cycle of the rest of the line. */
  readonly bytesPerCycle: number;
};

export type ChipTiming = {
  readonly core: CoreTiming;
  /** Undefined where it answers without waiting. */
  readonly sram: MemoryTiming | undefined;
  readonly flash: MemoryTiming;
  /** Cycles that the bus is busy with a dirty line that makes room. */
  readonly evictionCycles: number;
  /** A read and a write of a peripheral register. */
  readonly device: { readonly loadCycles: number; readonly storeCycles: number };
};
