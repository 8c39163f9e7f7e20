/** How the entries of the catalogue are written: a definition for one type of operator becomes a `Kernel`. */
import { at, invariant } from '../base/index.ts';
import {
  type Clamp,
  elementCount,
  type Graph,
  type Multiplier,
  type Op,
  type TensorType,
} from '../graph/index.ts';
import type { Target } from '../target/index.ts';
import { estimateShapeCycles } from './cycles/estimate.ts';
import { shapeOf } from './cycles/operator-shape.ts';
import type { KernelName } from './cycles/shape.ts';
import { isRoundedOnce, lineOfFactor } from './scaling.ts';
import type { Argument, Constant, Kernel, KernelCall, RowForm } from './types.ts';

export type KernelDefinition<O extends Op> = {
  /** The C function; its header has the same name. */
  readonly name: KernelName;
  readonly isFor: (op: Op) => op is O;
  /** Of its inputs and its output; int8 where it is left out. */
  readonly types?: readonly TensorType[];
  readonly accepts?: (op: O, graph: Graph, target: Target) => boolean;
  readonly scratchBytes?: (op: O, graph: Graph) => number;
  readonly leadBytes?: (op: O, graph: Graph, inputPosition: number) => number | undefined;
  readonly call: (op: O, graph: Graph) => KernelCall;
  readonly rows?: (op: O, graph: Graph) => RowForm | undefined;
};

export function defineKernel<O extends Op>(definition: KernelDefinition<O>): Kernel {
  const { name, isFor, types = onlyInt8, accepts, scratchBytes, leadBytes, call, rows } = definition;
  const narrow = (op: Op): O => {
    invariant(isFor(op), `${name} does not compute ${op.kind}`);
    return op;
  };
  return {
    name,
    header: `${name}.h`,
    // The kind is all that predicates look at; the rest of what is accepted is for `accepts`.
    computes: (kind, among) => isFor({ kind } as Op) && types.some((type) => among.includes(type)),
    accepts: (op, graph, target) =>
      isFor(op) && isOfTypes(op, graph, types) && (accepts === undefined || accepts(op, graph, target)),
    scratchBytes: (op, graph) => scratchBytes?.(narrow(op), graph) ?? 0,
    leadBytes: (op, graph, inputPosition) =>
      isBeyondChips(op, graph) ? undefined : leadBytes?.(narrow(op), graph, inputPosition),
    call: (op, graph) => call(narrow(op), graph),
    rows: (op, graph) => (isBeyondChips(op, graph) ? undefined : rows?.(narrow(op), graph)),
    estimateCycles: (op, graph, target, options) =>
      estimateShapeCycles(shapeOf(narrow(op), graph, name), target, options),
  };
}

/** Elements of an output that fits into the memory of some microcontroller, with much room. */
const mostElements = 2 ** 20;

/** Forms that save memory go through outputs one by one, which is in vain where they cannot save enough. */
function isBeyondChips({ output: made }: Op, { tensors }: Graph): boolean {
  return elementCount(at(tensors, made).shape) > mostElements;
}

const onlyInt8: readonly TensorType[] = ['int8'];

function isOfTypes(op: Op, { tensors }: Graph, types: readonly TensorType[]): boolean {
  return [...op.inputs, op.output].every((id) => types.includes(at(tensors, id).type));
}

export const output: Argument = { kind: 'output' };
export const scratch: Argument = { kind: 'scratch' };

export function input(position: number): Argument {
  return { kind: 'input', position };
}

export function constantArguments(constants: readonly Constant[]): Argument[] {
  return constants.map(({ name }) => ({ kind: 'constant', name }));
}

/** Literals in the order of the C parameters of the same names. */
export function literals(values: Readonly<Record<string, number>>): Argument[] {
  return Object.entries(values).map(([parameter, value]) => ({ kind: 'literal', parameter, value }));
}

/** The null pointer, for memory that a form of a kernel does not use. */
export function noPointer(parameter: string): Argument {
  return { kind: 'literal', parameter, value: 0 };
}

/** Parameters `prefix`0, `prefix`1, ... */
export function numbered(prefix: string, values: readonly number[]): Argument[] {
  return literals(Object.fromEntries(values.map((value, i) => [`${prefix}${i}`, value])));
}

/** Parameters `min` and `max`. */
export function clampLiterals({ min, max }: Clamp): Argument[] {
  return literals({ min, max });
}

/** What brings the sums of output channels to int8: `output_stage` of the C headers. */
export type OutputStage = {
  /** `bias`, `multiplier` and `shift`, one value a channel; -1 - shift where `small` is 1, left of a line where it is 3. */
  readonly constants: readonly Constant[];
  /**
   * 1 or 2 where a short path is exact: sums below 2^30 in magnitude, shifts all negative or all 0; 3 where factors with
   * shifts are rounded once; else 0.
   */
  readonly small: number;
};

/** The stage of sums of a bias and products, whose magnitudes add up to at most `products`. */
export function outputStage(
  bias: Int32Array,
  multipliers: readonly Multiplier[],
  products: number,
): OutputStage {
  invariant(bias.length === multipliers.length, `${bias.length} biases, ${multipliers.length} multipliers`);
  // A factor of 0 is 0 whatever its shift.
  const shifts = multipliers.map(({ multiplier, shift }) => (multiplier === 0 ? -1 : shift));
  const areSmall = bias.every((value) => Math.abs(value) + products < 2 ** 30);
  const isShifted = areSmall && shifts.every((shift) => shift < 0);
  if (multipliers.some(({ once }) => once === true)) return stageOfLines(bias, multipliers);
  const isPlain = areSmall && multipliers.every(({ shift }) => shift === 0);
  return {
    constants: [
      { name: 'bias', type: 'int32_t', values: bias },
      {
        name: 'multiplier',
        type: 'int32_t',
        values: Int32Array.from(multipliers, ({ multiplier }) => multiplier),
      },
      {
        name: 'shift',
        type: 'int8_t',
        values: Int8Array.from(shifts, (shift) => (isShifted ? -1 - shift : shift)),
      },
    ],
    small: isShifted ? 1 : isPlain ? 2 : 0,
  };
}

function stageOfLines(bias: Int32Array, multipliers: readonly Multiplier[]): OutputStage {
  invariant(multipliers.every(isRoundedOnce), 'all channels are rounded once');
  const lines = multipliers.map(lineOfFactor);
  return {
    constants: [
      { name: 'bias', type: 'int32_t', values: bias },
      { name: 'multiplier', type: 'int32_t', values: Int32Array.from(lines, ({ multiplier }) => multiplier) },
      { name: 'shift', type: 'int8_t', values: Int8Array.from(lines, ({ left }) => left) },
    ],
    small: 3,
  };
}

/**
 * Bias less the input's zero point times the sum of each channel's weights, so that the kernel may multiply inputs as
 * they are; wraps as the kernel's sums do. `weights` has one row for each bias.
 */
export function foldZeroPoint(bias: Int32Array, weights: Int8Array, zeroPoint: number): Int32Array {
  const depth = weights.length / bias.length;
  return bias.map((value, channel) => {
    const row = weights.subarray(channel * depth, (channel + 1) * depth);
    const sum = row.reduce((total, weight) => total + weight, 0);
    return (value - zeroPoint * sum) | 0;
  });
}
