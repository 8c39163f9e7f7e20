/** Reading an operator's operands out of the model, with the reason in words where one is not what a kernel needs. */
import { at } from '../../base/index.ts';
import type { Model, ModelOperator, ModelTensor, OperatorOptions } from '../../model/index.ts';
import { operatorUnsupported } from '../failures.ts';
import type { QuantizationParameters } from '../quantisation.ts';
import { elementCount, imageShape } from '../shape.ts';
import type { Tensor, TensorType, TensorValues } from '../types.ts';
import {
  asImage,
  constantOperand,
  int8Here,
  oneBatch,
  symmetricInt16,
  symmetricWeights,
  wholeTensors,
} from './hints.ts';
import { takesBoth, takesInt16 } from './int16-operators.ts';
import type { Claim } from './tables.ts';
import type { Touching } from './touching.ts';

/** What the operators of a model share while they are built. */
export type Surroundings = {
  readonly model: Model;
  /** Tensors beside those of the file, numbered after them: what several operators that one becomes hand on. */
  readonly added: Tensor[];
  readonly claim: Claim;
  readonly readers: Touching;
};

/** An operator where it stands in its model, its options narrowed to one operator code. */
export type Site<Options extends OperatorOptions = OperatorOptions> = Surroundings & {
  readonly operator: ModelOperator;
  readonly options: Options;
};

/** The options of these operators, where several share one form with all that do. */
export type OptionsOf<Code extends OperatorOptions['op']> = OperatorOptions extends infer Options
  ? Options extends { readonly op: infer Own }
    ? [Code & Own] extends [never]
      ? never
      : Options
    : never
  : never;

/** An int8 or int16 tensor quantised as a whole; those of int16 have the zero point 0. */
export type Activations = QuantizationParameters & {
  readonly id: number;
  readonly shape: readonly number[];
  readonly type: Extract<TensorType, 'int8' | 'int16'>;
};

/** What is known of a tensor that an operator reads or writes, whatever it holds. */
export type Typed = { readonly id: number; readonly type: TensorType };

/** Throws the reason, to be placed and listed by `buildGraph`, unless the condition holds. */
export function demand(condition: boolean, reason: string, hint?: string): asserts condition {
  if (!condition) throw operatorUnsupported(reason, hint);
}

/** Input tensor at a position, or `undefined` where the operator has none there. */
export function optionalInput({ model, operator }: Site, position: number): ModelTensor | undefined {
  const index = operator.inputs[position];
  return index === undefined || index < 0 ? undefined : at(model.tensors, index);
}

export function inputTensor(site: Site, position: number): ModelTensor {
  const tensor = optionalInput(site, position);
  demand(tensor !== undefined, `input ${position} is missing`);
  return tensor;
}

function asActivations(tensor: ModelTensor, role: string, { op }: OperatorOptions): Activations {
  const { type } = tensor;
  demand(
    type !== 'int16' || takesInt16(op),
    `${role} is int16, for which TensorFlow Lite Micro has no kernel`,
  );
  demand(
    type === 'int8' || type === 'int16',
    `${role} is ${type}, not int8${takesInt16(op) ? ' or int16' : ''}`,
  );
  const scale = tensor.quantization?.scales[0];
  const zeroPoint = tensor.quantization?.zeroPoints[0] ?? 0;
  demand(
    scale !== undefined && tensor.quantization?.scales.length === 1,
    `${role} needs one scale and one zero point for the whole tensor`,
    wholeTensors,
  );
  demand(scale > 0, `${role} has the scale ${scale}, which is not positive`);
  demand(
    type === 'int16' || (zeroPoint >= -128 && zeroPoint <= 127),
    `${role} has the zero point ${zeroPoint}, which is no int8`,
  );
  demand(
    type === 'int8' || zeroPoint === 0,
    `${role} is int16 with the zero point ${zeroPoint} instead of 0`,
  );
  return { id: tensor.index, shape: tensor.shape, type, scale, zeroPoint };
}

/** The int8 or int16 operand at a position, constant or not. */
export function activations(site: Site, position: number): Activations {
  return asActivations(inputTensor(site, position), `input ${position}`, site.options);
}

/** A tensor between the operators that one becomes, or a constant of another shape; quantised like `like`. */
export function intermediate(
  { model, operator, added }: Site,
  shape: readonly number[],
  like: Activations,
  data?: TensorValues,
): Activations {
  const id = model.tensors.length + added.length;
  const { type, scale, zeroPoint } = like;
  const name = at(model.tensors, at(operator.outputs, 0)).name;
  added.push({ id, name, type, shape, scale, zeroPoint, data });
  return { id, shape, type, scale, zeroPoint };
}

/** All outputs, of which there is at least one. */
export function results({ operator, model, options }: Site): readonly Activations[] {
  return operator.outputs.map((index, position) =>
    asActivations(at(model.tensors, index), `output ${position}`, options),
  );
}

/** The only output, whatever it holds. */
export function outputTensor({ operator, model }: Site): ModelTensor {
  const { outputs } = operator;
  demand(outputs.length === 1, `it has ${outputs.length} outputs instead of 1`);
  return at(model.tensors, at(outputs, 0));
}

/** The only output. */
export function result(site: Site): Activations {
  return asActivations(outputTensor(site), 'the output', site.options);
}

/** The only output, of places, classes or counts. */
export function wholeNumbers(site: Site): Typed {
  const { index, type } = outputTensor(site);
  demand(type === 'int32' || type === 'int64', `the output is ${type}, not int32 or int64`);
  return { id: index, type: 'int32' };
}

