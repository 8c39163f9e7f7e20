/** Graphs with filters that can only give one value, before and after the pass that drops them. */
import { expect } from 'vitest';
import { at } from '../../src/base/index.ts';
import { elementCount, type Graph, type Op, standardPasses, verifyGraph } from '../../src/graph/index.ts';
import { interpret } from '../../src/reference/index.ts';
import { seededIntegers } from '../support/seeded-integers.ts';

const pass = standardPasses.filter(({ name }) => name === 'drop-constant-channels');
/** The standard passes but the one. */
export const without: typeof standardPasses = standardPasses.filter(
  ({ name }) => name !== 'drop-constant-channels',
);

export function drop(graph: Graph): Graph {
  const dropped = pass.reduce((current, { rewrite }) => rewrite(current), graph);
  verifyGraph(dropped);
  return dropped;
}

/** Both graphs on noise, on the extremes, and on the zero point of all. */
function expectSameOutputs(before: Graph, after: Graph): void {
  const random = seededIntegers(5);
  const fills = [() => -128, () => 127, () => -3, ...[1, 2, 3].map(() => () => random(-128, 127))];
  const coin = (): number => (random(0, 1) === 0 ? -128 : 127);
  for (const fill of [...fills, coin, coin]) {
    const inputs = before.inputs.map(({ shape, type }) => {
      const values = Int8Array.from({ length: elementCount(shape) }, fill);
      return type === 'int8' ? values : Float32Array.from(values, (value) => value / 8);
    });
    expect(interpret(after, inputs).outputs).toEqual(interpret(before, inputs).outputs);
  }
}

/** The graph after the pass; operators keep their names, outputs their bytes. */
export function dropped(graph: Graph): Graph {
  const after = drop(graph);
  expectSameOutputs(graph, after);
  expect(after.ops.map(({ index, name, kind }) => ({ index, name, kind }))).toEqual(
    graph.ops.map(({ index, name, kind }) => ({ index, name, kind })),
  );
  return after;
}

/** Last dimensions of the operators' outputs, in order. */
export function channels(graph: Graph): number[] {
  return graph.ops.map((op) =>
    at(at(graph.tensors, op.output).shape, -1 + at(graph.tensors, op.output).shape.length),
  );
}

type Weighted = Extract<Op, { readonly weights: Int8Array }>;

/** Zero point of every hidden tensor of the builder. */
export const zeroPoint = -3;

/** Sets what some output channels of an operator give: weights 0, the bias such that the value is the stated one. */
export function pin(graph: Graph, opIndex: number, values: Readonly<Record<number, number>>): Graph {
  return edit(graph, opIndex, (op) => {
    const outputs = op.bias.length;
    const taps = op.weights.length / outputs;
    const outputOf = (position: number): number =>
      op.kind === 'depthwiseConv2d' ? position % outputs : Math.floor(position / taps);
    return {
      ...op,
      weights: op.weights.map((weight, position) => (outputOf(position) in values ? 0 : weight)),
      bias: op.bias.map((bias, output) => (output in values ? (values[output] ?? 0) - zeroPoint : bias)),
      // The factor 1, exactly.
      multipliers: op.multipliers.map((factor, output) =>
        output in values ? { multiplier: 2 ** 30, shift: 1 } : factor,
      ),
    };
  });
}

export function edit<T extends Weighted>(graph: Graph, opIndex: number, change: (op: T) => T): Graph {
  const ops = graph.ops.map((op) => (op.index === opIndex && 'weights' in op ? change(op as T) : op));
  return { ...graph, ops };
}
