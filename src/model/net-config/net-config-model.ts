/** A net configuration with weights as a float32 network, operator by operator as TensorFlow Lite would have it. */
import { at, invariant } from '../../base/index.ts';
import type { Model, ModelOperator, ModelTensor, OperatorOptions } from '../types.ts';
import { type ImageShape, layersOf, type NetLayer } from './layers.ts';
import type { NetConfig } from './types.ts';

/**
 * In TensorFlow Lite's layouts, batch normalisation folded in: convolution [output channels, height, width, input
 * channels], depthwise [1, height, width, channels], linear [outputs, 1, 1, inputs]; one bias an output channel.
 */
export type LayerWeights = { readonly weights: Float32Array; readonly bias: Float32Array };

/** Weights of the layers that have some, by the names that `layersOf` gives. */
export type NetWeights = { readonly weightsOf: (layerName: string) => LayerWeights };

/**
 * The network from an image [1, height, width, channels] to logits [1, classes]; activations are fused, there is no
 * softmax. Tensors have their layers' names; one operator a layer, in the order of `layersOf`, and a reshape at the end.
 *
 * Linear layers are convolutions of one pixel, as in the networks that MCUNet publishes: TensorFlow Lite's reference
 * kernels round an int8 convolution twice, as those for microcontrollers do, but a fully connected operator once.
 */
export function netConfigModel(net: NetConfig, weights: NetWeights): Model {
  const tensors: ModelTensor[] = [];
  const add = (name: string, shape: readonly number[], data?: Float32Array | Int32Array): number => {
    const type = data instanceof Int32Array ? 'int32' : 'float32';
    const elements = elementsOf(shape);
    invariant(
      data === undefined || data.length === elements,
      `${name} has ${data?.length} values for [${shape}]`,
    );
    const bytes = data && new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    return (
      tensors.push({ index: tensors.length, name, shape, type, quantization: undefined, data: bytes }) - 1
    );
  };
  const input = add('input', imageOf(net.input));
  const outputOf = new Map<string, number>();
  let before = input;
  const operators = layersOf(net).map((layer, index): ModelOperator => {
    const { name } = layer;
    const operands = operandsOf(layer, weights).map((operand) =>
      operand.kind === 'constant' ? add(`${name}.${operand.role}`, operand.shape, operand.values) : operand,
    );
    const inputs = [before, ...operands.map((operand) => tensorOf(operand, outputOf))];
    before = add(name, imageOf(layer.output));
    outputOf.set(name, before);
    return { index, inputs, outputs: [before], options: optionsOf(layer) };
  });
  const logits = add('logits', [1, elementsOf(at(tensors, before).shape)]);
  const flatten: OperatorOptions = { op: 'RESHAPE' };
  operators.push({ index: operators.length, inputs: [before], outputs: [logits], options: flatten });
  return { format: 'tflite', tensors, operators, inputs: [input], outputs: [logits] };
}

const elementsOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

/** What a layer reads besides the output of the layer before it. */
type Operand =
  | {
      readonly kind: 'constant';
      readonly role: string;
      readonly shape: readonly number[];
      readonly values: Float32Array | Int32Array;
    }
  | { readonly kind: 'layer'; readonly name: string };

function tensorOf(operand: number | Operand, outputOf: ReadonlyMap<string, number>): number {
  if (typeof operand === 'number') return operand;
  invariant(operand.kind === 'layer', 'constants are tensors by now');
  const index = outputOf.get(operand.name);
  invariant(index !== undefined, `no layer ${operand.name} before its shortcut`);
  return index;
}

function operandsOf(layer: NetLayer, weights: NetWeights): readonly Operand[] {
  if (layer.kind === 'add') return [{ kind: 'layer', name: layer.shortcutFrom }];
  if (layer.kind === 'mean') {
    return [{ kind: 'constant', role: 'axes', shape: [2], values: Int32Array.of(1, 2) }];
  }
  const given = weights.weightsOf(layer.name);
  return [
    { kind: 'constant', role: 'weights', shape: weightShape(layer), values: given.weights },
    { kind: 'constant', role: 'bias', shape: [layer.output.channels], values: given.bias },
  ];
}

/** Layers that have weights. */
export type WeightedLayer = Extract<NetLayer, { kind: 'conv' | 'depthwise' | 'linear' }>;

/** In TensorFlow Lite's layout. */
export function weightShape(layer: WeightedLayer): readonly number[] {
  const { input, output } = layer;
  if (layer.kind === 'linear') return [output.channels, 1, 1, input.channels];
  const { height, width } = layer.kernel;
  return layer.kind === 'depthwise'
    ? [1, height, width, output.channels]
    : [output.channels, height, width, input.channels];
}

function optionsOf(layer: NetLayer): OperatorOptions {
  switch (layer.kind) {
    case 'add':
      return { op: 'ADD', activation: 'none' };
    case 'mean':
      return { op: 'MEAN', keepDims: true };
    case 'linear':
      return { op: 'CONV_2D', ...windowOf({ stride: { height: 1, width: 1 }, activation: 'none' }) };
    case 'conv':
      return { op: 'CONV_2D', ...windowOf(layer) };
    case 'depthwise':
      return { op: 'DEPTHWISE_CONV_2D', ...windowOf(layer), depthMultiplier: 1 };
  }
}

type Window = Pick<Extract<NetLayer, { kind: 'conv' | 'depthwise' }>, 'stride' | 'activation'>;

function windowOf({ stride, activation }: Window): {
  readonly padding: 'same';
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly dilationHeight: number;
  readonly dilationWidth: number;
  readonly activation: 'none' | 'relu' | 'relu6';
} {
  return {
    padding: 'same',
    strideHeight: stride.height,
    strideWidth: stride.width,
    dilationHeight: 1,
    dilationWidth: 1,
    activation,
  };
}

function imageOf({ height, width, channels }: ImageShape): readonly number[] {
  return [1, height, width, channels];
}
