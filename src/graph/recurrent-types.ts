/** Operators that keep something from one invocation to the next. */
import type { TensorId, TensorValues } from './tensor-types.ts';
import type { Multiplier, OpBase } from './types.ts';

/**
 * A layer with memory: every filter of the input is kept for `memory` invocations, and its time weights make a value of
 * these; `rank` of them make a unit. Input [batches, inputSize] and the state, which it changes,
 * [batches, units * rank, memory] of int8 or int16, the newest value last; output [batches, units].
 */
export type Svdf = OpBase & {
  readonly kind: 'svdf';
  readonly batches: number;
  readonly inputSize: number;
  readonly units: number;
  readonly rank: number;
  readonly memory: number;
  /** [units * rank, inputSize]. */
  readonly featureWeights: Int8Array;
  /** [units * rank, memory], of the state's type. */
  readonly timeWeights: Int8Array | Int16Array;
  /** [units]. */
  readonly bias: Int32Array;
  /** From a filter's sum to the state. */
  readonly stateMultiplier: Multiplier;
  readonly outputMultiplier: Multiplier;
};

/** One gate of a recurrent cell: sums of weighted inputs and of weighted hidden states, each scaled to 2^-12. */
export type Gate = {
  /** [units, inputSize]. */
  readonly inputWeights: Int8Array;
  /** [units, units]. */
  readonly hiddenWeights: Int8Array;
  /** [units], of the inputs' sums. */
  readonly bias: Int32Array;
  readonly inputMultiplier: Multiplier;
  readonly hiddenMultiplier: Multiplier;
};

/**
 * Long short-term memory over a sequence. Inputs: values [batches, steps, inputSize], or with time first; the hidden
 * state [batches, units], of the values' type, and the cell state [batches, units], int16, both of which it changes.
 */
export type Lstm = OpBase & {
  readonly kind: 'lstm';
  readonly timeMajor: boolean;
  readonly batches: number;
  readonly steps: number;
  readonly inputSize: number;
  readonly units: number;
  /** Beside values of int16: those of the gates have 64 bits, and are scaled as those of layers are. */
  readonly sums?: 'wide';
  readonly gates: { readonly [Name in 'input' | 'forget' | 'cell' | 'output']: Gate };
  /** From forget gate times cell state, and input gate times cell gate, to the cell state. */
  readonly forgetMultiplier: Multiplier;
  readonly inputMultiplier: Multiplier;
  /** From output gate times tanh of the cell state to the hidden state. */
  readonly hiddenMultiplier: Multiplier;
  readonly hiddenZeroPoint: number;
  /** The cell state's scale is 2^cellPower. */
  readonly cellPower: number;
  /** Largest magnitude of the cell state; `undefined` where it is not bounded. */
  readonly cellClip: number | undefined;
};

/**
 * Keeps its first input for the next invocation, in the memory of its second, a state's tensor, which no operator reads
 * afterwards: the output is that memory.
 */
export type Store = OpBase & { readonly kind: 'store' };

/** Memory that the network keeps from one invocation to the next. */
export type State = {
  readonly name: string;
  /** What is kept, when an invocation begins. No operator writes it; one at most changes its memory (`changedStates`). */
  readonly tensor: TensorId;
  /** What it is when the network is reset, of the size that the tensor's shape asks for. */
  readonly initial: TensorValues;
};
