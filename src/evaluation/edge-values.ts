/** Values of inputs and outputs: as bytes of a file, as bytes in the network's memory, and as numbers. */
import {
  dequantizeValue,
  type Edge,
  type EdgeType,
  elementBytes,
  elementCount,
  quantizeValue,
  type Tensor,
  tensorBytes,
  valuesIn,
  zeros,
} from '../graph/index.ts';

/** Bytes of one set of this edge in a file. */
export function edgeBytes({ shape, type }: Edge): number {
  return elementCount(shape) * elementBytes(type);
}

/** Numbers that little-endian bytes of a type hold. */
export function numbersIn(type: EdgeType, bytes: Uint8Array): ArrayLike<number> {
  const { buffer } = bytes.slice();
  if (type === 'float32') return new Float32Array(buffer);
  return type === 'int64' ? Float64Array.from(new BigInt64Array(buffer), Number) : valuesIn(type, buffer);
}

/** Values of a file, in the edge's type, as the tensor has them in memory. */
export function toMemory(bytes: Uint8Array, edge: Edge, tensor: Tensor): Uint8Array {
  if (edge.type === tensor.type) return bytes;
  const isFloat = edge.type === 'float32';
  const numbers = numbersIn(edge.type, bytes);
  const values = zeros(tensor.type, numbers.length);
  for (let index = 0; index < values.length; index++) {
    const value = numbers[index] ?? 0;
    values[index] = isFloat ? quantizeValue(value, tensor, edge.ties) : value;
  }
  return bytesOf(values);
}

/** Values of a tensor in memory as a file has them, in the edge's type. */
export function toFile(bytes: Uint8Array, edge: Edge, tensor: Tensor): Uint8Array {
  if (edge.type === tensor.type) return bytes;
  const values = valuesIn(tensor.type, bytes.slice().buffer);
  return edge.type === 'int64'
    ? bytesOf(BigInt64Array.from(values, BigInt))
    : bytesOf(Float32Array.from(values, (value) => dequantizeValue(value, tensor)));
}

/** Applies a conversion to each edge of one set; `sizeOf` says how many bytes of the set are an edge's. */
function forEachEdge(
  edges: readonly Edge[],
  set: Uint8Array,
  sizeOf: (edge: Edge) => number,
  convert: (part: Uint8Array, edge: Edge) => Uint8Array,
): readonly Uint8Array[] {
  let start = 0;
  return edges.map((edge) => {
    const part = set.slice(start, start + sizeOf(edge));
    start += part.length;
    return convert(part, edge);
  });
}

/** The parts of a set in a file, as they are in memory. */
export function setToMemory(
  edges: readonly Edge[],
  tensorOf: (edge: Edge) => Tensor,
  set: Uint8Array,
): readonly Uint8Array[] {
  return forEachEdge(edges, set, edgeBytes, (part, edge) => toMemory(part, edge, tensorOf(edge)));
}

/** The parts of a set in memory, as they are in a file. */
export function setToFile(
  edges: readonly Edge[],
  tensorOf: (edge: Edge) => Tensor,
  set: Uint8Array,
): readonly Uint8Array[] {
  const sizeOf = (edge: Edge): number => tensorBytes(tensorOf(edge));
  return forEachEdge(edges, set, sizeOf, (part, edge) => toFile(part, edge, tensorOf(edge)));
}

function bytesOf(values: ArrayBufferView): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
