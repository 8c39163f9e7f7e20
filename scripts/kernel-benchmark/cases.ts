/**
 * What the kernels are measured on: single operators of many shapes, side by side in networks that fit the chip, whole;
 * and chains of them that run row by row. Shapes are drawn with a seed among those that networks for such chips have.
 */
import { at } from '../../src/base/index.ts';
import type { Graph, TensorId } from '../../src/graph/index.ts';
import type { PlanOptions } from '../../src/schedule/index.ts';
import { seededRandom } from '../../test/kernels/random.ts';
import { type BenchmarkNetwork, benchmarkNetwork, type OutputForm } from './benchmark-network.ts';
import { furtherCases, maximum, prelu } from './further-cases.ts';
import { inInt16, withSlopes } from './int16-cases.ts';
import { type OperatorCase, sideBySide } from './side-by-side.ts';

export type BenchmarkCase = {
  readonly name: string;
  readonly graph: Graph;
  readonly options: PlanOptions;
  /** Where the arena lies: in coupled memory, or behind the data cache. */
  readonly memory: 'coupled' | 'cached';
};

const random = seededRandom(7);
const { integer, choose } = random;

const channelCounts = [3, 4, 8, 10, 12, 16, 16, 20, 24, 32, 32, 40, 48, 64, 64, 80, 96, 128];
const wideCounts = [96, 120, 128, 160, 192, 240, 256, 288, 320, 384, 480, 576];
const forms: readonly OutputForm[] = ['rectified', 'rectified', 'signed', 'signed', 'any'];

/** Height and width such that a tensor of so many channels has at most `bytes`. */
function imageOf(channels: number, bytes: number, least = 1): [height: number, width: number] {
  const most = Math.max(least, Math.floor(Math.sqrt(bytes / channels)));
  const height = integer(least, Math.min(most, 28));
  return [height, choose([height, height, integer(least, Math.min(most, 28))])];
}

function pointwise(depth: number, channels: number, isLarge = false): OperatorCase {
  const [height, width] = imageOf(Math.max(depth, channels), 9000, 2);
  const form = choose(forms);
  return (network) => {
    network.conv2d(network.input([1, height, width, depth]), channels, { filter: 1, form, isLarge });
  };
}

function convolution(): OperatorCase {
  const depth = choose([1, 1, 3, 3, 3, 2, 4, 8, 16, 24, 32]);
  const channels = choose(channelCounts);
  const filter = depth > 4 ? 3 : choose([3, 3, 5, 7, { height: 10, width: 4 }, { height: 1, width: 3 }]);
  const stride = choose([1, 2]);
  const [height, width] = imageOf(Math.max(depth, channels), 7000, 8);
  const form = choose(forms);
  return (network) => {
    network.conv2d(network.input([1, height, width, depth]), channels, { filter, stride, form });
  };
}

/** Narrow images and depth multipliers, for the kernel of any filter. */
function anyDepthwise(): OperatorCase {
  const channels = choose([3, 6, ...channelCounts]);
  const [height, width] = imageOf(channels, 6000, 4);
  const filter = choose([2, 3, 4, 5, 7, { height: 3, width: 1 }, { height: 1, width: 2 }]);
  const form = choose(['rectified', 'rectified', 'signed', 'any'] as const);
  const depthMultiplier = channels < 16 ? choose([1, 2, 4]) : 1;
  const columns = Math.min(width, 5);
  return (network) => {
    network.depthwise(network.input([1, height, columns, channels]), { filter, form, depthMultiplier });
  };
}

/** Filters and steps of mobile networks: each with every form of scaling. */
function mobileDepthwise(): OperatorCase[] {
  const forms = ['rectified', 'signed', 'any', 'rectified'] as const;
  return [3, 5, 7, { height: 1, width: 5 }].flatMap((filter) =>
    [1, 2].flatMap((stride) =>
      forms.map((form): OperatorCase => {
        const channels = choose([6, ...channelCounts, ...wideCounts.slice(0, 6)]);
        const [height, width] = imageOf(channels, 10_000 * stride, 6 * stride);
        return (network) => {
          network.depthwise(network.input([1, height, width, channels]), { filter, stride, form });
        };
      }),
    ),
  );
}

function dense(): OperatorCase {
  const inputSize = choose([8, 30, 64, 64, 128, 256, 490, 640, 1000]);
  const outputs = choose([2, 10, 12, 8, 128, 64, 32, 100]);
  const form = choose(forms);
  const isLarge = integer(0, 5) === 0;
  return (network) => {
    network.fullyConnected(network.input([1, inputSize]), outputs, form, isLarge);
  };
}

