/** Arbitrary small graphs: programs of instructions that pick their operands among the tensors made so far. */
import fc from 'fast-check';
import { at } from '../../src/base/index.ts';
import type { Graph, TensorId } from '../../src/graph/index.ts';
import { type NetworkBuilder, networkBuilder } from './network-builder.ts';

type Pick = (count: number) => number;

/** Makes a tensor from one or more of those that exist, or nothing where none fits. */
type Instruction = (
  network: NetworkBuilder,
  tensors: readonly TensorId[],
  operand: TensorId,
  pick: Pick,
) => TensorId | undefined;

const isVolume = (network: NetworkBuilder, tensor: TensorId): boolean => network.shapeOf(tensor).length === 4;

/** One of the tensors with the operand's shape, which may be the operand; a constant now and then. */
function partner(
  network: NetworkBuilder,
  tensors: readonly TensorId[],
  operand: TensorId,
  pick: Pick,
): TensorId {
  const shape = network.shapeOf(operand);
  const alike = tensors.filter((tensor) => `${network.shapeOf(tensor)}` === `${shape}`);
  return pick(6) === 0 ? network.constant(shape) : at(alike, pick(alike.length));
}

const onVolumes: Readonly<Record<string, Instruction>> = {
  conv1x1: (network, _, operand, pick) => network.conv2d(operand, 1 + pick(9)),
  conv3x3: (network, _, operand, pick) => network.conv2d(operand, 1 + pick(9), 3, 1 + pick(2)),
  depthwise: (network, _, operand, pick) => network.depthwiseConv2d(operand, 3, 1 + pick(2)),
  averagePool: (network, _, operand, pick) =>
    network.pool2d('averagePool2d', operand, 2 + pick(2), 1 + pick(2)),
  maxPool: (network, _, operand, pick) => network.pool2d('maxPool2d', operand, 2 + pick(2), 1 + pick(2)),
  mean: (network, _, operand) => network.mean(operand),
  pad: (network, _, operand, pick) => network.pad(operand, pick(2), 1 + pick(2)),
  transpose: (network, _, operand) => network.transpose(operand, [0, 2, 1, 3]),
  resizeNearest: (network, _, operand) => network.resizeNearest(operand, 2),
  concatenation: (network, tensors, operand, pick) => {
    const spatial = (tensor: TensorId): string => `${network.shapeOf(tensor).slice(0, -1)}`;
    const alike = tensors.filter((tensor) => spatial(tensor) === spatial(operand));
    return network.concatenation([operand, at(alike, pick(alike.length)), at(alike, pick(alike.length))]);
  },
};

const onAnything: Readonly<Record<string, Instruction>> = {
  add: (network, tensors, operand, pick) => network.add(operand, partner(network, tensors, operand, pick)),
  mul: (network, tensors, operand, pick) => network.mul(operand, partner(network, tensors, operand, pick)),
  relu: (network, _, operand) => network.relu(operand),
  fullyConnected: (network, _, operand, pick) => network.fullyConnected(operand, 1 + pick(12)),
  reshape: (network, _, operand) => {
    const [, ...rest] = network.shapeOf(operand);
    return network.reshape(operand, [1, 1, 1, rest.reduce((product, size) => product * size, 1)]);
  },
  softmax: (network, _, operand) => network.requantize(network.softmax(operand)),
  logistic: (network, _, operand) => network.requantize(network.logistic(operand)),
};

const largestTensor = 600;

export type RandomNetworkOptions = { readonly minOps: number; readonly maxOps: number };

/**
 * Graphs of up to `maxOps` instructions on one or two inputs. Outputs are the tensors that nobody reads, and one more
 * now and then; edges are float32 now and then.
 */
export function randomNetworks({ minOps, maxOps }: RandomNetworkOptions): fc.Arbitrary<Graph> {
  const names = [...Object.keys(onVolumes), ...Object.keys(onAnything)];
  const choice = fc.nat({ max: 1_000_000 });
  const instruction = fc.record({ name: fc.constantFrom(...names), operand: choice, picks: choice });
  return fc
    .record({
      seed: choice,
      size: fc.record({ height: fc.integer({ min: 1, max: 6 }), width: fc.integer({ min: 1, max: 6 }) }),
      channels: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 2 }),
      program: fc.array(instruction, { minLength: minOps, maxLength: maxOps }),
      floatEdges: fc.boolean(),
      extraOutput: fc.option(choice),
    })
    .map(({ seed, size, channels, program, floatEdges, extraOutput }) => {
      const network = networkBuilder(seed);
      const type = floatEdges ? 'float32' : 'int8';
      const tensors: TensorId[] = channels.map((count) =>
        network.input([1, size.height, size.width, count], type),
      );
      for (const { name, operand, picks } of program) {
        const made = run(network, tensors, name, operand, picks);
        if (made !== undefined) tensors.push(made);
      }
      const graph = network.finish([]);
      const outputs = tensors.filter(
        (tensor, position) =>
          position >= channels.length && !graph.ops.some((op) => op.inputs.includes(tensor)),
      );
      if (outputs.length === 0) outputs.push(network.relu(at(tensors, 0)));
      if (extraOutput !== null) outputs.push(at(tensors, extraOutput % tensors.length));
      return network.finish([...new Set(outputs)], type);
    });
}

function run(
  network: NetworkBuilder,
  tensors: readonly TensorId[],
  name: string,
  operand: number,
  picks: number,
): TensorId | undefined {
  const instruction = onVolumes[name] ?? at([onAnything[name]], 0);
  const size = (tensor: TensorId): number =>
    network.shapeOf(tensor).reduce((product, side) => product * side, 1);
  const fitting = tensors.filter(
    (tensor) => size(tensor) <= largestTensor && (!(name in onVolumes) || isVolume(network, tensor)),
  );
  if (fitting.length === 0) return undefined;
  let left = picks;
  const pick = (count: number): number => {
    const picked = left % count;
    left = Math.floor(left / count);
    return picked;
  };
  return instruction?.(network, fitting, at(fitting, operand % fitting.length), pick);
}
