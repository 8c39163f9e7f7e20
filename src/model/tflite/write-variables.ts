/** Variables as TensorFlow Lite has them: handles, and operators that initialise, read and assign. */
import type { Builder } from 'flatbuffers';
import { at } from '../../base/index.ts';
import type { Model, ModelTensor, ModelVariable } from '../types.ts';
import { typeCode } from './element-types.ts';
import { type VariableOperator, variableOperators } from './operators/variables.ts';
import { type FieldValues, writeInt32s, writeTable, writeTables } from './table-writer.ts';

type Kinds = readonly { readonly code: number }[];

/** The operators that the variables of a network take, each once. */
export function kindsOfVariables(model: Model): readonly { readonly code: number }[] {
  const { CALL_ONCE, VAR_HANDLE, READ_VARIABLE, ASSIGN_VARIABLE } = variableOperators;
  if (variablesOf(model).length === 0) return [];
  const once = initialTensors(model).length > 0 ? [CALL_ONCE] : [];
  return [...once, VAR_HANDLE, READ_VARIABLE, ASSIGN_VARIABLE];
}

/** A constant for each variable that is initialised, quantised as it is read. */
export function initialTensors(model: Model): readonly ModelTensor[] {
  return variablesOf(model).flatMap(({ read, name, initial }) =>
    initial === undefined ? [] : [{ ...at(model.tensors, read), name, data: initial }],
  );
}

/** What runs before the network's own operators, and after them. Handles stand behind all other tensors. */
export function writeVariables(
  builder: Builder,
  model: Model,
  kinds: Kinds,
): { readonly before: readonly number[]; readonly after: readonly number[] } {
  const write = operatorWriter(builder, kinds);
  const variables = variablesOf(model);
  const handle = (position: number): number => model.tensors.length + position;
  const once =
    initialTensors(model).length > 0
      ? [write('CALL_ONCE', [], [], { 'CallOnceOptions.initSubgraph': 1 })]
      : [];
  const handles = variables.map((variable, position) =>
    write('VAR_HANDLE', [], [handle(position)], handleFields(builder, variable)),
  );
  const reads = variables.map(({ read }, position) => write('READ_VARIABLE', [handle(position)], [read], {}));
  const after = variables.flatMap(({ assigned }, position) =>
    assigned === undefined ? [] : [write('ASSIGN_VARIABLE', [handle(position), assigned], [], {})],
  );
  return { before: [...once, ...handles, ...reads], after };
}

/** The subgraph that CALL_ONCE runs; the constants' buffers follow each other from `firstBuffer` on. */
export function writeInitialSubgraph(
  builder: Builder,
  model: Model,
  firstBuffer: number,
  kinds: Kinds,
): number {
  const write = operatorWriter(builder, kinds);
  const constants = initialTensors(model);
  const variables = variablesOf(model).filter(({ initial }) => initial !== undefined);
  const tensors = constants.map(({ name, shape, type }, position) =>
    writeTable(builder, {
      'Tensor.shape': writeInt32s(builder, shape),
      'Tensor.type': typeCode(type),
      'Tensor.buffer': firstBuffer + position,
      'Tensor.name': builder.createString(name),
      'Tensor.hasRank': true,
    }),
  );
  const handles = variables.map((variable) => writeHandle(builder, variable));
  const steps = variables.flatMap((variable, position) => {
    const handle = constants.length + position;
    return [
      write('VAR_HANDLE', [], [handle], handleFields(builder, variable)),
      write('ASSIGN_VARIABLE', [handle, position], [], {}),
    ];
  });
  return writeTable(builder, {
    'SubGraph.tensors': writeTables(builder, [...tensors, ...handles]),
    'SubGraph.inputs': writeInt32s(builder, []),
    'SubGraph.outputs': writeInt32s(builder, []),
    'SubGraph.operators': writeTables(builder, steps),
  });
}

/** The tensor that stands for a variable. */
export function writeHandle(builder: Builder, { name }: ModelVariable): number {
  const resource = 13;
  return writeTable(builder, {
    'Tensor.shape': writeInt32s(builder, []),
    'Tensor.type': resource,
    'Tensor.name': builder.createString(name),
    'Tensor.hasRank': true,
  });
}

function variablesOf({ variables = [] }: Model): readonly ModelVariable[] {
  return variables;
}

function handleFields(builder: Builder, { container, name }: ModelVariable): FieldValues {
  return {
    'VarHandleOptions.container': builder.createString(container),
    'VarHandleOptions.sharedName': builder.createString(name),
  };
}

function operatorWriter(builder: Builder, kinds: Kinds) {
  return (
    name: VariableOperator,
    inputs: readonly number[],
    outputs: readonly number[],
    fields: FieldValues,
  ): number => {
    const { code, optionsType } = variableOperators[name];
    return writeTable(builder, {
      'Operator.opcodeIndex': kinds.findIndex((kind) => kind.code === code),
      'Operator.inputs': writeInt32s(builder, inputs),
      'Operator.outputs': writeInt32s(builder, outputs),
      'Operator.builtinOptionsType': optionsType,
      'Operator.builtinOptions': writeTable(builder, fields),
    });
  };
}