function pool(): OperatorCase {
  const kind = choose(['averagePool2d', 'maxPool2d'] as const);
  const channels = choose([3, 8, 16, 30, 32, 64, 96, 128]);
  const [height, width] = imageOf(channels, 7000, 6);
  const filter = choose([2, 3, 5, { height, width }]);
  const stride = choose([1, 2]);
  const isValid = integer(0, 1) === 0;
  return (network) => {
    network.pool(kind, network.input([1, height, width, channels]), filter, stride, isValid);
  };
}

function elements(
  append: (network: BenchmarkNetwork, input: TensorId, factor: number) => void,
): OperatorCase {
  const channels = choose([3, 7, ...channelCounts]);
  const [height, width] = imageOf(channels, 6000, 4);
  const factor = integer(1, 3);
  return (network) => append(network, network.input([1, height, width, channels]), factor);
}

const twoInputs: Parameters<typeof elements>[0][] = [
  (network, input) => network.add(input, network.input([1, ...network.volume(input)])),
  (network, input) => network.mul(input, network.input([1, ...network.volume(input)])),
  (network, input) => network.mul(input, network.input([1, 1, 1, network.volume(input)[2]])),
  (network, input) => network.concatenation([input, network.input([1, ...network.volume(input)])]),
];

const oneInput: Parameters<typeof elements>[0][] = [
  (network, input) => network.mean(input),
  (network, input) => network.requantize(input),
  (network, input) => network.logistic(input),
  (network, input, factor) => network.pad(input, factor, factor),
  (network, input) => network.transpose(input, [0, 2, 1, 3]),
  (network, input) => network.transpose(input, [0, 3, 1, 2]),
  (network, input) => network.resize('resizeNearest', input, 2),
];

function softmax(): OperatorCase {
  const classes = choose([2, 3, 10, 12, 100, 1000]);
  return (network) => network.softmax(network.input([1, classes]));
}

function times(count: number, make: () => OperatorCase): OperatorCase[] {
  return Array.from({ length: count }, make);
}

function operatorCases(): OperatorCase[] {
  return [
    ...times(28, () => pointwise(choose(channelCounts), choose(channelCounts))),
    ...times(10, () => pointwise(choose(channelCounts), choose(wideCounts))),
    ...times(10, () => pointwise(choose(wideCounts), choose(channelCounts))),
    ...times(6, () => pointwise(choose([64, 96, 160]), choose(channelCounts), true)),
    ...times(34, convolution),
    ...times(24, anyDepthwise),
    ...mobileDepthwise(),
    ...mobileDepthwise(),
    ...times(20, dense),
    ...times(40, pool),
    ...twoInputs.flatMap((append) => times(8, () => elements(append))),
    ...oneInput.flatMap((append) => times(4, () => elements(append))),
    ...times(5, softmax),
  ];
}

type Block = (network: BenchmarkNetwork, input: TensorId) => TensorId;

/** With many channels inside and few around, so that it pays to make it row by row. */
function between(inside: Block): Block {
  return (network, input) => {
    const wide = network.conv2d(input, choose([24, 40, 64]), { filter: 1 });
    return network.conv2d(inside(network, wide), 8, { filter: 1, form: 'signed' });
  };
}

const blocks: readonly Block[] = [
  between((network, input) => network.pool('maxPool2d', input, 2, 2)),
  between((network, input) => network.pool('averagePool2d', input, 3, 1)),
  (network, input) => network.conv2d(input, choose([8, 16, 24]), { filter: 3, stride: choose([1, 2]) }),
  between((network, input) => network.requantize(network.logistic(network.pad(input, 1, 1)))),
  between((network, input) => {
    const beside = network.conv2d(input, choose([8, 16]), { filter: 1, form: 'signed' });
    return network.concatenation([beside, network.requantize(input)]);
  }),
  (network, input) => {
    const stride = choose([1, 2]);
    return network.conv2d(network.depthwise(input, { filter: 3, stride }), choose([16, 32]), { filter: 1 });
  },
  between((network, input) => network.mul(network.depthwise(input, { filter: 3 }), input)),
  between((network, input) => network.resize('resizeNearest', network.pool('maxPool2d', input, 3, 2), 2)),
  (network, input) => network.conv2d(input, choose([10, 13]), { filter: 1, form: 'any' }),
  invertedResidual,
  invertedResidual,
  invertedResidual,
  invertedResidual,
];

