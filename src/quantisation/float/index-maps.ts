/** Which element of its input an element of a tensor comes from: broadcasting, padding, transposing, resizing, sums. */
import { at } from '../../base/index.ts';
import { elementCount, stridesOf } from '../constants.ts';

/** For every element of one sample, row-major; -1 stands for padding. */
export type IndexMap = Int32Array;

type Shape = readonly number[];

/** Element of `operand` for each element of `shape`, by NumPy's rules of broadcasting. */
export function broadcastMap(operand: Shape, shape: Shape): IndexMap {
  const missing = shape.length - operand.length;
  const strides = stridesOf(operand);
  const steps = shape.map((_, axis) =>
    axis < missing || at(operand, axis - missing) === 1 ? 0 : at(strides, axis - missing),
  );
  return mapElements(shape, (indices) =>
    indices.reduce((sum, index, axis) => sum + index * at(steps, axis), 0),
  );
}

/** For each element of an input, the element of the result that it is summed into. */
export function reductionMap(input: Shape, axes: readonly number[]): IndexMap {
  const reduced = new Set(axes.map((axis) => (axis < 0 ? axis + input.length : axis)));
  const strides = stridesOf(input.map((size, axis) => (reduced.has(axis) ? 1 : size)));
  return mapElements(input, (indices) =>
    indices.reduce((sum, index, axis) => sum + (reduced.has(axis) ? 0 : index * at(strides, axis)), 0),
  );
}

export function transposeMap(input: Shape, permutation: readonly number[]): IndexMap {
  const strides = stridesOf(input);
  const steps = permutation.map((axis) => at(strides, axis));
  const shape = permutation.map((axis) => at(input, axis));
  return mapElements(shape, (indices) =>
    indices.reduce((sum, index, axis) => sum + index * at(steps, axis), 0),
  );
}

/** `placeOf` gives for each index of the output along an axis that of the input. */
export function placesMap(
  input: Shape,
  output: Shape,
  placeOf: (axis: number, index: number) => number,
): IndexMap {
  const strides = stridesOf(input);
  return mapElements(output, (indices) =>
    indices.reduce((sum, index, axis) => sum + placeOf(axis, index) * at(strides, axis), 0),
  );
}

/** `before[axis]` positions of padding stand before the input along each axis. */
export function padMap(input: Shape, output: Shape, before: readonly number[]): IndexMap {
  const strides = stridesOf(input);
  return mapElements(output, (indices) => {
    let element = 0;
    for (let axis = 0; axis < indices.length; axis += 1) {
      const index = at(indices, axis) - at(before, axis);
      if (index < 0 || index >= at(input, axis)) return -1;
      element += index * at(strides, axis);
    }
    return element;
  });
}

/** Nearest neighbour of [batch, height, width, channels], in TensorFlow Lite's float32 arithmetic. */
export function nearestMap(
  input: Shape,
  output: Shape,
  options: { readonly alignCorners: boolean; readonly halfPixelCenters: boolean },
): IndexMap {
  const source = (axis: number, index: number): number => {
    const [from, to] = [at(input, axis), at(output, axis)];
    const aligned = options.alignCorners && to > 1;
    const scale = Math.fround(aligned ? (from - 1) / (to - 1) : from / to);
    const place = Math.fround(Math.fround(index + (options.halfPixelCenters ? 0.5 : 0)) * scale);
    // TensorFlow Lite rounds half away from zero here, and no place is negative.
    const nearest = options.alignCorners ? Math.floor(place + 0.5) : Math.floor(place);
    return Math.min(Math.max(nearest, 0), from - 1);
  };
  return placesMap(input, output, (axis, index) => (axis === 1 || axis === 2 ? source(axis, index) : index));
}

function mapElements(shape: Shape, elementOf: (indices: readonly number[]) => number): IndexMap {
  const map = new Int32Array(elementCount(shape));
  const indices = shape.map(() => 0);
  for (let element = 0; element < map.length; element += 1) {
    map[element] = elementOf(indices);
    for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
      indices[axis] = at(indices, axis) + 1;
      if (at(indices, axis) < at(shape, axis)) break;
      indices[axis] = 0;
    }
  }
  return map;
}

/** Each sample of the result takes its elements from the same sample of `values`. */
export function gatherBy(values: Float32Array, map: IndexMap, samples: number, padding = 0): Float32Array {
  const size = values.length / samples;
  const result = new Float32Array(map.length * samples);
  for (let sample = 0; sample < samples; sample += 1) {
    for (let element = 0; element < map.length; element += 1) {
      const from = map[element] ?? 0;
      result[sample * map.length + element] = from < 0 ? padding : (values[sample * size + from] ?? 0);
    }
  }
  return result;
}

/** How the elements that come together make one. */
export type Reduction = {
  readonly start: number;
  readonly step: (before: number, value: number) => number;
  /** From what was reduced, and how many elements it was. */
  readonly end: (result: number, count: number) => number;
};

/** What the elements make that a map sends to the same of `size` places; computed in double. */
export function reduceBy(
  { start, step, end }: Reduction,
  values: Float32Array,
  map: IndexMap,
  samples: number,
  size: number,
): Float32Array {
  const result = new Float32Array(size * samples);
  const places = new Float64Array(size);
  const count = map.length / size;
  for (let sample = 0; sample < samples; sample += 1) {
    places.fill(start);
    for (let element = 0; element < map.length; element += 1) {
      const to = map[element] ?? 0;
      places[to] = step(places[to] ?? 0, values[sample * map.length + element] ?? 0);
    }
    for (let place = 0; place < size; place += 1)
      result[sample * size + place] = end(places[place] ?? 0, count);
  }
  return result;
}
