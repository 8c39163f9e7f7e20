/** One layer of a net configuration as a graph of one int8 operator, whose weights say nothing but how many they are. */
import { invariant } from '../base/index.ts';
import type { Graph, Multiplier, Op, Padding2d, Size2d, Tensor } from '../graph/index.ts';
import type { ImageShape, NetLayer } from '../model/index.ts';

const wholeRange = { min: -128, max: 127 };
const zeroPoint = { signed: 0, rectified: -128 };
/** Below a half, as those of trained layers are: where shifts are 0, kernels round once. */
const usual: Multiplier = { multiplier: 2 ** 30, shift: -1 };
const noDilation: Size2d = { height: 1, width: 1 };

/** Every layer of these takes its weights from here: nobody looks at their values. */
let zeros = new Int8Array(0);

function weightsOf(count: number): Int8Array {
  if (zeros.length < count) zeros = new Int8Array(2 * count);
  return zeros.subarray(0, count);
}

export function layerGraph(layer: NetLayer): Graph {
  const inputs = layer.kind === 'add' ? [0, 1] : [0];
  const output = inputs.length;
  const isRectified = 'activation' in layer && layer.activation !== 'none';
  const tensors = [
    ...inputs.map((id) => tensorOf(id, inputShape(layer), zeroPoint.signed)),
    tensorOf(output, outputShape(layer), isRectified ? zeroPoint.rectified : zeroPoint.signed),
  ];
  const edge = (id: number): Graph['inputs'][number] => {
    const { name, shape } = tensors[id] ?? tensorOf(id, [], 0);
    return { tensor: id, name, shape, type: 'int8' };
  };
  const common = { index: 0, name: layer.name, inputs, output };
  return { tensors, ops: [operatorOf(layer, common)], inputs: inputs.map(edge), outputs: [edge(output)] };
}

function tensorOf(id: number, shape: readonly number[], zero: number): Tensor {
  return { id, name: `${id}`, type: 'int8', shape, scale: 1, zeroPoint: zero, data: undefined };
}

function imageShape({ height, width, channels }: ImageShape): readonly number[] {
  return [1, height, width, channels];
}

function inputShape(layer: NetLayer): readonly number[] {
  return layer.kind === 'linear' ? [1, layer.input.channels] : imageShape(layer.input);
}

function outputShape({ kind, output }: NetLayer): readonly number[] {
  return kind === 'mean' || kind === 'linear' ? [1, output.channels] : imageShape(output);
}

type OperatorCommon = Pick<Op, 'index' | 'name' | 'inputs' | 'output'>;

function operatorOf(layer: NetLayer, common: OperatorCommon): Op {
  const { input, output } = layer;
  switch (layer.kind) {
    case 'conv':
    case 'depthwise': {
      const { kernel, stride } = layer;
      const window = { filter: kernel, stride, dilation: noDilation, padding: paddingOf(layer) };
      const taps = kernel.height * kernel.width;
      return layer.kind === 'conv'
        ? { ...common, kind: 'conv2d', ...window, ...sums(output.channels, taps * input.channels) }
        : {
            ...common,
            kind: 'depthwiseConv2d',
            ...window,
            ...sums(output.channels, taps),
            depthMultiplier: 1,
          };
    }
    case 'linear': {
      const sizes = { batches: 1, inputSize: input.channels, outputSize: output.channels };
      return { ...common, kind: 'fullyConnected', ...sizes, ...sums(output.channels, input.channels) };
    }
    case 'mean':
      return { ...common, kind: 'mean', axes: [1, 2], multiplier: usual };
    case 'add':
      return {
        ...common,
        kind: 'add',
        leftShift: 20,
        inputMultipliers: [usual, usual],
        outputMultiplier: usual,
        clamp: wholeRange,
      };
  }
}

function sums(channels: number, depth: number) {
  return {
    weights: weightsOf(channels * depth),
    bias: new Int32Array(channels),
    multipliers: new Array<Multiplier>(channels).fill(usual),
    clamp: wholeRange,
  };
}

/** TensorFlow Lite's SAME. */
function paddingOf(layer: Extract<NetLayer, { kind: 'conv' | 'depthwise' }>): Padding2d {
  const along = (side: 'height' | 'width'): readonly [before: number, after: number] => {
    const { kernel, stride, input, output } = layer;
    const total = Math.max(0, (output[side] - 1) * stride[side] + kernel[side] - input[side]);
    invariant(total < 2 * kernel[side], `${layer.name} is padded by SAME`);
    return [Math.floor(total / 2), Math.ceil(total / 2)];
  };
  const [top, bottom] = along('height');
  const [left, right] = along('width');
  return { top, left, bottom, right };
}
