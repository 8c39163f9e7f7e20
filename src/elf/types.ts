/** What an ELF file holds, and what GCC says of calls and stack frames. */

export type ElfSection = {
  readonly name: string;
  /** SHT_*: 1 program bits, 8 no bits. */
  readonly type: number;
  /** SHF_*: 1 write, 2 alloc, 4 execute. */
  readonly flags: number;
  /** Run-time address. */
  readonly address: number;
  readonly sizeBytes: number;
  readonly alignmentBytes: number;
  /** A view into the file; empty for a section without bits in it. */
  readonly contents: Uint8Array;
};

export type ElfSegment = {
  /** PT_*: 1 is loadable. */
  readonly type: number;
  readonly flags: number;
  readonly virtualAddress: number;
  /** Where the bytes lie before start-up code moves them, for example the initial values of `.data` in flash. */
  readonly physicalAddress: number;
  readonly memoryBytes: number;
  readonly contents: Uint8Array;
};

export type ElfSymbol = {
  readonly name: string;
  /** With bit 0 set for Thumb functions. */
  readonly value: number;
  readonly sizeBytes: number;
  readonly kind: 'none' | 'object' | 'function' | 'section' | 'file' | 'other';
  readonly binding: 'local' | 'global' | 'weak' | 'other';
  /** Name of the section that it lies in; undefined where it is absolute, common or undefined. */
  readonly section: string | undefined;
};

export type ElfFile = {
  readonly kind: 'relocatable' | 'executable';
  readonly entry: number;
  readonly sections: readonly ElfSection[];
  readonly segments: readonly ElfSegment[];
  readonly symbols: readonly ElfSymbol[];
};

/** A function as GCC describes it. */
export type CallGraphNode = {
  /** Unique: the symbol, prefixed by `file:` for a static function. */
  readonly id: string;
  readonly symbol: string;
  /** Undefined where the function is only called here, or where its frame has no fixed bound. */
  readonly frameBytes: number | undefined;
  /** Whether the frame grows by an amount known at run time only. */
  readonly hasDynamicFrame: boolean;
  /** Ids of functions that it calls; `indirectCallId` for calls through pointers. */
  readonly callees: readonly string[];
};

export type CallGraph = ReadonlyMap<string, CallGraphNode>;

/** Why no bound can be given. */
export type StackFinding =
  | { readonly kind: 'recursion'; readonly symbols: readonly string[] }
  | { readonly kind: 'indirect-call'; readonly caller: string }
  | { readonly kind: 'dynamic-frame'; readonly symbol: string }
  | { readonly kind: 'no-stack-information'; readonly symbol: string; readonly caller: string | undefined };

export type StackBound = {
  /** Deepest chain of calls from the root, bytes; a bound only where `findings` is empty. */
  readonly bytes: number;
  /** Outermost first. */
  readonly chain: readonly { readonly symbol: string; readonly frameBytes: number }[];
  readonly findings: readonly StackFinding[];
};
