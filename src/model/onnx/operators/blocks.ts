/** DepthToSpace, SpaceToDepth and Gather: parts of a tensor in other places. */
import { at } from '../../../base/index.ts';
import { addTensor } from '../edges.ts';
import { reshaped, unflattened } from '../layout.ts';
import {
  axisOf,
  constantAt,
  demand,
  image,
  integerAttribute,
  moved,
  numbersAt,
  type Site,
  stored,
  textAttribute,
} from '../site.ts';
import type { OnnxConstant } from '../types.ts';
import { channelsLast, elementCount, type Stored, type Value, type View } from '../values.ts';

function blockSize(site: Site): number {
  const size = integerAttribute(site, 'blocksize', 0);
  demand(size >= 1 && size <= 1024, `its blocks are of ${size}`);
  return size;
}

/** A tensor of the same steps. */
function like(site: Site, name: string, input: Stored, view: Pick<View, 'shape' | 'order'>): Stored {
  const output = addTensor(site.draft, name, view, site.draft.parametersOf(input.tensor));
  return { ...output, isReal: input.isReal, isUnsigned: input.isUnsigned };
}

export function depthToSpace(site: Site): Value {
  const size = blockSize(site);
  const input = image(site, stored(site, 0));
  const [batch = 1, channels = 1, height = 1, width = 1] = input.shape;
  const outputs = channels / size ** 2;
  demand(Number.isInteger(outputs), `its blocks of ${size} x ${size} do not divide ${channels} channels`);
  const mode = textAttribute(site, 'mode', 'DCR');
  demand(mode === 'DCR' || mode === 'CRD', `its mode is "${mode}"`);
  const blocks = mode === 'DCR' ? input : blocksFirst(site, input, outputs, size ** 2);
  const shape = [batch, outputs, height * size, width * size];
  const output = like(site, site.name, input, { shape, order: channelsLast });
  site.draft.operator({ op: 'DEPTH_TO_SPACE', blockSize: size }, [blocks.tensor], [output.tensor]);
  return output;
}

/** Channels of [outputs, places of a block] as [places of a block, outputs]. */
function blocksFirst(site: Site, input: Stored, outputs: number, places: number): Stored {
  site.draft.spend(4 * outputs * places);
  const order = Int32Array.from({ length: outputs * places }, (_, channel) => {
    return (channel % outputs) * places + Math.floor(channel / outputs);
  });
  return gathered(site, `${site.name}.blocks`, input, 1, order, [order.length]);
}

export function spaceToDepth(site: Site): Value {
  const size = blockSize(site);
  const input = image(site, stored(site, 0));
  const [batch = 1, channels = 1, height = 1, width = 1] = input.shape;
  const shape = [batch, channels * size ** 2, height / size, width / size];
  demand(shape.every(Number.isInteger), `its blocks of ${size} x ${size} do not divide ${height} x ${width}`);
  const output = like(site, site.name, input, { shape, order: channelsLast });
  site.draft.operator({ op: 'SPACE_TO_DEPTH', blockSize: size }, [input.tensor], [output.tensor]);
  return output;
}

/** Of constant places along one dimension, which a single place without dimensions takes away. */
export function gather(site: Site): Value {
  const { constant } = constantAt(site, 1);
  // Before they are looked through: many operators may read the same places.
  site.draft.spend(constant.values.length);
  if (isEach(constant)) return moved(site, (input) => inShape(site, input, constant.shape));
  const input = unflattened(site.draft, stored(site, 0));
  const axis = axisOf(integerAttribute(site, 'axis', 0), input.shape.length);
  const size = at(input.shape, axis);
  const { shape } = constantAt(site, 1).constant;
  demand(
    shape.length <= 1,
    `its places have ${shape.length} dimensions`,
    'gather by a list of places, or by one',
  );
  const places = numbersAt(site, 1).map((place) => (place < 0 ? place + size : place));
  demand(
    places.length > 0 && places.every((place) => Number.isInteger(place) && place >= 0 && place < size),
    `it takes places that lie outside 0 to ${size - 1}`,
  );
  return gathered(site, site.name, input, axis, Int32Array.from(places), shape);
}

/** Whether it names place after place, as exporters write another view (as_strided) of what was flattened. */
function isEach({ shape, values }: OnnxConstant): boolean {
  return (
    shape.length > 1 &&
    values.length <= mostPlaces &&
    values.every((place: number, index: number) => place === index)
  );
}

/** No view of a vector in front of a classifier is longer. */
const mostPlaces = 65_536;

function inShape(site: Site, input: Stored, shape: readonly number[]): Stored {
  demand(
    input.shape.length === 1 && input.shape[0] === elementCount(shape),
    `it takes places of [${shape}] from [${input.shape}]`,
    'gather by a list of places, or by one',
  );
  return reshaped(site.draft, input, shape);
}

function gathered(
  site: Site,
  name: string,
  input: Stored,
  axis: number,
  places: Int32Array,
  placesShape: readonly number[],
): Stored {
  const { draft } = site;
  const kept = input.shape.flatMap((_, dimension) =>
    dimension === axis && placesShape.length === 0 ? [] : [dimension],
  );
  const view = {
    shape: kept.map((dimension) => (dimension === axis ? places.length : at(input.shape, dimension))),
    order: input.order
      .filter((dimension) => kept.includes(dimension))
      .map((dimension) => kept.indexOf(dimension)),
  };
  const output = like(site, name, input, view);
  const constant = draft.constant(`${name}.places`, placesShape, 'int32', () => places);
  const options = { op: 'GATHER', axis: input.order.indexOf(axis), batchDimensions: 0 } as const;
  draft.operator(options, [input.tensor, constant], [output.tensor]);
  return output;
}
