/** NumPy archives as data sets: one array of inputs with samples first, one array of labels. */
import { unzipSync } from 'fflate';
import { parse } from 'npyjs';
import { at, type Host } from '../../base/index.ts';
import type { TensorType } from '../../graph/index.ts';
import { datasetMismatch, datasetUnreadable } from '../failures.ts';
import type { DatasetSource, NumericSamples } from '../types.ts';

/** Values are as stored, 64-bit integers narrowed. */
export type NpzArray = {
  readonly shape: readonly number[];
  readonly type: string;
  readonly values: ArrayLike<number>;
};

/** Types of arrays that inputs of networks may have. */
const storedTypes: ReadonlyMap<string, TensorType> = new Map([
  ['i1', 'int8'],
  ['u1', 'uint8'],
  ['i2', 'int16'],
  ['i4', 'int32'],
]);

/** More than this, unpacked, is refused: an archive comes from outside. */
const unpackedLimitBytes = 1 << 30;

/** Reads inputs and labels from the archive at the source's path. */
export async function readNpz(
  source: Extract<DatasetSource, { format: 'npz' }>,
  host: Host,
): Promise<NumericSamples> {
  const { path, normalisation } = source;
  const arrays = await readArrays(path, [source.inputs, source.labels], host);
  const [inputs, labels] = [at(arrays, 0), at(arrays, 1)];
  return {
    kind: 'numbers',
    path,
    inputsAt: `${path}: ${source.inputs}`,
    labelsAt: `${path}: ${source.labels}`,
    shape: inputs.shape,
    values: inputs.values,
    labels: labels.values,
    storedAs: storedTypes.get(inputs.type),
    normalisation,
  };
}

/** The named arrays of an archive, in the order of the names. */
export async function readArrays(
  path: string,
  names: readonly string[],
  host: Host,
): Promise<readonly NpzArray[]> {
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
      const hint = `the archive has ${present.join(', ') || 'no arrays'}; name one of them`;
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
