/** Spaces of a family, and their names. */
import type { Size2d } from '../model/index.ts';
import type { Space, SpaceFamily } from './types.ts';

/** One space of a family; neither width nor resolution need be in the family's lists. */
export function spaceOf(family: SpaceFamily, width: number, resolution: Size2d): Space {
  const { stem, stages, head, classes, dimensions, divisor, input } = family;
  return {
    name: spaceName(width, resolution),
    input: { height: resolution.height, width: resolution.width, channels: input.channels },
    width,
    stem,
    stages,
    head,
    classes,
    dimensions,
    divisor,
  };
}

/** All spaces of a family: widths in order, and for each its resolutions in order. */
export function spacesOf(family: SpaceFamily): readonly Space[] {
  return family.widths.flatMap((width) =>
    family.input.resolutions.map((resolution) => spaceOf(family, width, resolution)),
  );
}

function spaceName(width: number, { height, width: columns }: Size2d): string {
  const multiplier = Number.isInteger(width) ? width.toFixed(1) : String(width);
  return `w${multiplier}-r${height === columns ? height : `${height}x${columns}`}`;
}
