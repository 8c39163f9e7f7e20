/** Values that occur in the options of several operators. */
import { malformed } from '../../failures.ts';
import type { Activation, PaddingRule } from '../../types.ts';
import { typeFacts } from '../element-types.ts';
import { type FieldOf, get, type Table } from '../table.ts';
import type { Report } from './rule.ts';

/** By their codes in the schema's enumeration `ActivationFunctionType`. */
export const activations: readonly Activation[] = ['none', 'relu', 'relu-n1-to-1', 'relu6'];
const otherActivations: readonly string[] = ['TANH', 'SIGN_BIT'];

export function readActivation(options: Table, field: FieldOf<'uint8'>, report: Report): Activation {
  const code = get(options, field);
  const activation = activations[code];
  if (activation !== undefined) return activation;
  const name = otherActivations[code - activations.length] ?? `code ${code}`;
  report(`fused activation ${name}`, 'use relu, relu6 or no fused activation');
  return 'none';
}

export function readPadding(options: Table, field: FieldOf<'uint8'>): PaddingRule {
  const code = get(options, field);
  if (code > 1) throw malformed(`${field} is ${code}, neither SAME (0) nor VALID (1)`);
  return code === 0 ? 'same' : 'valid';
}

/** No tensor here is longer than 2^26 elements, hence no sensible stride, filter or dilation is. */
const largestExtent = 2 ** 26;

export function readExtent(options: Table, field: FieldOf<'int32'>): number {
  const extent = get(options, field);
  if (extent < 1 || extent > largestExtent) throw malformed(`${field} is ${extent}`);
  return extent;
}

/**
 * What sums are gathered in where there is no bias to tell: int32 only if it is asked for, of int16 activations; 0 is what
 * older files leave, and int64 the rule.
 */
export function readBiasType(
  options: Table,
  field: FieldOf<'uint8'>,
  report: Report,
): { readonly biasType?: 'int32' } {
  const { name } = typeFacts(get(options, field));
  if (name === 'int32') return { biasType: name };
  if (name !== 'float32' && name !== 'int64') report(`${name} accumulators`, 'convert it with int32 bias');
  return {};
}
