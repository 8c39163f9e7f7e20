/** What can be read, from the rules that the readers go by. */
import { qlinearOperators } from './onnx/expand-qlinear.ts';
import { onnxOperators } from './onnx/operators/catalogue.ts';
import { operatorRules } from './tflite/operators/catalogue.ts';
import { type DilationOperator, dilationNote, dilationRules } from './tflite/operators/dilation.ts';
import { notes } from './tflite/operators/notes.ts';
import { type VariableOperator, variableOperators, variableTypes } from './tflite/operators/variables.ts';
import type { ElementType, OperatorOptions } from './types.ts';

export type SupportedOperator = {
  readonly op: OperatorOptions['op'] | VariableOperator | DilationOperator;
  /** Of the values that it reads or writes; where it has only plain numbers, of those. */
  readonly types: readonly ElementType[];
  /** Of its weights; none where it has none. */
  readonly weightTypes: readonly ElementType[];
  /** ONNX's operators that become it, beside what conversions of layouts need. */
  readonly onnx: readonly string[];
  /** Limits that its types do not tell. */
  readonly note: string | undefined;
};

const order: readonly ElementType[] = ['int8', 'int16', 'uint8', 'int32', 'int64', 'int4', 'bool', 'float32'];

/** By name. */
export function supportedOperators(): readonly SupportedOperator[] {
  const all = [...operatorsOfValues(), ...operatorsOfVariables(), ...operatorsOfDilations()];
  return all.sort((a, b) => (a.op < b.op ? -1 : 1));
}

function operatorsOfVariables(): readonly SupportedOperator[] {
  return Object.entries(variableOperators).map(([op, { note }]) => ({
    op: op as VariableOperator,
    types: variableTypes,
    weightTypes: [],
    onnx: [],
    note,
  }));
}

function operatorsOfDilations(): readonly SupportedOperator[] {
  return Object.entries(dilationRules).map(([op, { output }]) => ({
    op: op as DilationOperator,
    types: output.types,
    weightTypes: [],
    onnx: [],
    note: dilationNote,
  }));
}

function operatorsOfValues(): readonly SupportedOperator[] {
  const codes = Object.keys(operatorRules).sort() as OperatorOptions['op'][];
  return codes.map((op) => {
    const { inputs, output } = operatorRules[op];
    const operands = [...inputs, output];
    const typesOf = (kind: 'value' | 'number' | 'weights'): readonly ElementType[] => {
      const found = new Set(
        operands.filter((operand) => operand.kind === kind).flatMap(({ types }) => types),
      );
      return order.filter((type) => found.has(type));
    };
    const onnx = Object.entries(onnxOperators).flatMap(([name, becomes]) =>
      becomes.includes(op) ? [name] : [],
    );
    const types = typesOf(operands.some(({ kind }) => kind === 'value') ? 'value' : 'number');
    return { op, types, weightTypes: typesOf('weights'), onnx, note: notes[op] };
  });
}

/** ONNX's operators that add none of their own: they are folded, or only say how values lie. */
export function foldedOnnxOperators(): readonly string[] {
  return Object.entries(onnxOperators).flatMap(([name, becomes]) => (becomes.length === 0 ? [name] : []));
}

/** Operators that compute in integers themselves, with their domain; read as the float operators that they stand for. */
export function integerOnnxOperators(): readonly string[] {
  return qlinearOperators;
}
