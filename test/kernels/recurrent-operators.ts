/** Random operators that keep state, with states of their own. */
import { at, invariant } from '../../src/base/index.ts';
import {
  type Gate,
  type Graph,
  type Lstm,
  type Multiplier,
  type Op,
  type State,
  type Svdf,
  type Tensor,
  verifyGraph,
  zeros,
} from '../../src/graph/index.ts';
import type { Random } from './random.ts';
import { biases, factor } from './single-operator.ts';

type Draft = Pick<Tensor, 'shape' | 'type'>;
/** What is an operator's own, without the parts that all have. */
type Own<O extends Op> = Omit<O, 'index' | 'name' | 'inputs' | 'output'>;

/** A graph of one operator: the first tensor is the network's, the others are its states. */
function withStates(
  random: Random,
  particulars: Own<Svdf> | Own<Lstm>,
  input: Draft,
  states: readonly Draft[],
  output: Draft,
): Graph {
  const tensors = [input, ...states, output].map(
    ({ shape, type }, id): Tensor => ({
      id,
      name: `tensor${id}`,
      shape,
      type,
      scale: 1,
      zeroPoint: type === 'int8' ? random.integer(-128, 127) : 0,
      data: undefined,
    }),
  );
  const kept = states.map(({ shape, type }, index): State => {
    const count = shape.reduce((product, size) => product * size, 1);
    return { name: `state${index}`, tensor: index + 1, initial: zeros(type, count) };
  });
  const last = states.length + 1;
  const inputs = [input, ...states].map((_, id) => id);
  const graph: Graph = {
    tensors,
    ops: [{ ...particulars, index: 0, name: 'recurrent', inputs, output: last }],
    inputs: [{ tensor: 0, name: 'input', ...input }],
    outputs: [{ tensor: last, name: 'output', ...output }],
    states: kept,
  };
  verifyGraph(graph);
  return graph;
}

export function svdf(random: Random): Graph {
  const [batches, inputSize, units] = [random.integer(1, 3), random.integer(1, 30), random.integer(1, 8)];
  const [rank, memory] = [random.integer(1, 3), random.integer(1, 12)];
  const isWide = random.chance(0.6);
  const filters = units * rank;
  const state: Draft = { shape: [batches, memory * filters], type: isWide ? 'int16' : 'int8' };
  const most = Math.min(32_767, Math.floor(65_535 / (memory * rank)));
  const wide = (): Int16Array =>
    Int16Array.from({ length: filters * memory }, () => random.integer(-most, most));
  const particulars: Own<Svdf> = {
    kind: 'svdf',
    ...{ batches, inputSize, units, rank, memory },
    featureWeights: random.int8s(filters * inputSize),
    timeWeights: isWide ? wide() : random.int8s(filters * memory),
    bias: biases(random, units, 100_000),
    stateMultiplier: factor(random, isWide ? 100 : 5000 * Math.sqrt(inputSize), random.chance(0.1)),
    outputMultiplier: factor(random, isWide ? 2 ** 27 : 5000 * Math.sqrt(rank * memory), random.chance(0.1)),
  };
  const input: Draft = { shape: [batches, inputSize], type: 'int8' };
  return withStates(random, particulars, input, [state], { shape: [batches, units], type: 'int8' });
}

/** The same sizes of int16: sums larger by 8 bits, and now and then by so many that 32 would not do. */
export function lstmOfInt16(random: Random): Graph {
  const { tensors, ops, states } = lstm(random);
  const op = at(ops, 0);
  invariant(op.kind === 'lstm', 'a cell');
  const finer = ({ multiplier, shift }: Multiplier): Multiplier => ({
    multiplier: Math.min(Math.abs(multiplier), 2 ** 31 - 1),
    shift: Math.max(-31, Math.min(shift - random.choose([8, 8, 12]), 7)),
  });
  const most = random.choose([20_000, 5_000_000, 2 ** 31 - 1]);
  const gateOf = (gate: Gate): Gate => ({
    ...gate,
    bias: gate.bias.map(() => random.integer(-most, most)),
    inputMultiplier: finer(gate.inputMultiplier),
    hiddenMultiplier: finer(gate.hiddenMultiplier),
  });
  const { input, forget, cell, output } = op.gates;
  const { index, name, inputs, output: made, hiddenMultiplier, ...rest } = op;
  const particulars: Own<Lstm> = {
    ...rest,
    sums: 'wide',
    gates: { input: gateOf(input), forget: gateOf(forget), cell: gateOf(cell), output: gateOf(output) },
    hiddenMultiplier: { ...hiddenMultiplier, shift: Math.min(hiddenMultiplier.shift + 8, 0) },
    hiddenZeroPoint: 0,
  };
  const drafts = tensors.map(({ shape }): Draft => ({ shape, type: 'int16' }));
  const kept = (states ?? []).map((_, state) => at(drafts, state + 1));
  return withStates(random, particulars, at(drafts, 0), kept, at(drafts, drafts.length - 1));
}

export function lstm(random: Random): Graph {
  const [batches, steps] = [random.integer(1, 3), random.integer(1, 5)];
  const [inputSize, units] = [random.integer(1, 20), random.integer(1, 12)];
  const timeMajor = random.chance(0.5);
  const gate = (): Gate => ({
    inputWeights: random.int8s(units * inputSize),
    hiddenWeights: random.int8s(units * units),
    bias: biases(random, units, 20_000),
    inputMultiplier: factor(random, Math.sqrt(inputSize) * 50, false),
    hiddenMultiplier: factor(random, Math.sqrt(units) * 50, false),
  });
  const cellPower = random.integer(-15, -7);
  const fixed = (real: number) => ({ multiplier: 2 ** 30, shift: Math.round(Math.log2(real)) + 1 });
  const particulars: Own<Lstm> = {
    kind: 'lstm',
    ...{ timeMajor, batches, steps, inputSize, units, cellPower },
    gates: { input: gate(), forget: gate(), cell: gate(), output: gate() },
    forgetMultiplier: fixed(2 ** -15),
    inputMultiplier: fixed(2 ** (-30 - cellPower)),
    hiddenMultiplier: factor(random, 2 ** 30, false),
    hiddenZeroPoint: random.integer(-128, 127),
    cellClip: random.chance(0.4) ? undefined : random.choose([0, 100, 20_000, 32_767]),
  };
  const lead = timeMajor ? [steps, batches] : [batches, steps];
  const states: Draft[] = [
    { shape: [batches, units], type: 'int8' },
    { shape: [batches, units], type: 'int16' },
  ];
  const input: Draft = { shape: [...lead, inputSize], type: 'int8' };
  return withStates(random, particulars, input, states, { shape: [...lead, units], type: 'int8' });
}
