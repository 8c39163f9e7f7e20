/** A network as a TensorFlow Lite file. */
import { Builder } from 'flatbuffers';
import { at, invariant } from '../../base/index.ts';
import type { Model, ModelOperator, ModelTensor, Quantization } from '../types.ts';
import { typeCode } from './element-types.ts';
import { operatorVersion } from './operator-version.ts';
import { ruleOf } from './operators/catalogue.ts';
import { fileIdentifier, schemaVersion } from './schema.ts';
import {
  type FieldValues,
  writeBytes,
  writeFloat32s,
  writeInt32s,
  writeInt64s,
  writeTable,
  writeTables,
} from './table-writer.ts';
import { withConversions } from './write-conversions.ts';
import { optionFields } from './write-options.ts';
import {
  initialTensors,
  kindsOfVariables,
  writeHandle,
  writeInitialSubgraph,
  writeVariables,
} from './write-variables.ts';

/** What the schema asks of the bytes of constants, so that they can be used where they lie. */
const constantAlignment = 16;

/**
 * The bytes of a `.tflite` file, schema version 3, that TensorFlow Lite loads; the same network gives the same bytes.
 * Reading them gives an equal network, its operators numbered in their order. Scales become float32. An int8 convolution
 * without bias is written without: TensorFlow Lite Micro runs it, TensorFlow Lite does not.
 */
export function writeTflite(read: Model): Uint8Array {
  const model = withConversions(read);
  const builder = new Builder(1024);
  const constants = model.tensors.filter(({ data }) => data !== undefined);
  const bufferOf = new Map(constants.map((tensor, position) => [tensor.index, position + 1]));
  const initial = initialTensors(model);
  const kinds = operatorKinds(model);
  const buffers = writeTables(builder, [
    writeTable(builder, {}),
    ...[...constants, ...initial].map((tensor) => writeBuffer(builder, tensor)),
  ]);
  const description = builder.createString('written by mcunet');
  const operatorCodes = writeTables(
    builder,
    kinds.map((kind) => writeOperatorCode(builder, kind)),
  );
  const subgraphs = writeTables(builder, [
    writeSubgraph(builder, model, bufferOf, kinds),
    ...(initial.length > 0 ? [writeInitialSubgraph(builder, model, constants.length + 1, kinds)] : []),
  ]);
  const root = writeTable(builder, {
    'Model.version': schemaVersion,
    'Model.operatorCodes': operatorCodes,
    'Model.subgraphs': subgraphs,
    'Model.description': description,
    'Model.buffers': buffers,
  });
  builder.finish(root, fileIdentifier);
  return builder.asUint8Array().slice();
}

/** A builtin operator in one version; a file lists each that it uses once. */
type OperatorKind = { readonly code: number; readonly version: number };

function operatorKinds(model: Model): readonly OperatorKind[] {
  const ofVariables = kindsOfVariables(model).map(({ code }) => ({ code, version: 1 }));
  const kinds = [...ofVariables, ...model.operators.map((operator) => kindOf(operator, model.tensors))];
  return [...new Map(kinds.map((kind) => [`${kind.code}:${kind.version}`, kind])).values()];
}

function kindOf(operator: ModelOperator, tensors: readonly ModelTensor[]): OperatorKind {
  return { code: ruleOf(operator.options.op).code, version: operatorVersion(operator, tensors) };
}

function writeOperatorCode(builder: Builder, { code, version }: OperatorKind): number {
  return writeTable(builder, {
    'OperatorCode.deprecatedBuiltinCode': Math.min(code, 127),
    'OperatorCode.version': version,
    'OperatorCode.builtinCode': code,
  });
}

function writeBuffer(builder: Builder, { data }: ModelTensor): number {
  invariant(data !== undefined, 'buffers are written for constants');
  return writeTable(builder, { 'Buffer.data': writeBytes(builder, data, constantAlignment) });
}

