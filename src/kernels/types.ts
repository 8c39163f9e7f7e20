/** What a kernel is: a C body in a header, when it applies, what it needs and how an operator calls it. */
import type { Graph, Op } from '../graph/index.ts';
import type { Target } from '../target/index.ts';

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
  | { readonly kind: 'output' }
  | { readonly kind: 'scratch' }
  | { readonly kind: 'constant'; readonly name: string }
  | { readonly kind: 'literal'; readonly parameter: string; readonly value: number };

export type KernelCall = {
  readonly constants: readonly Constant[];
  readonly arguments: readonly Argument[];
};

export type Kernel = {
  /** The C function, `snake_case_s8`. */
  readonly name: string;
  /** File below `kernels/` of a generated tree. */
  readonly header: string;
  accepts(op: Op, graph: Graph, target: Target): boolean;
  /** Working memory in the arena while the operator runs, bytes. */
  scratchBytes(op: Op, graph: Graph): number;
  /**
   * How many bytes before the start of this input the output must start, at least, so that writing never overtakes
   * reading although they overlap; `undefined` where they must not overlap. 0 is plain in-place.
   */
  leadBytes(op: Op, graph: Graph, inputPosition: number): number | undefined;
  call(op: Op, graph: Graph): KernelCall;
  /** Estimated cycles on the target until the simulator measures them. */
  estimateCycles(op: Op, graph: Graph, target: Target): number;
};
