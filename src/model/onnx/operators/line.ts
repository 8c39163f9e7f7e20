/** Operators over sequences [1, channels, length], as those over images of height 1. */
import { at } from '../../../base/index.ts';
import type { Draft } from '../draft.ts';
import { reviewed, unflattened } from '../layout.ts';
import { demand, type Site } from '../site.ts';
import type { OnnxAttribute } from '../types.ts';
import type { Constant, Pending, Stored, Value } from '../values.ts';

/** Lowers an operator whose input is an image. */
export type OverImage<Result extends Value> = (site: Site) => Result;

/** The operator over a sequence: its input, its attributes, and its weights where it has such, as those of an image. */
export function overLine<Result extends Pending | Stored>(
  site: Site,
  given: Stored,
  overImage: OverImage<Result>,
): Result {
  const { draft, node } = site;
  demand(given.shape.length === 3, `its input has ${given.shape.length} dimensions instead of 3`);
  const weights = site.inputs[1];
  const attributes = new Map(
    [...node.attributes].map(([name, value]) => [name, withHeight(name, value)] as const),
  );
  const result = overImage({
    ...site,
    node: { ...node, attributes },
    inputs: [
      imageOf(draft, given),
      weights?.kind === 'constant' ? weightsOfImage(weights) : weights,
      ...site.inputs.slice(2),
    ],
  });
  return lineOf(draft, result);
}

function imageOf(draft: Draft, given: Stored): Stored {
  const value = unflattened(draft, given);
  const [batch = 0, channels = 0, length = 0] = value.shape;
  const [first = 0, ...others] = value.order.map((axis) => (axis === 2 ? 3 : axis));
  return reviewed(draft, value, { shape: [batch, channels, 1, length], order: [first, 2, ...others] });
}

function weightsOfImage(weights: Constant): Constant {
  const [outer = 0, inner = 0, width] = weights.constant.shape;
  if (width === undefined) return weights;
  return { ...weights, constant: { ...weights.constant, shape: [outer, inner, 1, width] } };
}

/** An attribute of one dimension as of two, of which the first does nothing. */
function withHeight(name: string, attribute: OnnxAttribute): OnnxAttribute {
  const [first = 0, ...others] = attribute.integers;
  if (name === 'pads') return { ...attribute, integers: [0, first, 0, ...others] };
  if (name === 'output_padding') return { ...attribute, integers: [0, first] };
  const isSize = name === 'kernel_shape' || name === 'strides' || name === 'dilations';
  return isSize ? { ...attribute, integers: [1, first, ...others] } : attribute;
}

function lineOf<Result extends Pending | Stored>(draft: Draft, result: Result): Result {
  const flat = (image: Stored): Stored =>
    reviewed(draft, image, {
      shape: [at(image.shape, 0), at(image.shape, 1), at(image.shape, 3)],
      order: [0, 2, 1],
    });
  if (result.kind === 'stored') return { ...result, ...flat(result) };
  const { finish } = result;
  return { ...result, finish: (parameters, activation) => flat(finish(parameters, activation)) };
}
