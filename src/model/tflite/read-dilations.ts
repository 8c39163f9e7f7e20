/**
 * Dilated convolutions as TensorFlow writes them: SPACE_TO_BATCH_ND makes a batch of every so-manieth position, a plain
 * convolution runs over each, and BATCH_TO_SPACE_ND puts them together again. Most of them the converter joins; those of
 * tf.keras.layers.Conv1D with padding="causal" it leaves.
 */
import { at } from '../../base/index.ts';
import { readOptions } from './check-operators.ts';
import { dilationRules } from './operators/dilation.ts';
import { within } from './place.ts';
import { type FileOperator, readersOf } from './read-operators.ts';
import type { FileTensor } from './read-tensors.ts';

/** A convolution with what stands around it. */
export type Dilation = {
  readonly spread: FileOperator;
  /** Gives a line [1, length, channels] the dimension that makes it an image, and takes it away; absent for images. */
  readonly widened: FileOperator | undefined;
  readonly narrowed: FileOperator | undefined;
  readonly convolution: FileOperator;
  readonly gathered: FileOperator;
  /** Positions of a block, along the dimensions 1 and on. */
  readonly blocks: readonly number[];
  /** What is padded before and after them, less what is cropped from the output. */
  readonly paddings: readonly (readonly [before: number, after: number])[];
};

type Reading = {
  readonly tensors: readonly FileTensor[];
  /** The operator that reads the output, where there is one, and the network does not give it out. */
  readonly onlyReader: (operator: FileOperator) => FileOperator | undefined;
};

/** All of them; operators of dilations that stand around something else are in none. */
export function readDilations(
  operators: readonly FileOperator[],
  tensors: readonly FileTensor[],
  outputs: readonly number[],
): readonly Dilation[] {
  const readers = readersOf(operators);
  const given = new Set(outputs);
  const onlyReader = ({ outputs: [output = -1, ...more] }: FileOperator): FileOperator | undefined => {
    const [reader, ...others] = readers.get(output) ?? [];
    return others.length > 0 || more.length > 0 || given.has(output) ? undefined : reader;
  };
  return operators.flatMap((spread) => {
    if (spread.kind.name !== 'SPACE_TO_BATCH_ND') return [];
    return within(`operator ${spread.index} SPACE_TO_BATCH_ND`, () => {
      const dilation = follow(spread, { tensors, onlyReader });
      return dilation === undefined ? [] : [dilation];
    });
  });
}

/** The operators with rules for the ends of dilations, which no operator has that stands elsewhere. */
export function withDilationRules(
  operators: readonly FileOperator[],
  dilations: readonly Dilation[],
): readonly FileOperator[] {
  const ends = new Set(dilations.flatMap(({ spread, gathered }) => [spread, gathered]));
  return operators.map((operator) => {
    if (!ends.has(operator)) return operator;
    const { name } = operator.kind;
    const rule =
      name === 'SPACE_TO_BATCH_ND' ? dilationRules.SPACE_TO_BATCH_ND : dilationRules.BATCH_TO_SPACE_ND;
    return { ...operator, kind: { name, rule } };
  });
}

const around: Readonly<Record<'widens' | 'convolves' | 'narrows' | 'gathers', readonly string[]>> = {
  widens: ['EXPAND_DIMS', 'RESHAPE'],
  convolves: ['CONV_2D', 'DEPTHWISE_CONV_2D'],
  narrows: ['SQUEEZE', 'RESHAPE'],
  gathers: ['BATCH_TO_SPACE_ND'],
};

function follow(spread: FileOperator, { tensors, onlyReader }: Reading): Dilation | undefined {
  const [input = -1] = spread.inputs;
  const rank = tensors[input]?.shape.length;
  if (rank !== 3 && rank !== 4) return undefined;
  const next = (operator: FileOperator | undefined, does: keyof typeof around): FileOperator | undefined => {
    const reader = operator && onlyReader(operator);
    return reader !== undefined && around[does].includes(reader.kind.name) ? reader : undefined;
  };
  const widened = rank === 3 ? next(spread, 'widens') : undefined;
  const convolution = next(rank === 3 ? widened : spread, 'convolves');
  const narrowed = rank === 3 ? next(convolution, 'narrows') : undefined;
  const gathered = next(rank === 3 ? narrowed : convolution, 'gathers');
  if (convolution === undefined || gathered === undefined || !isPlain(convolution)) return undefined;
  const steps = stepsOf(spread, gathered, rank - 2, tensors);
  return steps && { spread, widened, convolution, narrowed, gathered, ...steps };
}

/** Neither strides nor padding nor a dilation of its own. */
function isPlain(convolution: FileOperator): boolean {
  const options = within(`operator ${convolution.index} ${convolution.kind.name}`, () =>
    readOptions(convolution),
  );
  if (options?.op !== 'CONV_2D' && options?.op !== 'DEPTHWISE_CONV_2D') return false;
  const { strideHeight, strideWidth, dilationHeight, dilationWidth, padding } = options;
  return (
    padding === 'valid' && [strideHeight, strideWidth, dilationHeight, dilationWidth].every((n) => n === 1)
  );
}

/** Blocks and paddings; `undefined` where the two ends differ in blocks, or more is cropped than was padded. */
function stepsOf(
  spread: FileOperator,
  gathered: FileOperator,
  mostBlocks: number,
  tensors: readonly FileTensor[],
): Pick<Dilation, 'blocks' | 'paddings'> | undefined {
  const integersAt = (operator: FileOperator, position: number): readonly number[] =>
    integersOf(tensors[operator.inputs[position] ?? -1]);
  const blocks = integersAt(spread, 1);
  const [padded, cropped] = [integersAt(spread, 2), integersAt(gathered, 2)];
  if (blocks.length === 0 || blocks.length > mostBlocks || blocks.some((size) => size < 1)) return undefined;
  if (!sameNumbers(blocks, integersAt(gathered, 1))) return undefined;
  if (padded.length !== 2 * blocks.length || cropped.length !== padded.length) return undefined;
  const left = padded.map((count, place) => count - at(cropped, place));
  if ([...left, ...cropped].some((count) => count < 0)) return undefined;
  return { blocks, paddings: blocks.map((_, axis) => [at(left, 2 * axis), at(left, 2 * axis + 1)]) };
}

function sameNumbers(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, place) => value === b[place]);
}

/** Values of an int32 constant of at most four; none of anything else. */
function integersOf(tensor: FileTensor | undefined): readonly number[] {
  const { data, type } = tensor ?? {};
  if (data === undefined || type?.type !== 'int32' || data.length > 16) return [];
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  return Array.from({ length: data.length / 4 }, (_, place) => view.getInt32(4 * place, true));
}
