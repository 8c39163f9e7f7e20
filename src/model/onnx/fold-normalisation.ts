/** BatchNormalization behind a convolution or a fully connected layer of float32 weights becomes part of these weights. */
import { at } from '../../base/index.ts';
import { type Allowance, allowance, limits } from '../tflite/limits.ts';
import type { OnnxConstant, OnnxFile, OnnxNode } from './types.ts';

/** A new value for each output: `value * factor + offset`. */
type ChannelLine = { readonly factors: Float64Array; readonly offsets: Float64Array };

/**
 * The file without those normalisations. Weights that are integers already stay as they are: what was quantised was the
 * result in front of the normalisation, which is computed by itself then.
 */
export function foldNormalisation(file: OnnxFile): OnnxFile {
  const constants = new Map(file.constants);
  const spend = allowance('weights in front of all normalisations together', limits.constantBytes);
  const readers = readerCounts(file);
  const tables = tablesOf(file);
  const writers = new Map(
    file.nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)),
  );
  /** Layers by their place, as they are with what stood behind them. */
  const changed = new Map<OnnxNode, OnnxNode>();
  const dropped = new Set<OnnxNode>();
  for (const node of file.nodes) {
    const layer = node.operator === 'BatchNormalization' ? writers.get(node.inputs[0] ?? '') : undefined;
    if (layer === undefined || changed.has(layer) || readers.get(node.inputs[0] ?? '') !== 1) continue;
    // Of more dimensions, the channels are another one than the outputs of the layer.
    if (layer.operator === 'MatMul' && !tables.has(layer.inputs[0] ?? '')) continue;
    const whole = joined(layer, node, constants, spend);
    if (whole === undefined) continue;
    changed.set(layer, whole);
    dropped.add(node);
  }
  if (dropped.size === 0) return file;
  const nodes = file.nodes.filter((node) => !dropped.has(node)).map((node) => changed.get(node) ?? node);
  return { ...file, nodes, constants };
}

/** Operators that keep the dimensions of their first input. */
const keepingRank = new Set(
  'BatchNormalization Clip Dropout HardSwish Identity LeakyRelu MatMul PRelu Relu Sigmoid Tanh'.split(' '),
);

/** Values that are known to have two dimensions. */
function tablesOf({ inputs, nodes }: OnnxFile): ReadonlySet<string> {
  const known = new Set(inputs.filter(({ shape }) => shape?.length === 2).map(({ name }) => name));
  for (const { operator, inputs: read, outputs } of nodes) {
    const makesTable = operator === 'Gemm' || operator === 'Flatten';
    if (makesTable || (keepingRank.has(operator) && known.has(read[0] ?? ''))) known.add(outputs[0] ?? '');
  }
  return known;
}

/** How many operators read each value; an output of the network is read as well. */
function readerCounts({ nodes, outputs }: OnnxFile): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const name of [...nodes.flatMap(({ inputs }) => inputs), ...outputs.map((edge) => edge.name)]) {
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

/** The dimension of the outputs in a layer's weights, and how far apart those of one output lie. */
function outputAxis({ operator, attributes }: OnnxNode): number | undefined {
  if (operator === 'Conv') return 0;
  if (operator === 'Gemm') return attributes.get('transB')?.integer === 1 ? 0 : 1;
  if (operator === 'MatMul') return 1;
  return operator === 'ConvTranspose' && (attributes.get('group')?.integer ?? 1) === 1 ? 1 : undefined;
}

/** The layer with the normalisation in its weights; nothing where that is not what both compute. */
function joined(
  layer: OnnxNode,
  normalisation: OnnxNode,
  constants: Map<string, OnnxConstant>,
  spend: Allowance,
): OnnxNode | undefined {
  const axis = outputAxis(layer);
  const weights = constants.get(layer.inputs[1] ?? '');
  const bias =
    layer.inputs[2] === undefined || layer.inputs[2] === '' ? undefined : constants.get(layer.inputs[2]);
  if (axis === undefined || weights === undefined || weights.type !== 'float32') return undefined;
  if (layer.inputs.length > 2 && layer.inputs[2] !== '' && bias?.type !== 'float32') return undefined;
  if (layer.operator === 'Gemm' && !isPlain(layer)) return undefined;
  if (layer.operator === 'MatMul' && weights.shape.length !== 2) return undefined;
  const outputs = weights.shape[axis] ?? 0;
  if (bias !== undefined && bias.values.length !== outputs) return undefined;
  const line = lineOf(normalisation, constants, outputs);
  if (line === undefined) return undefined;
  spend(8 * weights.values.length);
  const name = `${normalisation.outputs[0] ?? ''} ${normalisation.index}`;
  const inner = weights.shape.slice(axis + 1).reduce((product, size) => product * size, 1);
  constants.set(`${name}/weights`, {
    ...weights,
    values: Float32Array.from(
      weights.values,
      (value, index) => value * at(line.factors, Math.floor(index / inner) % outputs),
    ),
  });
  constants.set(`${name}/bias`, {
    shape: [outputs],
    type: 'float32',
    values: Float32Array.from(
      line.offsets,
      (offset, output) => (bias?.values[output] ?? 0) * at(line.factors, output) + offset,
    ),
  });
  const inputs = [layer.inputs[0] ?? '', `${name}/weights`, `${name}/bias`];
  // MatMul takes no bias; of weights in two dimensions and rows of one, Gemm is the same.
  const operator = layer.operator === 'MatMul' ? 'Gemm' : layer.operator;
  return { ...layer, operator, inputs, outputs: normalisation.outputs };
}

function isPlain({ attributes }: OnnxNode): boolean {
  return ['alpha', 'beta'].every((name) => (attributes.get(name)?.float ?? 1) === 1);
}

function lineOf(
  { inputs, attributes }: OnnxNode,
  constants: ReadonlyMap<string, OnnxConstant>,
  outputs: number,
): ChannelLine | undefined {
  const [scale, bias, mean, variance] = inputs.slice(1, 5).map((name) => constants.get(name));
  const all = [scale, bias, mean, variance];
  if (attributes.get('training_mode')?.integer === 1) return undefined;
  if (all.some((constant) => constant?.type !== 'float32' || constant.values.length !== outputs))
    return undefined;
  const of = (constant: OnnxConstant | undefined, output: number): number => constant?.values[output] ?? 0;
  const epsilon = attributes.get('epsilon')?.float ?? 1e-5;
  const factors = Float64Array.from(
    { length: outputs },
    (_, output) => of(scale, output) / Math.sqrt(of(variance, output) + epsilon),
  );
  const offsets = factors.map((factor, output) => of(bias, output) - of(mean, output) * factor);
  return [...factors, ...offsets].every(Number.isFinite) ? { factors, offsets } : undefined;
}
