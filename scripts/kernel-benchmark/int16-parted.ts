/** Grouped and transposed convolutions, to be made int16, drawn with a seed of their own: each is appended to a network. */
import { seededRandom } from '../../test/kernels/random.ts';
import type { OperatorCase } from './side-by-side.ts';

const { integer, choose } = seededRandom(13);

/** Half as many elements as those of int8. */
const mostElements = 3500;

function grouped(): OperatorCase {
  const groups = choose([2, 4, 4, 8]);
  const [inputs, outputs] = [groups * choose([2, 3, 4, 8, 8, 16, 32]), groups * choose([1, 2, 4, 5, 8, 16])];
  const most = Math.max(4, Math.floor(Math.sqrt(mostElements / Math.max(inputs, outputs))));
  const [height, width] = [integer(3, Math.min(most, 20)), integer(3, Math.min(most, 20))];
  const options = { filter: choose([1, 1, 3, 3, 3, 5]), stride: choose([1, 1, 2]) };
  return (network) => {
    network.grouped(network.input([1, height, width, inputs]), outputs, groups, options);
  };
}

function transposed(): OperatorCase {
  const stride = choose([2, 2, 2, 1, 3]);
  const [inputs, outputs] = [choose([3, 8, 16, 32, 48]), choose([1, 3, 8, 16, 24])];
  const most = Math.max(3, Math.floor(Math.sqrt(mostElements / outputs) / stride));
  const [height, width] = [integer(2, Math.min(most, 10)), integer(2, Math.min(most, 10))];
  const options = { filter: choose([1, 2, 3, 3, 4, 5]), stride };
  return (network) => {
    network.transposed(network.input([1, height, width, inputs]), outputs, options);
  };
}

export function partedInt16Cases(): OperatorCase[] {
  return Array.from({ length: 100 }, (_, index) => (index % 5 < 3 ? grouped() : transposed()));
}
