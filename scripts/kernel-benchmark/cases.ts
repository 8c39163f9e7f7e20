/**
 * What the kernels are measured on: single operators of many shapes, side by side in networks that fit the chip, whole;
 * and chains of them that run row by row.
 */
import { at } from '../../src/base/index.ts';
import type { Graph, TensorId } from '../../src/graph/index.ts';
import type { PlanOptions } from '../../src/schedule/index.ts';
import { blocks, chain } from './chains.ts';
import { channelCounts, choose, forms, imageOf, integer, wideCounts } from './draws.ts';
import { edgeCases } from './edge-cases.ts';
import { furtherCases, maximum, prelu } from './further-cases.ts';
import {
  chainCount,
  furtherChain,
  partedChain,
  partedChainCount,
  poolChain,
  poolChainCount,
} from './further-chains.ts';
import { behindWeights, furtherInt16Cases } from './further-int16.ts';
import { inInt16, int16SideBySide } from './int16-cases.ts';
import { partedInt16Cases } from './int16-parted.ts';
import type { BenchmarkNetwork } from './network-types.ts';
import { recurrentCases } from './recurrent-cases.ts';
import { type OperatorCase, sideBySide } from './side-by-side.ts';

export type BenchmarkCase = {
  readonly name: string;
  readonly graph: Graph;
  readonly options: PlanOptions;
  /** Where the arena lies: in coupled memory, or behind the data cache. */
  readonly memory: 'coupled' | 'cached';
};

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
    network.fullyConnected(network.input([1, inputSize]), outputs, { form, isLarge });
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

/** Rows one by one, or in bands where these are faster. */
const memoryFirst: readonly PlanOptions[] = [
  { objective: 'memory', mostSlowdown: 10 },
  { objective: 'memory', mostSlowdown: 0.1 },
];

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
    ...times(5, softmax).map(behindWeights),
  ];
  return [
    ...int16InMemory(cases, 'coupled', 'int16'),
    ...int16InMemory(
      cases.filter((_, index) => index % 4 === 1),
      'cached',
      'int16',
    ),
    ...Array.from({ length: 3 }, (_, index): BenchmarkCase => {
      const graph = inInt16(chain([2, 5, 9][index] ?? 0));
      return { name: `int16 rows ${index}`, graph, options: at(memoryFirst, 0), memory: 'coupled' };
    }),
    ...int16InMemory(furtherInt16Cases(), 'coupled', 'further int16'),
  ];
}

/** Side by side in one kind of memory, for speed. */
function int16InMemory(
  chosen: readonly OperatorCase[],
  memory: BenchmarkCase['memory'],
  kind: string,
): BenchmarkCase[] {
  return int16SideBySide(chosen).map(({ graph }, index) => ({
    name: `${kind} ${memory} ${index}`,
    graph,
    options: { objective: 'speed' },
    memory,
  }));
}

/** Of int16, whose products come in parts: drawn behind all others too. */
function partedCasesOfInt16(): BenchmarkCase[] {
  const cases = partedInt16Cases();
  return [
    ...int16InMemory(cases, 'coupled', 'parted int16'),
    ...int16InMemory(
      cases.filter((_, index) => index % 4 === 1),
      'cached',
      'parted int16',
    ),
    ...Array.from({ length: partedChainCount }, (_, index): BenchmarkCase => {
      const name = `parted int16 rows ${index}`;
      return { name, graph: inInt16(partedChain(index)), options: at(memoryFirst, 0), memory: 'coupled' };
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
  const edges = [...edgeCases(), ...recurrentCases()];
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
    ...inMemory(edges, 'coupled', 'edge '),
    ...inMemory(edges.filter(isBehindCache), 'cached', 'edge '),
    ...Array.from({ length: chainCount }, (_, index): BenchmarkCase => {
      const name = `further rows ${index}`;
      return { name, graph: furtherChain(index), options: at(memoryFirst, 0), memory: 'coupled' };
    }),
    ...Array.from({ length: poolChainCount }, (_, index): BenchmarkCase => {
      const name = `further int16 rows ${index}`;
      return { name, graph: inInt16(poolChain(index)), options: at(memoryFirst, 0), memory: 'coupled' };
    }),
    ...partedCasesOfInt16(),
  ];
}
