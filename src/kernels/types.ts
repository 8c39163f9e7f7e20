/** What a kernel is: a C body in a header, when it applies, what it needs and how an operator calls it. */
import type { Graph, Op } from '../graph/index.ts';
import type { Target } from '../target/index.ts';
import type { CallOptions } from './cycles/estimate.ts';

/** A `static const` array that the generated code holds for an operator. */
export type Constant = {
  /** Unique within the operator, C identifier, for example `weights`. */
  readonly name: string;
  readonly type: 'int8_t' | 'uint8_t' | 'int16_t' | 'int32_t';
  readonly values: Int8Array | Uint8Array | Int16Array | Int32Array;
};

/** An argument of the kernel body, in the order of the C parameters. */
export type Argument =
  | { readonly kind: 'input'; readonly position: number }
  /** An input that the kernel changes: the memory of a state. */
  | { readonly kind: 'state'; readonly position: number }
  | { readonly kind: 'output' }
  | { readonly kind: 'scratch' }
  | { readonly kind: 'constant'; readonly name: string }
  /** First row that a call makes, and the end of its rows; in row forms only. */
  | { readonly kind: 'firstRow' }
  | { readonly kind: 'endRow' }
  /** Rows of the ring that the input lives in: row y is at (y mod rows) * row bytes; its height where it is whole. */
  | { readonly kind: 'inputRing'; readonly position: number }
  | { readonly kind: 'outputRing' }
  | { readonly kind: 'literal'; readonly parameter: string; readonly value: number };

export type KernelCall = {
  readonly constants: readonly Constant[];
  readonly arguments: readonly Argument[];
};

/** Rows first ... end - 1; none where they are equal. */
export type RowRange = { readonly first: number; readonly end: number };

/** How a kernel makes its result row by row, from inputs of which only some rows are there. */
export type RowForm = {
  /** Calls of one row each: the output's rows, or the input's where the kernel accumulates. */
  readonly rowCount: number;
  /**
   * Rows are those of the input, scratch is kept from the first to the last, and the output, one row, is written with
   * the last: pools and means over the whole height.
   */
  readonly accumulates: boolean;
  readonly scratchBytes: number;
  /** Rows of an input that a row needs, inside the input; neither bound falls from row to row. */
  reads(position: number, row: number): RowRange;
  /**
   * How many bytes before the start of any one input row that it reads an output row must start, so that they may
   * overlap where the input row is needed no more; `undefined` where they must not.
   */
  rowLeadBytes(position: number): number | undefined;
  call(): KernelCall;
};

export type Kernel = {
  /** The C function, `snake_case_s8`. */
  readonly name: string;
  /** File below `kernels/` of a generated tree. */
  readonly header: string;
  /** Whether it computes some operators of this kind, over elements of one of these types. */
  computes(kind: Op['kind'], types: readonly string[]): boolean;
  accepts(op: Op, graph: Graph, target: Target): boolean;
  /** Working memory in the arena while the operator runs, bytes. */
  scratchBytes(op: Op, graph: Graph): number;
  /**
   * How many bytes before the start of this input the output must start, at least, so that writing never overtakes
   * reading although they overlap; `undefined` where they must not overlap. 0 is plain in-place.
   */
  leadBytes(op: Op, graph: Graph, inputPosition: number): number | undefined;
  call(op: Op, graph: Graph): KernelCall;
  /** `undefined` where this operator can only be computed whole. */
  rows(op: Op, graph: Graph): RowForm | undefined;
  /** Estimated cycles of a call on the target, from simulated calls of the same kernel on other shapes. */
  estimateCycles(op: Op, graph: Graph, target: Target, options?: CallOptions): number;
};
