/** Random configurations of operators with the outputs of others' kernels: the interpreter's verdict, and cases for C. */
import { at, Failure } from '../../src/base/index.ts';
import {
  buildGraph,
  changedStates,
  elementCount,
  type Graph,
  type Op,
  printGraph,
  zeros,
} from '../../src/graph/index.ts';
import { chooseKernel } from '../../src/kernels/index.ts';
import { readModel } from '../../src/model/index.ts';
import { type EdgeValues, interpret, type Memory, resetMemory } from '../../src/reference/index.ts';
import { findTarget } from '../../src/target/index.ts';
import { joinBytes, outputBytes, splitInputs } from '../reference/recorded-vectors.ts';
import type { OperatorVector } from '../support/operator-vectors.ts';
import type { KernelCase } from './batch.ts';

const target = findTarget('stm32f746');

export type CheckedVector = {
  /** Where the interpreter gives other outputs than are recorded, or the network is refused. */
  readonly fault?: string;
  /** Every operator of the network, with and without the rewriting passes, with each input set. */
  readonly cases: readonly KernelCase[];
  /** The network as it is built by default; none where it is refused. */
  readonly graph?: Graph;
};

export function checkVector(vector: OperatorVector, name: string): CheckedVector {
  try {
    const model = readModel(vector.model);
    const plain = buildGraph(model, []);
    const graph = buildGraph(model);
    const graphs = printGraph(plain) === printGraph(graph) ? [graph] : [plain, graph];
    const checked = graphs.map((one, index) => checkGraph(one, vector, `${name}/${index}`));
    const fault = checked.some(({ isRight }) => !isRight) && `${name} differs`;
    return { ...(fault !== false && { fault }), cases: checked.flatMap(({ cases }) => cases), graph };
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown;
    return { fault: `${name}: ${thrown.message}`, cases: [] };
  }
}

function checkGraph(
  graph: Graph,
  { inputs, outputs }: OperatorVector,
  name: string,
): { readonly isRight: boolean; readonly cases: readonly KernelCase[] } {
  // The sets are one sequence for what keeps state.
  const memory = resetMemory(graph);
  const singles = graph.ops.flatMap((op, index) => (op.kind === 'reshape' ? [] : [{ op, index }]));
  const kernels = singles.map(({ op }) => {
    const single = alone(op, graph);
    return { graph: single, kernel: chooseKernel(at(single.ops, 0), single, target) };
  });
  const found: Uint8Array[] = [];
  const cases: KernelCase[] = [];
  for (const [number, set] of splitInputs(graph, inputs).entries()) {
    const { results, tensors } = step(graph, set, memory);
    found.push(...results);
    for (const [position, { op, index }] of singles.entries()) {
      const values = op.inputs.map((id) => at(tensors, id));
      cases.push({ name: `${name}.${index} set ${number}`, ...at(kernels, position), inputs: values });
    }
  }
  return { isRight: Buffer.from(outputs).equals(joinBytes(found)), cases };
}

/** One invocation: outputs as bytes, and values of tensors, those of states as they were before it. */
function step(graph: Graph, set: readonly EdgeValues[], memory: Memory) {
  const before = memory.values.map((values) => values?.slice());
  const { outputs, tensors } = interpret(graph, set, memory);
  return {
    results: outputBytes(graph, outputs),
    tensors: tensors.map((values, id) => before[id] ?? values),
  };
}

/** An operator as a network of its own. */
function alone(op: Op, { tensors }: Graph): Graph {
  const ids = [...op.inputs, op.output];
  const edge = (id: number) => {
    const { name, shape, type } = at(tensors, at(ids, id));
    return { tensor: id, name, shape, type };
  };
  const single = { ...op, inputs: op.inputs.map((_, position) => position), output: op.inputs.length };
  const states = changedStates(single).map((id) => {
    const { name, type, shape } = at(tensors, at(ids, id));
    return { name, tensor: id, initial: zeros(type, elementCount(shape)) };
  });
  const given = single.inputs.filter((id) => !states.some(({ tensor }) => tensor === id));
  return {
    tensors: ids.map((old, id) => ({ ...at(tensors, old), id, data: undefined })),
    ops: [single],
    inputs: given.map(edge),
    outputs: op.kind === 'store' ? [] : [edge(op.inputs.length)],
    ...(states.length > 0 && { states }),
  };
}
