/** Random cases of every kernel, and the comparison of what they gave with what the interpreter gives. */
import { at } from '../../src/base/index.ts';
import { chooseKernel, findKernel } from '../../src/kernels/index.ts';
import { findTarget } from '../../src/target/index.ts';
import type { Batch, KernelCase } from './batch.ts';
import { operatorMakers, randomInputs } from './operators.ts';
import { seededRandom } from './random.ts';

const target = findTarget('stm32f746');
const casesOfEachMaker = 14;

export function makeCases(seed: number): KernelCase[] {
  const random = seededRandom(seed);
  return Object.entries(operatorMakers).flatMap(([name, make]) =>
    Array.from({ length: casesOfEachMaker }, (_, index) => {
      const graph = make(random);
      const op = at(graph.ops, 0);
      // A 1x1 convolution is tried on the general kernel too.
      const chosen = chooseKernel(op, graph, target);
      const kernel = index % 3 === 2 && chosen.name === 'conv_1x1_s8' ? findKernel('conv_s8') : chosen;
      return { name: `${name} ${index}`, graph, kernel, inputs: randomInputs(random, graph) };
    }),
  );
}

/** Names of the runs whose outputs differ from what is expected, with the first difference. */
export function differences({ runs }: Pick<Batch, 'runs'>, outputs: Int8Array): string[] {
  let offset = 0;
  const found = runs.flatMap(({ name, expected }) => {
    const actual = outputs.subarray(offset, offset + expected.length);
    offset += expected.length;
    const wrong = expected.findIndex((value, position) => value !== actual[position]);
    return wrong < 0 ? [] : [`${name}: [${wrong}] is ${actual[wrong]}, not ${expected[wrong]}`];
  });
  return offset === outputs.length ? found : [...found, `${outputs.length} bytes of output, not ${offset}`];
}
