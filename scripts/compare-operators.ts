/**
 * Holds the interpreter and the C kernels to vectors of `scripts/make-operator-vectors.py`.
 *
 * `node scripts/compare-operators.ts FOLDER [OPERATOR ...]`: every case of every operator is read and built with and
 * without the rewriting passes, and interpreted; then each of its operators runs as C with the inputs that it has there,
 * on this machine with sanitizers and, with `--arm`, on an emulated Cortex-M7 with and without the DSP extension.
 */
import { at, Failure } from '../src/base/index.ts';
import {
  buildGraph,
  changedStates,
  elementCount,
  type Graph,
  type Op,
  printGraph,
  zeros,
} from '../src/graph/index.ts';
import { chooseKernel } from '../src/kernels/index.ts';
import { readModel } from '../src/model/index.ts';
import { interpret, resetMemory } from '../src/reference/index.ts';
import { findTarget } from '../src/target/index.ts';
import { type KernelCase, makeBatch } from '../test/kernels/batch.ts';
import { differences } from '../test/kernels/cases.ts';
import { seededRandom } from '../test/kernels/random.ts';
import { makeRowBatch } from '../test/kernels/row-batch.ts';
import { onArmDsp, onArmPortable, onHost, outputsOf } from '../test/kernels/tiers.ts';
import { joinBytes, outputBytes, splitInputs } from '../test/reference/recorded-vectors.ts';
import { type OperatorVector, operatorsIn, readVectors } from '../test/support/operator-vectors.ts';

const target = findTarget('stm32f746');
const [folder, ...rest] = process.argv.slice(2);
if (folder === undefined) throw new Error('name the folder of the vectors');
const withArm = rest.includes('--arm');
const chosen = rest.filter((argument) => !argument.startsWith('--'));
/** Cases of one program. */
const batchSize = 150;

/** What is wrong with a case, or the kernels' cases of its first input set. */
function check(
  vector: OperatorVector,
  name: string,
): { readonly fault?: string; readonly cases: KernelCase[] } {
  const expected = Buffer.from(vector.outputs);
  try {
    const model = readModel(vector.model);
    const graphs = [buildGraph(model, []), buildGraph(model)];
    for (const graph of graphs) {
      // The sets are one sequence for what keeps state.
      const memory = resetMemory(graph);
      const outputs = splitInputs(graph, vector.inputs).flatMap((set) =>
        outputBytes(graph, interpret(graph, set, memory).outputs),
      );
      if (!expected.equals(joinBytes(outputs))) return { fault: `${name} differs`, cases: [] };
    }
    const isSame = new Set(graphs.map(printGraph)).size === 1;
    const distinct = isSame ? graphs.slice(1) : graphs;
    return { cases: distinct.flatMap((graph, index) => kernelCases(graph, vector, `${name}/${index}`)) };
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown;
    return { fault: `${name}: ${thrown.message}`, cases: [] };
  }
}

/** Every operator of a graph as one of its own, with the values that its inputs have there. */
function kernelCases(graph: Graph, { inputs }: OperatorVector, name: string): KernelCase[] {
  const { tensors } = interpret(graph, at(splitInputs(graph, inputs), 0));
  return graph.ops.flatMap((op, index) => {
    if (op.kind === 'reshape') return [];
    const single = alone(op, graph);
    const kernel = chooseKernel(at(single.ops, 0), single, target);
    const values = op.inputs.map((id) => at(tensors, id));
    return [{ name: `${name}.${index}`, graph: single, kernel, inputs: values }];
  });
}

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

let failed = false;
for (const operator of chosen.length > 0 ? chosen : operatorsIn(folder)) {
  const checked = readVectors(folder, operator).map((vector, number) =>
    check(vector, `${operator} ${number}`),
  );
  const faults = checked.flatMap(({ fault }) => fault ?? []);
  const cases = checked.flatMap((one) => one.cases);
  const runs = [0, 0];
  for (let start = 0; start < cases.length; start += batchSize) {
    const part = cases.slice(start, start + batchSize);
    const batches = [makeBatch(part), makeRowBatch(part, seededRandom(start))].filter(
      (batch) => batch.runs.length > 0,
    );
    for (const batch of batches) {
      for (const [place, tier] of (withArm ? [onHost, onArmDsp, onArmPortable] : [onHost]).entries()) {
        faults.push(...differences(batch, await outputsOf(batch, tier)));
        runs[Math.min(place, 1)] = (runs[Math.min(place, 1)] ?? 0) + batch.runs.length;
      }
    }
  }
  const kernels = [...new Set(cases.map(({ kernel }) => kernel.name))].join(', ');
  console.log(
    `${operator}: ${checked.length} cases, ${faults.length} faults; C runs: ${runs[0]} host, ${runs[1]} Arm (${kernels})`,
  );
  for (const fault of faults.slice(0, 10)) console.log(`  ${fault}`);
  failed ||= faults.length > 0;
}
process.exitCode = failed ? 1 : 0;
