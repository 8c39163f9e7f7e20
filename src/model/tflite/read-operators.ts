/** Operators of a subgraph as the file lists them: which they are and which tensors they touch. */
import { at } from '../../base/index.ts';
import { malformed } from '../failures.ts';
import { allowance, checkLimit, limits } from './limits.ts';
import { operatorName } from './operator-names.ts';
import { operatorRule } from './operators/catalogue.ts';
import type { OperatorRule } from './operators/rule.ts';
import { within } from './place.ts';
import { readName } from './read-tensors.ts';

import { get, type Table, type Vector } from './table.ts';

/** A kind of operator that the file declares for use. */
export type OperatorKind = {
  /** For example `CONV_2D`, or the name of a custom operator with `custom` before it. */
  readonly name: string;
  /** `undefined` for an operator that is not supported. */
  readonly rule: OperatorRule | undefined;
};

export type FileOperator = {
  readonly index: number;
  readonly kind: OperatorKind;
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly intermediates: readonly number[];
  readonly table: Table;
  /** A function of int8 that the file computes in float32. */
  readonly isInFloat?: true;
};

const customCode = 32;

export function readOperatorKinds(codes: Vector<Table>): OperatorKind[] {
  checkLimit('too many operator codes', codes.length, limits.operatorCodes);
  const spendName = allowance('names of custom operators together, in bytes', limits.customNameBytes);
  return Array.from({ length: codes.length }, (_, index) =>
    within(`operator code ${index}`, () => {
      const table = codes.get(index);
      // Codes above 127 do not fit into the older byte field; writers put a placeholder of 127 there.
      const code = Math.max(
        get(table, 'OperatorCode.deprecatedBuiltinCode'),
        get(table, 'OperatorCode.builtinCode'),
      );
      if (code !== customCode) return { name: operatorName(code), rule: operatorRule(code) };
      const name = readName(get(table, 'OperatorCode.customCode'), spendName);
      return { name: `custom ${name}`, rule: undefined };
    }),
  );
}

export function readOperators(
  operators: Vector<Table>,
  kinds: readonly OperatorKind[],
  tensorCount: number,
): FileOperator[] {
  checkLimit('too many operators', operators.length, limits.operators);
  const spend = allowance('inputs and outputs of all operators together', limits.connections);
  return Array.from({ length: operators.length }, (_, index) =>
    within(`operator ${index}`, () => {
      const table = operators.get(index);
      const code = get(table, 'Operator.opcodeIndex');
      if (code >= kinds.length)
        throw malformed(`its code ${code} is not one of the ${kinds.length} declared`);
      const inputs = get(table, 'Operator.inputs');
      const outputs = get(table, 'Operator.outputs');
      const intermediates = get(table, 'Operator.intermediates');
      spend(inputs.length + outputs.length + intermediates.length);
      return {
        index,
        kind: at(kinds, code),
        inputs: readTensorIndices(inputs, tensorCount, -1),
        outputs: readTensorIndices(outputs, tensorCount, 0),
        intermediates: readTensorIndices(intermediates, tensorCount, -1),
        table,
      };
    }),
  );
}

/** Inputs or outputs of the whole network. */
export function readEdges(edges: Vector<number>, tensorCount: number): readonly number[] {
  checkLimit('too many network inputs or outputs', edges.length, limits.tensors);
  return readTensorIndices(edges, tensorCount, 0);
}

/** Indices from `lowest` (-1 where an input may be absent) to the last tensor; the caller bounds their number. */
function readTensorIndices(vector: Vector<number>, tensorCount: number, lowest: -1 | 0): readonly number[] {
  return Array.from({ length: vector.length }, (_, position) => {
    const index = vector.get(position);
    if (index < lowest || index >= tensorCount) {
      throw malformed(`it refers to tensor ${index}, the network has ${tensorCount}`);
    }
    return index;
  });
}

/** The operators that read each tensor, each once. */
export function readersOf(operators: readonly FileOperator[]): ReadonlyMap<number, readonly FileOperator[]> {
  const readers = new Map<number, FileOperator[]>();
  for (const operator of operators) {
    for (const input of new Set(operator.inputs)) {
      const known = readers.get(input);
      if (known === undefined) readers.set(input, [operator]);
      else known.push(operator);
    }
  }
  return readers;
}
