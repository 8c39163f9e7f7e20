/** A space as JSON: what a super-network's file says of it, and what its training reads. */
import { describeIssues } from '../base/index.ts';
import type { Size2d } from '../model/index.ts';
import { spaceInvalid } from './failures.ts';
import { spaceSchema } from './space-schema.ts';
import type { Space } from './types.ts';

/**
 * Reads a space from parsed JSON.
 *
 * @param where names the file, for messages
 * @throws Failure `SEARCH_SPACE_INVALID` with every problem and its path
 */
export function parseSpace(value: unknown, where: string): Space {
  const result = spaceSchema.safeParse(value);
  if (!result.success) throw spaceInvalid(where, describeIssues(result.error.issues, value, spaceSchema));
  return result.data;
}

/**
 * A space as a plain value to print as JSON; sizes are `[height, width]`, `head` is null where there is none.
 * `parseSpace` reads it back.
 */
export function printSpace(space: Space): Readonly<Record<string, unknown>> {
  const pair = ({ height, width }: Size2d) => [height, width];
  const { stem, stages, head = null, classes, dimensions, divisor } = space;
  return {
    name: space.name,
    input: { channels: space.input.channels, resolution: pair(space.input) },
    width: space.width,
    stem: { width: stem.width, kernel: pair(stem.kernel), stride: pair(stem.stride) },
    stages: stages.map((stage) => ({ ...stage, stride: pair(stage.stride) })),
    head,
    classes,
    dimensions,
    divisor,
  };
}
