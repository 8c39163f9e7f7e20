/** What is known of one operator: its codes, the tensors it takes and gives, and how its options are read. */
import type { ElementType, OperatorOptions } from '../../types.ts';
import type { Table } from '../table.ts';

/** Notes a reason why the operator cannot be used; reading goes on, so that all reasons are found at once. */
export type Report = (reason: string, hint?: string) => void;

export type Operand = {
  /** What messages call it. */
  readonly role: string;
  readonly types: readonly ElementType[];
  /**
   * `value`: computed or constant, with one positive scale where it is int8 or int16.
   * `weights`: a constant with zero points 0 and one scale, or one a slice along `axis`.
   * `parameter`: a constant that is not quantised, or whose quantisation follows from others.
   * `number`: computed or constant, no quantised value, and of the same type in a float32 network.
   * `state`: a variable tensor that the operator changes, and no other operator reads.
   */
  readonly kind: 'value' | 'weights' | 'parameter' | 'number' | 'state';
  /** What to do without it, where no kernel takes it: it has to be absent. */
  readonly refusal?: string;
  readonly axis?: number;
  readonly optional?: true;
  /** A parameter that is float32 in a float32 network, as it is added to values or stands among them. */
  readonly followsValues?: true;
};

export type OperatorRule = {
  /** In the schema's enumeration `BuiltinOperator`. */
  readonly code: number;
  /** In the schema's union `BuiltinOptions`. */
  readonly optionsType: number;
  readonly inputs: readonly Operand[];
  /** The first input's rule holds for any number of inputs. */
  readonly variadic?: true;
  readonly output: Operand;
  /** There may be any number of outputs from 1 on, to each of which `output` applies. */
  readonly severalOutputs?: true;
  /** The output has the shape of the first input; other operators' shapes follow from options, and are judged later. */
  readonly keepsShape?: true;
  /** Its values only go to other places, or zeros between them: they may be float32 inside a quantised network. */
  readonly moves?: true;
  readonly readOptions: (options: Table, report: Report) => OperatorOptions;
};

export const int8Value: Operand = { role: 'values', types: ['int8'], kind: 'value' };

/** Activations of operators that TensorFlow Lite Micro computes in int16 too (16x8 quantisation). */
export const value: Operand = { ...int8Value, types: ['int8', 'int16'] };

/** A constant that steers the operator, such as axes or paddings. */
export function parameter(role: string, types: readonly ElementType[] = ['int32']): Operand {
  return { role, types, kind: 'parameter' };
}

export function optional(operand: Operand): Operand {
  return { ...operand, optional: true };
}

export function weights(axis: number): Operand {
  return { role: 'weights', types: ['int8'], kind: 'weights', axis };
}

/** The same, packed two in a byte as well. */
export function packableWeights(axis: number): Operand {
  return { ...weights(axis), types: ['int8', 'int4'] };
}

/** Of 64 bits beside int16 activations. */
export const bias: Operand = { ...optional(parameter('bias', ['int32', 'int64'])), followsValues: true };

/** What the operand is in a network that computes in float32 throughout. */
export function floatOperand(operand: Operand): Operand {
  const { kind, followsValues } = operand;
  if (kind === 'value' || kind === 'state' || followsValues) return { ...operand, types: ['float32'] };
  return kind === 'weights' ? { ...operand, kind: 'parameter', types: ['float32'] } : operand;
}