function writeSubgraph(
  builder: Builder,
  model: Model,
  bufferOf: ReadonlyMap<number, number>,
  kinds: readonly OperatorKind[],
): number {
  const tensors = model.tensors.map((tensor) =>
    writeTensor(builder, tensor, bufferOf.get(tensor.index) ?? 0),
  );
  const operators = model.operators.map((operator) => {
    const { code, version } = kindOf(operator, model.tensors);
    const kind = kinds.findIndex((other) => other.code === code && other.version === version);
    return writeOperator(builder, operator, kind, model.tensors);
  });
  const { before, after } = writeVariables(builder, model, kinds);
  const handles = (model.variables ?? []).map((variable) => writeHandle(builder, variable));
  return writeTable(builder, {
    'SubGraph.tensors': writeTables(builder, [...tensors, ...handles]),
    'SubGraph.inputs': writeInt32s(builder, model.inputs),
    'SubGraph.outputs': writeInt32s(builder, model.outputs),
    'SubGraph.operators': writeTables(builder, [...before, ...operators, ...after]),
  });
}

function writeTensor(builder: Builder, tensor: ModelTensor, buffer: number): number {
  const { name, shape, type, quantization, isVariable } = tensor;
  return writeTable(builder, {
    'Tensor.shape': writeInt32s(builder, shape),
    'Tensor.type': typeCode(type),
    'Tensor.buffer': buffer,
    'Tensor.name': builder.createString(name),
    ...(quantization && { 'Tensor.quantization': writeQuantization(builder, quantization) }),
    'Tensor.hasRank': true,
    ...(isVariable && { 'Tensor.isVariable': true }),
  });
}

function writeQuantization(builder: Builder, { scales, zeroPoints, dimension }: Quantization): number {
  return writeTable(builder, {
    'QuantizationParameters.scale': writeFloat32s(builder, scales),
    'QuantizationParameters.zeroPoint': writeInt64s(builder, zeroPoints),
    'QuantizationParameters.quantizedDimension': dimension,
  });
}

function writeOperator(
  builder: Builder,
  operator: ModelOperator,
  kind: number,
  tensors: readonly ModelTensor[],
): number {
  const { inputs, outputs, options } = operator;
  const { optionsType } = ruleOf(options.op);
  return writeTable(builder, {
    'Operator.opcodeIndex': kind,
    'Operator.inputs': writeInt32s(builder, inputs),
    'Operator.outputs': writeInt32s(builder, outputs),
    'Operator.builtinOptionsType': optionsType,
    ...(optionsType !== 0 && {
      'Operator.builtinOptions': writeTable(builder, optionsOf(builder, operator, tensors)),
    }),
  });
}

function optionsOf(
  builder: Builder,
  { options, inputs, outputs }: ModelOperator,
  tensors: readonly ModelTensor[],
): FieldValues {
  const own = optionFields(options);
  const typeOf = (tensor: number): number => typeCode(at(tensors, tensor).type);
  switch (options.op) {
    // TensorFlow Lite takes the new shape from here where there is no second input.
    case 'RESHAPE':
      return { 'ReshapeOptions.newShape': writeInt32s(builder, at(tensors, at(outputs, 0)).shape) };
    case 'SQUEEZE':
      return { 'SqueezeOptions.axes': writeInt32s(builder, options.axes) };
    case 'PACK':
      return { ...own, 'PackOptions.valuesCount': inputs.length };
    case 'UNPACK':
      return { ...own, 'UnpackOptions.num': outputs.length };
    case 'SPLIT':
      return { 'SplitOptions.numSplits': outputs.length };
    case 'SPLIT_V':
      return { 'SplitVOptions.numSplits': outputs.length };
    case 'ARG_MAX':
    case 'ARG_MIN':
      return { 'ArgMaxOptions.outputType': typeOf(at(outputs, 0)) };
    case 'CAST':
      return {
        'CastOptions.inputType': typeOf(at(inputs, 0)),
        'CastOptions.outputType': typeOf(at(outputs, 0)),
      };
    default:
      return own;
  }
}