/** Dimensions of an operand that must be one [1, height, width, channels] image. */
export function image(
  operand: Activations,
  role: string,
): { height: number; width: number; channels: number } {
  const shape = imageShape(operand.shape);
  demand(shape !== undefined, `${role} has ${operand.shape.length} dimensions instead of 4`, asImage);
  demand(shape.batches === 1, `${role} has batch size ${shape.batches}; only 1 is supported`, oneBatch);
  return shape;
}

/** Far beyond any list that steers an operator, or the biases of any layer. */
const mostIntegerBytes = 2 ** 20;

/** A constant list of integers (axes, paddings, sizes). */
export function integers(site: Site, position: number): number[] {
  const tensor = inputTensor(site, position);
  const { data, type } = tensor;
  demand(data !== undefined, `input ${position} is computed; it must be a constant`, constantOperand);
  demand(type === 'int32' || type === 'int64', `input ${position} is ${type}, not int32`);
  demand(data.byteLength <= mostIntegerBytes, `input ${position} has ${data.byteLength} bytes of integers`);
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const bytes = type === 'int32' ? 4 : 8;
  return Array.from({ length: data.byteLength / bytes }, (_, i) =>
    type === 'int32' ? view.getInt32(i * bytes, true) : Number(view.getBigInt64(i * bytes, true)),
  );
}

export type Weights = {
  readonly shape: readonly number[];
  readonly values: Int8Array;
  /** Absent where they are int8. */
  readonly bits?: 4;
  /** One for each slice along the axis, or one for all. */
  readonly scales: readonly number[];
};

/** Constant symmetric weights of int8 or int4, with scales for the whole or along `axis`. */
export function weights(site: Site, position: number, axis: number, rank: number): Weights {
  const tensor = inputTensor(site, position);
  const { data, type, shape, quantization } = tensor;
  demand(data !== undefined, `its weights are computed; they must be constant`, constantOperand);
  demand(type === 'int8' || type === 'int4', `its weights are ${type}, not int8 or int4`, symmetricWeights);
  demand(shape.length === rank, `its weights have ${shape.length} dimensions instead of ${rank}`);
  demand(quantization !== undefined, 'its weights have no scale', symmetricWeights);
  const { scales, zeroPoints, dimension } = quantization;
  const perAxis = scales.length > 1;
  demand(
    !perAxis || (dimension === axis && scales.length === shape[axis]),
    `its weights are quantised along dimension ${dimension} with ${scales.length} scales; ` +
      `dimension ${axis} with ${shape[axis]} is supported`,
    symmetricWeights,
  );
  demand(
    zeroPoints.every((zeroPoint) => zeroPoint === 0),
    'its weights have a zero point other than 0',
    symmetricWeights,
  );
  if (type === 'int8') {
    return { shape, values: new Int8Array(data.buffer, data.byteOffset, data.byteLength), scales };
  }
  return { shape, values: unpacked(data, elementCount(shape)), bits: 4, scales };
}

/** Two values a byte, the first in its lower half. */
function unpacked(bytes: Uint8Array, count: number): Int8Array {
  return Int8Array.from({ length: count }, (_, index) => {
    const byte = at(bytes, index >> 1);
    return (index % 2 === 0 ? byte << 28 : byte << 24) >> 28;
  });
}

/** What TensorFlow Lite Micro gives sums of 64 bits beside int16, whatever the bias. */
const wideOnly: ReadonlySet<string> = new Set([
  'DEPTHWISE_CONV_2D',
  'TRANSPOSE_CONV',
  'UNIDIRECTIONAL_SEQUENCE_LSTM',
]);

export type Biases = { readonly bias: Int32Array; readonly sums?: 'wide' };

/** Constant biases, zeros where the operator has none, and the width of the sums, which they decide beside int16. */
export function biases(site: Site, position: number, count: number, input: Activations): Biases {
  const { options } = site;
  const tensor = optionalInput(site, position);
  const isInt16 = input.type === 'int16';
  const asked = 'biasType' in options ? options.biasType : undefined;
  const type = tensor?.type ?? asked ?? (isInt16 ? 'int64' : 'int32');
  const isWide = type === 'int64';
  demand(
    isWide ? isInt16 : type === 'int32',
    `its bias is ${type}, not ${isInt16 ? 'int64' : 'int32'}`,
    symmetricWeights,
  );
  demand(
    isWide || !isInt16 || !wideOnly.has(options.op),
    'its bias is int32, not int64 as beside int16',
    symmetricInt16,
  );
  const values = tensor === undefined ? Array<number>(count).fill(0) : integers(site, position);
  demand(values.length === count, `its bias has ${values.length} values for ${count} outputs`);
  demand(
    values.every((value) => value >= -(2 ** 31) && value < 2 ** 31),
    'its bias has values beyond 32 bits',
    'train it with smaller biases, or quantise its input and weights with larger scales',
  );
  return isWide ? { bias: Int32Array.from(values), sums: 'wide' } : { bias: Int32Array.from(values) };
}

/** Index, name and operands that every operator states. */
export function commonParts(
  { operator, model, added, options }: Site,
  inputs: readonly Typed[],
  output: Typed,
): { index: number; name: string; inputs: number[]; output: number } {
  const isMixed = inputs.some(({ type }) => type !== output.type);
  demand(
    !isMixed || takesBoth(options.op),
    `its inputs and output are not all of one type: ${inputs.map(({ type }) => type).join(', ')} and ${output.type}`,
    int8Here,
  );
  return {
    index: operator.index,
    name: (model.tensors[output.id] ?? at(added, output.id - model.tensors.length)).name,
    inputs: inputs.map((input) => input.id),
    output: output.id,
  };
}
