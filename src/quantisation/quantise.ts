/** From a float network and its calibration to the int8 network. */
import { at, invariant } from '../base/index.ts';
import type { Model, ModelOperator, ModelTensor } from '../model/index.ts';
import { meanError } from './bias-correction.ts';
import { checkQuantisable } from './check.ts';
import { floatsOf, operandAt } from './constants.ts';
import { fuseActivations } from './fuse-activations.ts';
import { quantiseValues, sameParameters } from './parameters.ts';
import { isValue, layerPositions, ruleOf } from './rules.ts';
import { assignScales, type Scales } from './scales.ts';
import { makeTensors, type Tensors } from './tensors.ts';
import type { Calibration, Parameters, QuantiseOptions } from './types.ts';
import { quantiseBias, quantiseWeights } from './weights.ts';

/**
 * The int8 network by TensorFlow Lite's specification: weights symmetric for each output channel, biases int32,
 * activations with one scale a tensor, fixed scales for probabilities, one scale for what a kernel copies. Standalone
 * relus are fused. Tensors keep their names. The same arguments give the same bytes.
 * Throws a `Failure`: QUANTISATION_UNSUPPORTED, which lists every operator that is in the way, or WEIGHTS_NOT_FINITE.
 */
export function quantise(
  float: Model,
  calibration: Calibration,
  options: QuantiseOptions = { biasCorrection: true, edges: 'int8' },
): Model {
  checkQuantisable(float);
  const model = fuseActivations(float);
  const work: Work = {
    model,
    calibration,
    options,
    scales: assignScales(model, calibration),
    tensors: makeTensors(),
    operators: [],
    int8Of: new Map(),
  };
  const inputs = model.inputs.map((input) => addInput(work, input));
  for (const operator of model.operators) addOperator(work, operator);
  const outputs = model.outputs.map((output) => addOutput(work, output));
  return { ...model, tensors: work.tensors.all, operators: work.operators, inputs, outputs };
}

/** The int8 network as far as it is built. */
type Work = {
  readonly model: Model;
  readonly calibration: Calibration;
  readonly options: QuantiseOptions;
  readonly scales: Scales;
  readonly tensors: Tensors;
  readonly operators: ModelOperator[];
  /** Index of the int8 form of a computed tensor of the float model. */
  readonly int8Of: Map<number, number>;
};

function append({ operators }: Work, operator: Omit<ModelOperator, 'index'>): void {
  operators.push({ index: operators.length, ...operator });
}

/** Adds the int8 form of a computed tensor. */
function addValue(work: Work, tensor: ModelTensor, name = tensor.name): number {
  const index =
    tensor.type === 'float32'
      ? work.tensors.addValue(name, tensor.shape, work.scales.of(tensor.index))
      : work.tensors.addAsIs(tensor);
  work.int8Of.set(tensor.index, index);
  return index;
}

function int8Of(work: Work, tensor: number): number {
  const index = work.int8Of.get(tensor);
  invariant(index !== undefined, `tensor ${tensor} is read before it is made`);
  return index;
}

function addInput(work: Work, input: number): number {
  const tensor = at(work.model.tensors, input);
  if (work.options.edges === 'int8') return addValue(work, tensor);
  const edge = work.tensors.addFloat(tensor.name, tensor.shape);
  append(work, {
    inputs: [edge],
    outputs: [addValue(work, tensor, `${tensor.name}_int8`)],
    options: { op: 'QUANTIZE' },
  });
  return edge;
}

function addOutput(work: Work, output: number): number {
  const tensor = at(work.model.tensors, output);
  const int8 = int8Of(work, output);
  if (work.options.edges === 'int8' || tensor.type !== 'float32') return int8;
  const edge = work.tensors.addFloat(`${tensor.name}_float`, tensor.shape);
  append(work, { inputs: [int8], outputs: [edge], options: { op: 'DEQUANTIZE' } });
  return edge;
}

function addOperator(work: Work, operator: ModelOperator): void {
  const { options, outputs } = operator;
  const { weightAxis } = ruleOf(options);
  const inputs =
    weightAxis === undefined
      ? operator.inputs.map((_, position) => addOperand(work, operator, position))
      : addWeighted(work, operator, weightAxis);
  const made = outputs.map((output) => addValue(work, at(work.model.tensors, output)));
  append(work, { inputs, outputs: made, options });
}

/** Index of the operand in the int8 network; -1 where the operator has none at the position. */
function addOperand(work: Work, operator: ModelOperator, position: number): number {
  const tensor = operandAt(work.model, operator, position);
  if (tensor === undefined) return -1;
  if (!isValue(ruleOf(operator.options), position)) return work.tensors.addAsIs(tensor);
  const wanted = work.scales.ofInput(operator, position);
  if (tensor.data !== undefined) return addConstant(work, tensor, wanted);
  const int8 = int8Of(work, tensor.index);
  return sameParameters(wanted, work.scales.of(tensor.index))
    ? int8
    : addRequantised(work, tensor, int8, wanted);
}

function addConstant(work: Work, tensor: ModelTensor, parameters: Parameters): number {
  const values = quantiseValues(floatsOf(tensor), parameters);
  return work.tensors.addValue(tensor.name, tensor.shape, parameters, values);
}

function addRequantised(work: Work, { name, shape }: ModelTensor, int8: number, wanted: Parameters): number {
  const result = work.tensors.addValue(`${name}_requantised`, shape, wanted);
  append(work, { inputs: [int8], outputs: [result], options: { op: 'QUANTIZE' } });
  return result;
}

/** Values, weights and bias of a layer; it has a bias afterwards even where it had none. */
function addWeighted(work: Work, operator: ModelOperator, axis: number): number[] {
  const { model, scales, tensors } = work;
  const kernel = at(model.tensors, at(operator.inputs, 1));
  const positions = layerPositions(operator.options);
  const given = operandAt(model, operator, positions.bias);
  const channels = at(kernel.shape, axis);
  const bias = given === undefined ? new Float32Array(channels) : floatsOf(given);
  const input = scales.of(at(operator.inputs, positions.values)).scale;
  const weights = quantiseWeights({ values: floatsOf(kernel), shape: kernel.shape, axis }, bias, input);
  const corrected = correctBias(work, operator, bias, weights.errors);
  // Of a transposed convolution, the output's shape comes first.
  const inputs = [addOperand(work, operator, 0)];
  if (positions.values > 0) inputs[positions.values] = addOperand(work, operator, positions.values);
  inputs[1] = tensors.addWeights(kernel, weights.values, weights.scales, axis);
  inputs[positions.bias] = tensors.addBias(
    given?.name ?? `${kernel.name}_bias`,
    quantiseBias(corrected, input, weights.scales),
    weights.scales.map((scale) => Math.fround(input * scale)),
  );
  return inputs;
}

function correctBias(
  { model, calibration, options }: Work,
  operator: ModelOperator,
  bias: Float32Array,
  errors: Float32Array,
): Float32Array {
  const mean = calibration.means.get(at(operator.inputs, layerPositions(operator.options).values));
  if (!options.biasCorrection || mean === undefined) return bias;
  const added = meanError(model, operator, errors, mean);
  return bias.map((value, channel) => value - at(added, channel));
}
