/** TRANSPOSE: in one step, or in several where dimensions go more ways than kernels have loops. */
import { at } from '../../base/index.ts';
import { elementCount } from '../shape.ts';
import type { Op } from '../types.ts';
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

/** Groups of dimensions that stay together, of which a kernel moves no more at once. */
const mostGroups = 4;

export function buildTranspose(site: Site): readonly Op[] {
  const input = activations(site, 0);
  const output = result(site);
  const permutation = integers(site, 1);
  const sorted = [...permutation].sort((a, b) => a - b);
  demand(
    permutation.length === input.shape.length && sorted.every((axis, position) => axis === position),
    `[${permutation}] is no permutation of ${input.shape.length} dimensions`,
  );
  const groups = groupsOf(input.shape, permutation);
  if (groups.length <= mostGroups)
    return [{ kind: 'transpose', ...commonParts(site, [input], output), permutation }];
  return inSteps(site, input, output, groups);
}

/** Dimensions in the order of the output, those together that are so in the input; sizes of 1 are left out. */
function groupsOf(shape: readonly number[], permutation: readonly number[]): readonly (readonly number[])[] {
  const counting = shape.flatMap((size, axis) => (size > 1 ? [axis] : []));
  const groups: number[][] = [];
  for (const axis of permutation.filter((candidate) => counting.includes(candidate))) {
    const last = groups.at(-1);
    const isNext =
      last !== undefined && counting.indexOf(axis) === counting.indexOf(at(last, last.length - 1)) + 1;
    if (isNext) last.push(axis);
    else groups.push([axis]);
  }
  return groups;
}

/** Each step but the last brings a group behind the one that it follows in the output. */
function inSteps(
  site: Site,
  input: Activations,
  output: Activations,
  groups: readonly (readonly number[])[],
): readonly Op[] {
  const sizes = groups.map((axes) => elementCount(axes.map((axis) => at(input.shape, axis))));
  const shapeIn = (order: readonly number[]): number[] => order.map((group) => at(sizes, group));
  // Groups are numbered as they stand in the output.
  let order = groups.map((_, group) => group).sort((a, b) => at(at(groups, a), 0) - at(at(groups, b), 0));
  let value = intermediate(site, shapeIn(order), input);
  const ops: Op[] = [reshapeOf(site, input, value)];
  const turn = (next: readonly number[]): void => {
    const turned = intermediate(site, shapeIn(next), input);
    const permutation = next.map((group) => order.indexOf(group));
    ops.push({ kind: 'transpose', ...commonParts(site, [value], turned), permutation });
    [order, value] = [[...next], turned];
  };
  while (partsOf(order) > mostGroups) {
    const first = order.findIndex(
      (group, place) => group + 1 < order.length && order[place + 1] !== group + 1,
    );
    const follower = at(order, first) + 1;
    const others = order.filter((group) => group !== follower);
    turn(others.toSpliced(others.indexOf(follower - 1) + 1, 0, follower));
  }
  turn(groups.map((_, group) => group));
  return [...ops, reshapeOf(site, value, output)];
}

/** Groups of those that already follow one another. */
function partsOf(order: readonly number[]): number {
  return order.filter((group, place) => place === 0 || order[place - 1] !== group - 1).length;
}
