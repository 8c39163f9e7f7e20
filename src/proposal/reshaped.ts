/** What a reshape makes of an input of another size: the same axes are joined, split or left alone. */
import { at } from '../base/index.ts';

type Shape = readonly number[];

/** The new output shape, or `undefined` where an axis that was split has another size now. */
export function reshaped(oldInput: Shape, newInput: Shape, oldOutput: Shape): Shape | undefined {
  const result = [...oldOutput];
  let input = 0;
  let output = 0;
  while (input < oldInput.length || output < oldOutput.length) {
    const group = nextGroup(oldInput, oldOutput, input, output);
    const before = oldInput.slice(input, group.input);
    const now = newInput.slice(input, group.input);
    const places = range(output, group.output);
    const sizes = groupSizes(
      before,
      now,
      places.map((place) => at(oldOutput, place)),
    );
    if (sizes === undefined) return undefined;
    for (const [index, place] of places.entries()) result[place] = at(sizes, index);
    input = group.input;
    output = group.output;
  }
  return result;
}

type Group = { readonly input: number; readonly output: number };

/** The ends of the shortest runs of axes from here on that hold equally many elements. */
function nextGroup(oldInput: Shape, oldOutput: Shape, firstInput: number, firstOutput: number): Group {
  let input = firstInput;
  let output = firstOutput;
  let left = 1;
  let right = 1;
  do {
    if (left <= right && input < oldInput.length) left *= at(oldInput, input++);
    else if (output < oldOutput.length) right *= at(oldOutput, output++);
    else left *= at(oldInput, input++);
  } while (left !== right && (input < oldInput.length || output < oldOutput.length));
  return { input, output };
}

/** New sizes of the output's axes in one run. */
function groupSizes(before: Shape, now: Shape, outputs: Shape): Shape | undefined {
  if (before.every((size, axis) => size === now[axis])) return outputs;
  const grown = outputs.filter((size) => size !== 1);
  if (grown.length > 1) return undefined;
  const product = now.reduce((all, size) => all * size, 1);
  const place = grown.length === 1 ? outputs.findIndex((size) => size !== 1) : outputs.length - 1;
  return place < 0 ? undefined : outputs.map((size, axis) => (axis === place ? product : size));
}

function range(first: number, end: number): readonly number[] {
  return Array.from({ length: end - first }, (_, index) => first + index);
}
