/** NumPy archives of named arrays. */
import { zipSync } from 'fflate';
import { dump } from 'npyjs';

export function archive(
  arrays: Readonly<Record<string, { values: Uint8Array | Int8Array | Int32Array; shape: number[] }>>,
): Uint8Array {
  const files = Object.entries(arrays).map(([name, { values, shape }]) => [
    `${name}.npy`,
    new Uint8Array(dump(values, shape)),
  ]);
  return zipSync(Object.fromEntries(files));
}