function invertedResidual(network: BenchmarkNetwork, input: TensorId): TensorId {
  const [height, , channels] = network.volume(input);
  const wide = network.conv2d(input, channels * choose([2, 3, 4, 6]), { filter: 1 });
  const stride = height > 6 ? choose([1, 1, 2]) : 1;
  const filtered = network.depthwise(wide, { filter: choose([3, 3, 5, 7]), stride });
  const outputs = stride === 1 ? channels : choose([8, 16, 24, 40]);
  const narrow = network.conv2d(filtered, outputs, { filter: 1, form: 'signed' });
  return stride === 1 ? network.add(narrow, input) : narrow;
}

/** An input, a first convolution and blocks, the first of them the next kind of all, as they run row by row. */
function chain(seed: number): Graph {
  const network = benchmarkNetwork(seed);
  const size = integer(10, 26);
  let tensor = network.input([1, size, choose([size, integer(6, 40)]), choose([1, 3, 8])]);
  tensor = network.conv2d(tensor, choose([8, 16, 24]), {
    filter: choose([1, 3, 3, 5]),
    stride: choose([1, 2]),
  });
  tensor = at(blocks, seed % blocks.length)(network, tensor);
  for (let count = integer(1, 2); count > 0; count--) tensor = choose(blocks)(network, tensor);
  const [height, width] = network.volume(tensor);
  if (seed % 4 === 0) network.mean(tensor);
  if (seed % 4 === 1) network.pool('averagePool2d', tensor, { height, width }, 1, true);
  return network.finish();
}

/** Rows one by one, or in bands where these are faster. */
const memoryFirst: readonly PlanOptions[] = [
  { objective: 'memory', mostSlowdown: 10 },
  { objective: 'memory', mostSlowdown: 0.1 },
];

/** Elements of the tensors of a network of int16: half of what has room in coupled memory. */
const mostInt16Elements = 30_000;

/** Drawn behind all others, which they leave as they are. */
function int16Cases(): BenchmarkCase[] {
  const cases = [
    ...times(8, () => pointwise(choose(channelCounts), choose(channelCounts))),
    ...times(10, convolution),
    ...times(12, anyDepthwise),
    ...times(8, dense),
    ...times(12, pool),
    ...[
      ...twoInputs.slice(0, 3),
      (network: BenchmarkNetwork, input: TensorId) => maximum(network, input),
    ].flatMap((append) => times(4, () => elements(append))),
    ...times(4, () => elements((network, input) => prelu(network, input))),
    ...[...oneInput.slice(0, 4), ...oneInput.slice(5, 6)].flatMap((append) =>
      times(6, () => elements(append)),
    ),
    ...times(5, softmax),
  ];
  const made = (chosen: readonly OperatorCase[], memory: BenchmarkCase['memory']): BenchmarkCase[] =>
    sideBySide(chosen, mostInt16Elements).map(({ graph }, index) => ({
      name: `int16 ${memory} ${index}`,
      graph: inInt16(withSlopes(graph)),
      options: { objective: 'speed' },
      memory,
    }));
  return [
    ...made(cases, 'coupled'),
    ...made(
      cases.filter((_, index) => index % 4 === 1),
      'cached',
    ),
    ...Array.from({ length: 3 }, (_, index): BenchmarkCase => {
      const graph = inInt16(chain([2, 5, 9][index] ?? 0));
      return { name: `int16 rows ${index}`, graph, options: at(memoryFirst, 0), memory: 'coupled' };
    }),
  ];
}

/** All of them, in the order in which they are measured. */
export function benchmarkCases(): readonly BenchmarkCase[] {
  const operators = operatorCases();
  const inMemory = (
    cases: readonly OperatorCase[],
    memory: BenchmarkCase['memory'],
    kind = '',
  ): BenchmarkCase[] =>
    sideBySide(cases).map(({ graph }, index) => ({
      name: `${kind}${memory} ${index}`,
      graph,
      options: { objective: 'speed' },
      memory,
    }));
  const isBehindCache = (_: OperatorCase, index: number): boolean => index % 4 === 1;
  const further = furtherCases();
  return [
    ...inMemory(operators, 'coupled'),
    ...inMemory(operators.filter(isBehindCache), 'cached'),
    ...inMemory(further, 'coupled', 'further '),
    ...inMemory(further.filter(isBehindCache), 'cached', 'further '),
    ...Array.from({ length: 2 * blocks.length }, (_, index): BenchmarkCase => {
      const name = `rows ${index}`;
      const options = at(memoryFirst, index < blocks.length ? 0 : 1);
      return { name, graph: chain(index + 1), options, memory: 'coupled' };
    }),
    ...int16Cases(),
  ];
}
