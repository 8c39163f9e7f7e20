/** Cross-layer equalisation: channels between two layers are scaled so that no channel's weights are far from others'. */
import { at } from '../base/index.ts';
import type { Model, ModelOperator } from '../model/index.ts';
import { checkQuantisable } from './check.ts';
import { floatsOf, operandAt } from './constants.ts';
import { fuseActivations } from './fuse-activations.ts';
import { layerPositions, ruleOf } from './rules.ts';
import { channelIndex } from './weights.ts';

/** The weights of two layers between which channels may be scaled. */
type Pair = {
  readonly channels: number;
  /** Tensors of the first layer, by output channel. */
  readonly first: { readonly weights: number; readonly bias: number | undefined };
  readonly channelOfFirst: (element: number) => number;
  /** Weights of the second layer, by input channel: the last dimension counts them. */
  readonly second: number;
};

const rounds = 20;

/**
 * A network that computes the same in float, with weights that int8 holds better: wherever a layer's output goes through
 * no activation or a relu into one other layer only, channel c of the first is divided by sqrt(r1 / r2), its largest
 * weight over that of the second, and the second multiplied by it; repeated along chains. Relu6 does not commute with
 * scaling, so layers behind it stay as they are. Nagel and others, "Data-free quantization through weight equalization
 * and bias correction" (2019), section 4.1. Calibrate the result, not the network that it was made of.
 * Throws a `Failure` as `quantise` does.
 */
export function equalise(float: Model): Model {
  checkQuantisable(float);
  const model = fuseActivations(float);
  const pairs = findPairs(model);
  const values = new Map<number, Float32Array>();
  for (const { first, second } of pairs) {
    for (const index of [first.weights, first.bias, second]) {
      if (index !== undefined) values.set(index, floatsOf(at(model.tensors, index)));
    }
  }
  for (let round = 0; round < rounds; round += 1) for (const pair of pairs) balance(pair, values);
  const tensors = model.tensors.map((tensor) => {
    const changed = values.get(tensor.index);
    return changed === undefined ? tensor : { ...tensor, data: new Uint8Array(changed.buffer) };
  });
  return { ...model, tensors };
}

function findPairs(model: Model): readonly Pair[] {
  const readers = new Map<number, ModelOperator[]>();
  for (const operator of model.operators) {
    for (const input of operator.inputs) readers.set(input, [...(readers.get(input) ?? []), operator]);
  }
  const isAlone = (tensor: number): boolean =>
    readers.get(tensor)?.length === 1 && !model.outputs.includes(tensor);
  return model.operators.flatMap((operator): Pair[] => {
    const output = at(operator.outputs, 0);
    const next = isAlone(output) ? readers.get(output)?.[0] : undefined;
    if (
      next === undefined ||
      next.inputs[layerPositions(next.options).values] !== output ||
      !isScalable(operator)
    )
      return [];
    const constants = [operator, next].flatMap(parametersOf);
    return constants.every(isAlone) ? pairOf(model, operator, next) : [];
  });
}

/** Weights and bias, where it has them. */
function parametersOf({ options, inputs }: ModelOperator): number[] {
  return [1, layerPositions(options).bias].flatMap((position) => {
    const index = inputs[position] ?? -1;
    return index < 0 ? [] : [index];
  });
}

/** Whether scaled weights give an output that is scaled alike. */
function isScalable({ options }: ModelOperator): boolean {
  if (ruleOf(options).weightAxis === undefined || !('activation' in options)) return false;
  return options.activation === 'none' || options.activation === 'relu';
}

/** None where the second layer has no weights, or reads a channel with the weights of another. */
function pairOf(model: Model, operator: ModelOperator, next: ModelOperator): Pair[] {
  const axis = ruleOf(operator.options).weightAxis;
  if (axis === undefined || ruleOf(next.options).weightAxis === undefined) return [];
  const first = at(model.tensors, at(operator.inputs, 1));
  const second = at(model.tensors, at(next.inputs, 1));
  const channels = at(first.shape, axis);
  if (at(second.shape, second.shape.length - 1) % channels !== 0) return [];
  if (next.options.op === 'DEPTHWISE_CONV_2D' && next.options.depthMultiplier !== 1) return [];
  const bias = operandAt(model, operator, layerPositions(operator.options).bias)?.index;
  const channelOfFirst = channelIndex({ values: floatsOf(first), shape: first.shape, axis });
  return [{ channels, first: { weights: first.index, bias }, channelOfFirst, second: second.index }];
}

function balance({ channels, first, channelOfFirst, second }: Pair, values: Map<number, Float32Array>): void {
  const [weights, next] = [values.get(first.weights), values.get(second)];
  if (weights === undefined || next === undefined) return;
  const bias = first.bias === undefined ? undefined : values.get(first.bias);
  const channelOfSecond = (element: number): number => element % channels;
  const ownLargest = largestByChannel(weights, channels, channelOfFirst);
  const nextLargest = largestByChannel(next, channels, channelOfSecond);
  const factors = ownLargest.map((own, channel) => {
    const other = at(nextLargest, channel);
    return own === 0 || other === 0 ? 1 : Math.sqrt(own / other);
  });
  weights.forEach((weight, i) => {
    weights[i] = weight / at(factors, channelOfFirst(i));
  });
  bias?.forEach((value, channel) => {
    bias[channel] = value / at(factors, channel);
  });
  next.forEach((weight, i) => {
    next[i] = weight * at(factors, channelOfSecond(i));
  });
}

function largestByChannel(
  values: Float32Array,
  channels: number,
  channelOf: (element: number) => number,
): Float64Array {
  const largest = new Float64Array(channels);
  values.forEach((value, i) => {
    const channel = channelOf(i);
    largest[channel] = Math.max(at(largest, channel), Math.abs(value));
  });
  return largest;
}
