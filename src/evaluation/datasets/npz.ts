/** NumPy archives as data sets: one array of inputs with samples first, one array of labels. */
import { unzipSync } from 'fflate';
import { parse } from 'npyjs';
import { at, type Host } from '../../base/index.ts';
import type { Edge, Tensor } from '../../graph/index.ts';
import { datasetMismatch, datasetUnreadable } from '../failures.ts';
import type { Dataset, DatasetSource } from '../types.ts';
import { encodeInput } from './input-encoding.ts';

/** Values are as stored, 64-bit integers narrowed. */
type NpzArray = {
  readonly shape: readonly number[];
  readonly type: string;
  readonly values: ArrayLike<number>;
};

/** More than this, unpacked, is refused: an archive comes from outside. */
const unpackedLimitBytes = 1 << 30;

/**
 * Reads inputs and labels from an archive and encodes them for the network's input.
 *
 * int8 arrays without normalisation are taken as quantised already; all other values are real numbers.
 */
export async function loadNpz(
  source: Extract<DatasetSource, { format: 'npz' }>,
  edge: Edge,
  tensor: Tensor,
  classes: number,
  host: Host,
): Promise<Dataset> {
  const arrays = await readArrays(source.path, [source.inputs, source.labels], host);
  const inputs = at(arrays, 0);
  const labels = toLabels(at(arrays, 1), classes, `${source.path}: ${source.labels}`);
  checkShapes(inputs, labels.length, edge, source);
  const isQuantised = inputs.type === 'i1' && source.normalisation === undefined && edge.type === 'int8';
  const encoded = isQuantised
    ? Uint8Array.from(inputs.values)
    : encodeInput(inputs.values, edge, tensor, source.normalisation);
  return { path: source.path, inputs: encoded, labels, samples: labels.length };
}

function checkShapes(
  inputs: NpzArray,
  samples: number,
  edge: Edge,
  source: Extract<DatasetSource, { format: 'npz' }>,
): void {
  const where = `${source.path}: ${source.inputs}`;
  const [count = 0, ...shape] = inputs.shape;
  if (count !== samples) {
    throw datasetMismatch(
      where,
      `${count} inputs but ${samples} labels`,
      'both arrays have one row a sample',
    );
  }
  const significant = (dimensions: readonly number[]): string =>
    dimensions.filter((size) => size !== 1).join(' x ');
  if (significant(shape) !== significant(edge.shape)) {
    throw datasetMismatch(
      where,
      `samples of ${shape.join(' x ')}, the network takes ${edge.shape.join(' x ')}`,
      'save the samples in the shape that the network takes (dimensions of 1 may be left out)',
    );
  }
  const channels = edge.shape.at(-1) ?? 1;
  const { mean, std } = source.normalisation ?? { mean: [0], std: [1] };
  for (const entries of [mean, std]) {
    if (entries.length === 1 || entries.length === channels) continue;
    throw datasetMismatch(
      where,
      `normalisation by ${entries.length} channels, the network's input has ${channels}`,
      'give one value for all channels, or one for each',
    );
  }
}

/** The named arrays of an archive, in the order of the names. */
async function readArrays(path: string, names: readonly string[], host: Host): Promise<readonly NpzArray[]> {
  const bytes = await host.readFile(path);
  const present: string[] = [];
  let unpackedBytes = 0;
  let files: Readonly<Record<string, Uint8Array>>;
  try {
    files = unzipSync(bytes, {
      filter: (file) => {
        const name = file.name.replace(/\.npy$/, '');
        present.push(name);
        if (!names.includes(name)) return false;
        unpackedBytes += file.originalSize;
        return unpackedBytes <= unpackedLimitBytes;
      },
    });
  } catch (error) {
    throw datasetUnreadable(
      path,
      'not a NumPy archive',
      'save it with numpy.savez or numpy.savez_compressed',
      error,
    );
  }
  if (unpackedBytes > unpackedLimitBytes) {
    throw datasetUnreadable(
      path,
      `arrays of ${unpackedBytes} bytes, over the limit of 1 GiB`,
      'evaluate on a smaller set',
    );
  }
  return names.map((name) => {
    const file = files[`${name}.npy`];
    if (file === undefined) {
      const hint = `the archive has ${present.join(', ') || 'no arrays'}; name one of them in mcunet.yml`;
      throw datasetMismatch(path, `no array '${name}'`, hint);
    }
    return parseArray(file, `${path}: ${name}`);
  });
}

function parseArray(file: Uint8Array, where: string): NpzArray {
  const hint = 'save plain numeric arrays in row-major order, for example uint8 images and integer labels';
  let array: ReturnType<typeof parse>;
  try {
    array = parse(file.slice().buffer);
  } catch (error) {
    throw datasetUnreadable(where, 'not a readable NumPy array', hint, error);
  }
  if (array.fortranOrder && array.shape.length > 1)
    throw datasetUnreadable(where, 'column-major order', hint);
  const elements = array.shape.reduce((product, dimension) => product * dimension, 1);
  const values = toNumbers(array.data);
  if (values === undefined) throw datasetUnreadable(where, `type ${array.dtype} is not numeric`, hint);
  if (values.length !== elements) {
    throw datasetUnreadable(where, `${values.length} values where the shape asks for ${elements}`, hint);
  }
  return { shape: array.shape, type: array.dtype, values };
}

function toNumbers(data: ArrayBufferView): ArrayLike<number> | undefined {
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) return Array.from(data, Number);
  const numeric = [
    Int8Array,
    Uint8Array,
    Int16Array,
    Uint16Array,
    Int32Array,
    Uint32Array,
    Float32Array,
    Float64Array,
  ];
  return numeric.find((type) => data instanceof type) === undefined
    ? undefined
    : (data as unknown as ArrayLike<number>);
}

function toLabels(array: NpzArray, classes: number, where: string): Int32Array {
  const labels = Int32Array.from(array.values);
  for (let sample = 0; sample < labels.length; sample++) {
    const label = at(array.values, sample);
    if (Number.isInteger(label) && label >= 0 && label < classes) continue;
    throw datasetMismatch(
      `${where}: sample ${sample}`,
      `label ${label} is not a class index below ${classes}`,
      'labels are whole numbers that count from 0',
    );
  }
  return labels;
}
