/** Reads the operators of dilations as the PAD and the one dilated convolution that they mean. */
import { at, invariant } from '../../base/index.ts';
import { malformed } from '../failures.ts';
import type { ModelOperator } from '../types.ts';
import { typeCode, typeFacts } from './element-types.ts';
import { checkLimit, limits } from './limits.ts';
import { within } from './place.ts';
import type { Dilation } from './read-dilations.ts';
import type { FileOperator } from './read-operators.ts';
import type { FileTensor } from './read-tensors.ts';

export type JoinedNetwork = {
  readonly operators: readonly ModelOperator[];
  readonly tensors: readonly FileTensor[];
};

/**
 * @param operators as they were checked, each end of a dilation as the PAD or RESHAPE that it becomes
 * @returns the same with other inputs and options, over tensors with the shapes of these, and with paddings behind them
 */
export function joinDilations(
  dilations: readonly Dilation[],
  { operators, tensors }: JoinedNetwork,
): JoinedNetwork {
  const changed = new Map(operators.map((operator) => [operator.index, operator]));
  const shaped = [...tensors];
  for (const dilation of dilations) {
    within(`operator ${dilation.spread.index} SPACE_TO_BATCH_ND`, () => join(dilation, changed, shaped));
  }
  return { operators: operators.flatMap(({ index }) => changed.get(index) ?? []), tensors: shaped };
}

function join(dilation: Dilation, operators: Map<number, ModelOperator>, tensors: FileTensor[]): void {
  const { spread, widened, convolution, narrowed, gathered, blocks } = dilation;
  const input = at(tensors, at(spread.inputs, 0));
  const padded = input.shape.map((size, axis) => {
    const [before, after] = dilation.paddings[axis - 1] ?? [0, 0];
    return before + size + after;
  });
  const spreadOut = reshaped(tensors, spread, padded);
  change(operators, spread, { inputs: [input.index, addPaddings(tensors, input, dilation.paddings)] });
  const stated = widened && at(tensors, at(widened.outputs, 0)).shape;
  const isUpright = stated !== undefined && stated[1] !== 1;
  const [batch = 1, length = 1, channels = 1] = padded;
  const shape =
    stated === undefined ? padded : isUpright ? [batch, length, 1, channels] : [batch, 1, length, channels];
  if (widened !== undefined) {
    reshaped(tensors, widened, shape);
    change(operators, widened, { inputs: [spreadOut], options: { op: 'RESHAPE' } });
  }
  const [first = 1, second = 1] = blocks;
  const steps = stated === undefined || isUpright ? [first, second] : [second, first];
  const output = reshaped(tensors, convolution, convolvedShape(tensors, convolution, shape, steps));
  dilate(operators, convolution, steps);
  if (narrowed !== undefined) operators.delete(narrowed.index);
  change(operators, gathered, { inputs: [output] });
}

/** Gives the operator's output another shape. */
function reshaped(tensors: FileTensor[], { outputs }: FileOperator, shape: readonly number[]): number {
  const elements = shape.reduce((product, size) => product * size, 1);
  checkLimit(`too many elements in shape [${shape.join(', ')}]`, elements, limits.elementsPerTensor);
  const index = at(outputs, 0);
  tensors[index] = { ...at(tensors, index), shape };
  return index;
}

function change(
  operators: Map<number, ModelOperator>,
  { index }: FileOperator,
  changes: Partial<ModelOperator>,
): void {
  const operator = operators.get(index);
  invariant(operator !== undefined, `operator ${index} was checked`);
  operators.set(index, { ...operator, ...changes });
}

function dilate(
  operators: Map<number, ModelOperator>,
  convolution: FileOperator,
  [dilationHeight = 1, dilationWidth = 1]: readonly number[],
): void {
  const options = operators.get(convolution.index)?.options;
  invariant(options?.op === 'CONV_2D' || options?.op === 'DEPTHWISE_CONV_2D', 'a convolution is dilated');
  change(operators, convolution, { options: { ...options, dilationHeight, dilationWidth } });
}

/** Without padding, in steps of one: weights are [·, height, width, ·] in both kinds. */
function convolvedShape(
  tensors: readonly FileTensor[],
  { inputs, outputs }: FileOperator,
  input: readonly number[],
  steps: readonly number[],
): readonly number[] {
  const weights = at(tensors, at(inputs, 1)).shape;
  const [batch, ...image] = input.slice(0, 3).map((size, axis) => {
    return axis === 0 ? size : size - ((weights[axis] ?? 1) - 1) * at(steps, axis - 1);
  });
  if (image.some((size) => size < 1))
    throw malformed(`its dilated filter [${weights.join(', ')}] is larger than [${input.join(', ')}]`);
  return [batch ?? 1, ...image, at(tensors, at(outputs, 0)).shape.at(-1) ?? 1];
}

function addPaddings(
  tensors: FileTensor[],
  { name, shape }: FileTensor,
  paddings: Dilation['paddings'],
): number {
  const counts = shape.flatMap((_, axis) => paddings[axis - 1] ?? [0, 0]);
  const data = new Uint8Array(4 * counts.length);
  const view = new DataView(data.buffer);
  for (const [place, count] of counts.entries()) view.setInt32(4 * place, count, true);
  const index = tensors.length;
  tensors.push({
    index,
    name: `${name}/paddings`,
    shape: [shape.length, 2],
    type: typeFacts(typeCode('int32')),
    quantization: undefined,
    data,
    hasOnlyNumbers: true,
    problem: undefined,
    isVariable: false,
    isOpen: false,
  });
  return index;
}
