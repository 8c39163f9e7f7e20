/** Reading an operator's operands out of the model, with the reason in words where one is not what a kernel needs. */
import { at } from '../../base/index.ts';
import type { Model, ModelOperator, ModelTensor, OperatorOptions } from '../../model/index.ts';
import { operatorUnsupported } from '../failures.ts';
import type { QuantizationParameters } from '../quantisation.ts';
import { imageShape } from '../shape.ts';
import type { Tensor } from '../types.ts';
import { constantOperand, oneBatch, symmetricWeights, wholeTensors } from './hints.ts';

/** An operator where it stands in its model, its options narrowed to one operator code. */
export type Site<Options extends OperatorOptions = OperatorOptions> = {
  readonly model: Model;
  readonly operator: ModelOperator;
  readonly options: Options;
  /** Tensors beside those of the file, numbered after them: what several operators that one becomes hand on. */
  readonly added: Tensor[];
};

/** The options of these operators, where several share one form with all that do. */
export type OptionsOf<Code extends OperatorOptions['op']> = OperatorOptions extends infer Options
  ? Options extends { readonly op: infer Own }
    ? [Code & Own] extends [never]
      ? never
      : Options
    : never
  : never;

/** An int8 tensor quantised as a whole. */
export type Activations = QuantizationParameters & { readonly id: number; readonly shape: readonly number[] };

/** Throws the reason, to be placed and listed by `buildGraph`, unless the condition holds. */
export function demand(condition: boolean, reason: string, hint?: string): asserts condition {
  if (!condition) throw operatorUnsupported(reason, hint);
}

/** Input tensor at a position, or `undefined` where the operator has none there. */
export function optionalInput({ model, operator }: Site, position: number): ModelTensor | undefined {
  const index = operator.inputs[position];
  return index === undefined || index < 0 ? undefined : at(model.tensors, index);
}

function inputTensor(site: Site, position: number): ModelTensor {
  const tensor = optionalInput(site, position);
  demand(tensor !== undefined, `input ${position} is missing`);
  return tensor;
}

function asActivations(tensor: ModelTensor, role: string): Activations {
  demand(tensor.type === 'int8', `${role} is ${tensor.type}, not int8`);
  const scale = tensor.quantization?.scales[0];
  const zeroPoint = tensor.quantization?.zeroPoints[0] ?? 0;
  demand(
    scale !== undefined && tensor.quantization?.scales.length === 1,
    `${role} needs one scale and one zero point for the whole tensor`,
    wholeTensors,
  );
  demand(scale > 0, `${role} has the scale ${scale}, which is not positive`);
  demand(zeroPoint >= -128 && zeroPoint <= 127, `${role} has the zero point ${zeroPoint}, which is no int8`);
  return { id: tensor.index, shape: tensor.shape, scale, zeroPoint };
}

/** The int8 operand at a position, constant or not. */
export function activations(site: Site, position: number): Activations {
  return asActivations(inputTensor(site, position), `input ${position}`);
}

/** A tensor between the operators that one becomes, or a constant of another shape; quantised like `like`. */
export function intermediate(
  { model, operator, added }: Site,
  shape: readonly number[],
  like: Activations,
  data?: Int8Array,
): Activations {
  const id = model.tensors.length + added.length;
  const { scale, zeroPoint } = like;
  const name = at(model.tensors, at(operator.outputs, 0)).name;
  added.push({ id, name, type: 'int8', shape, scale, zeroPoint, data });
  return { id, shape, scale, zeroPoint };
}

/** All outputs, of which there is at least one. */
export function results({ operator, model }: Site): readonly Activations[] {
  return operator.outputs.map((index, position) =>
    asActivations(at(model.tensors, index), `output ${position}`),
  );
}

/** The only output. */
export function result(site: Site): Activations {
  const { outputs } = site.operator;
  demand(outputs.length === 1, `it has ${outputs.length} outputs instead of 1`);
  return asActivations(at(site.model.tensors, at(outputs, 0)), 'the output');
}

/** Dimensions of an operand that must be one [1, height, width, channels] image. */
export function image(
  operand: Activations,
  role: string,
): { height: number; width: number; channels: number } {
  const shape = imageShape(operand.shape);
  demand(shape !== undefined, `${role} has ${operand.shape.length} dimensions instead of 4`);
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
  /** One for each slice along the axis, or one for all. */
  readonly scales: readonly number[];
};

/** Constant symmetric int8 weights, with scales for the whole or along `axis`. */
export function weights(site: Site, position: number, axis: number, rank: number): Weights {
  const tensor = inputTensor(site, position);
  const { data, type, shape, quantization } = tensor;
  demand(data !== undefined, `its weights are computed; they must be constant`, constantOperand);
  demand(type === 'int8', `its weights are ${type}, not int8`, symmetricWeights);
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
  return { shape, values: new Int8Array(data.buffer, data.byteOffset, data.byteLength), scales };
}

/** Constant int32 biases; zeros where the operator has none. */
export function biases(site: Site, position: number, count: number): Int32Array {
  const tensor = optionalInput(site, position);
  if (tensor === undefined) return new Int32Array(count);
  demand(tensor.type === 'int32', `its bias is ${tensor.type}, not int32`, symmetricWeights);
  const values = integers(site, position);
  demand(values.length === count, `its bias has ${values.length} values for ${count} outputs`);
  return Int32Array.from(values);
}

/** Index, name and operands that every operator states. */
export function commonParts(
  { operator, model, added }: Site,
  inputs: readonly Activations[],
  output: Activations,
): { index: number; name: string; inputs: number[]; output: number } {
  return {
    index: operator.index,
    name: (model.tensors[output.id] ?? at(added, output.id - model.tensors.length)).name,
    inputs: inputs.map((input) => input.id),
    output: output.id,
  };
}
