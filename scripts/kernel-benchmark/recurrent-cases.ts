/** Operators that keep state, with weights and factors as trained layers have them: each is appended to a network. */
import { type Gate, quantizeMultiplier } from '../../src/graph/index.ts';
import { seededRandom } from '../../test/kernels/random.ts';
import type { BenchmarkNetwork } from './network-types.ts';
import type { OperatorCase } from './side-by-side.ts';

const { integer, choose } = seededRandom(10);

export type Memories = {
  readonly inputSize: number;
  readonly units: number;
  readonly rank: number;
  readonly memory: number;
};

export function svdf(
  network: BenchmarkNetwork,
  { inputSize, units, rank, memory }: Memories,
  stateType: 'int8' | 'int16',
): void {
  const filters = units * rank;
  const state = network.state([1, filters * memory], stateType);
  const timeWeights = network.weights(filters * memory);
  const finer = stateType === 'int16' ? 256 : 1;
  network.append<'svdf'>(
    {
      kind: 'svdf',
      inputs: [network.input([1, inputSize]), state],
      batches: 1,
      ...{ inputSize, units, rank, memory },
      featureWeights: network.weights(filters * inputSize),
      timeWeights:
        stateType === 'int16' ? Int16Array.from(timeWeights, (weight) => 16 * weight) : timeWeights,
      bias: new Int32Array(units),
      stateMultiplier: quantizeMultiplier(finer / (64 * Math.sqrt(inputSize))),
      outputMultiplier: quantizeMultiplier(1 / (64 * finer * finer * Math.sqrt(rank * memory))),
    },
    [1, units],
  );
}

export type Steps = { readonly steps: number; readonly inputSize: number; readonly units: number };

/** Arguments of gates of about 1, of which 2^12 make one; a cell state in 2^-11. */
export function lstm(
  network: BenchmarkNetwork,
  { steps, inputSize, units }: Steps,
  type: 'int8' | 'int16' = 'int8',
): void {
  const finer = type === 'int16' ? 256 : 1;
  const gate = (): Gate => ({
    inputWeights: network.weights(units * inputSize),
    hiddenWeights: network.weights(units * units),
    bias: new Int32Array(units),
    inputMultiplier: quantizeMultiplier(1 / (2 * finer * Math.sqrt(inputSize))),
    hiddenMultiplier: quantizeMultiplier(1 / (2 * finer * Math.sqrt(units))),
  });
  const cellPower = -11;
  network.append<'lstm'>(
    {
      kind: 'lstm',
      inputs: [
        network.input([1, steps, inputSize], type),
        network.state([1, units], type),
        network.state([1, units], 'int16'),
      ],
      timeMajor: false,
      batches: 1,
      ...{ steps, inputSize, units, cellPower },
      ...(type === 'int16' && { sums: 'wide' }),
      gates: { input: gate(), forget: gate(), cell: gate(), output: gate() },
      forgetMultiplier: quantizeMultiplier(2 ** -15),
      inputMultiplier: quantizeMultiplier(2 ** (-30 - cellPower)),
      hiddenMultiplier: quantizeMultiplier(finer * 2 ** -23),
      hiddenZeroPoint: 0,
      cellClip: undefined,
    },
    [1, steps, units],
    0,
    type,
  );
}

function svdfCase(): OperatorCase {
  const memories: Memories = {
    inputSize: choose([8, 25, 40, 64, 100]),
    units: choose([4, 8, 16, 32]),
    rank: choose([1, 1, 2, 3]),
    memory: choose([2, 4, 8, 10, 16, 30]),
  };
  const stateType = choose(['int8', 'int16', 'int16'] as const);
  return (network) => svdf(network, memories, stateType);
}

function lstmCase(type: 'int8' | 'int16' = 'int8'): OperatorCase {
  const sizes: Steps = {
    steps: choose([1, 2, 5, 10]),
    inputSize: choose([3, 8, 13, 20, 28, 40]),
    units: integer(4, 32),
  };
  return (network) => lstm(network, sizes, type);
}

export function recurrentCases(): OperatorCase[] {
  return [
    ...Array.from({ length: 20 }, () => svdfCase()),
    ...Array.from({ length: 14 }, () => lstmCase()),
    ...Array.from({ length: 14 }, () => lstmCase('int16')),
  ];
}
