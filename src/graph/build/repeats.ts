/** Operators that give elements more than once, or from the last to the first: TILE, BROADCAST_TO, REVERSE_V2. */
import { at } from '../../base/index.ts';
import type { Op, Slice, Take } from '../types.ts';
import { axisOf } from './axes.ts';
import { reshapeOf } from './dimensions.ts';
import {
  type Activations,
  activations,
  commonParts,
  demand,
  integers,
  intermediate,
  result,
  type Site,
} from './site.ts';
import { demandSameNumbers, demandShortTable } from './slices.ts';

/** Which element of its axis each element of the output's is; nothing where all are as they are. */
type Sources = Take['sources'];

function takeOf(
  site: Site,
  name: Take['function'],
  input: Activations,
  output: Activations,
  sources: Sources,
): Take {
  for (const table of sources) if (table !== undefined) demandShortTable(table.length);
  return { kind: 'take', function: name, ...commonParts(site, [input], output), sources };
}

export function buildTile(site: Site): Take {
  const input = activations(site, 0);
  const output = result(site);
  demandSameNumbers(input, output);
  const { shape } = input;
  const multiples = integers(site, 1);
  demand(
    multiples.length === shape.length &&
      output.shape.length === shape.length &&
      shape.every((size, axis) => size * at(multiples, axis) === output.shape[axis]),
    `it repeats [${shape}] by [${multiples}] for an output of [${output.shape}]`,
  );
  const sources = shape.map((size, axis) =>
    multiples[axis] === 1 ? undefined : repeated(output, axis, size),
  );
  return takeOf(site, 'TILE', input, output, sources);
}

function repeated({ shape }: Activations, axis: number, size: number): readonly number[] {
  demandShortTable(at(shape, axis));
  return Array.from({ length: at(shape, axis) }, (_, place) => place % size);
}

/** Dimensions of size 1 become those of the output, which may have more of them in front. */
export function buildBroadcast(site: Site): readonly Op[] {
  const input = activations(site, 0);
  const output = result(site);
  demandSameNumbers(input, output);
  const more = output.shape.length - input.shape.length;
  const shape = [...Array<number>(Math.max(more, 0)).fill(1), ...input.shape];
  demand(
    more >= 0 && shape.every((size, axis) => size === 1 || size === output.shape[axis]),
    `[${input.shape}] cannot become [${output.shape}]`,
  );
  const sources = shape.map((size, axis) =>
    size === output.shape[axis] ? undefined : repeated(output, axis, size),
  );
  if (more === 0) return [takeOf(site, 'BROADCAST_TO', input, output, sources)];
  const ranked = intermediate(site, shape, input);
  return [reshapeOf(site, input, ranked), takeOf(site, 'BROADCAST_TO', ranked, output, sources)];
}

/** Of int16 by steps backwards: what takes from tables of places moves bytes. */
export function buildReverse(site: Site): Take | Slice {
  const input = activations(site, 0);
  const output = result(site);
  demandSameNumbers(input, output);
  const { shape } = input;
  const axes = integers(site, 1).map((axis) => axisOf(axis, shape.length));
  demand(
    shape.length === output.shape.length && shape.every((size, axis) => size === output.shape[axis]),
    `it reverses [${shape}] for an output of [${output.shape}]`,
  );
  if (input.type === 'int16') {
    const begin = shape.map((size, axis) => (axes.includes(axis) ? size - 1 : 0));
    const stride = shape.map((_, axis) => (axes.includes(axis) ? -1 : 1));
    return { kind: 'slice', ...commonParts(site, [input], output), begin, stride };
  }
  const sources = shape.map((size, axis) => {
    if (!axes.includes(axis)) return undefined;
    demandShortTable(size);
    return Array.from({ length: size }, (_, place) => size - 1 - place);
  });
  return takeOf(site, 'REVERSE_V2', input, output, sources);
}
