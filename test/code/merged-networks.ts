/** Many small networks as one, so that what is generated for their edges and places needs one build for all of them. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateCode } from '../../src/code/index.ts';
import { runnerProgram } from '../../src/evaluation/index.ts';
import { type Graph, statesOf, verifyGraph } from '../../src/graph/index.ts';
import { planSchedule } from '../../src/schedule/index.ts';
import { findTarget } from '../../src/target/index.ts';
import { bytesOf, splitInputs } from '../reference/recorded-vectors.ts';
import type { OperatorVector } from '../support/operator-vectors.ts';
import { buildForQemu, mainOnFiles, runOnQemu } from '../support/qemu.ts';
import { runIn, strictFlags, withFolderAsync } from './compile-c.ts';

const target = findTarget('stm32f746');

/** A network without states, and its vector. */
export type Part = { readonly graph: Graph; readonly vector: OperatorVector };

/** The networks side by side: inputs and outputs of the first, then those of the second, and so on. */
function mergeGraphs(graphs: readonly Graph[]): Graph {
  let [tensors, ops] = [0, 0];
  const moved = graphs.map((graph) => {
    if (statesOf(graph).length > 0) throw new Error('what keeps state is not merged');
    const [tensorStart, opStart] = [tensors, ops];
    tensors += graph.tensors.length;
    ops += graph.ops.length;
    const edges = (list: Graph['inputs']) =>
      list.map((edge) => ({ ...edge, tensor: edge.tensor + tensorStart }));
    return {
      tensors: graph.tensors.map((tensor) => ({ ...tensor, id: tensor.id + tensorStart })),
      ops: graph.ops.map((op) => ({
        ...op,
        index: op.index + opStart,
        inputs: op.inputs.map((id) => id + tensorStart),
        output: op.output + tensorStart,
      })),
      inputs: edges(graph.inputs),
      outputs: edges(graph.outputs),
    };
  });
  const merged: Graph = {
    tensors: moved.flatMap((graph) => graph.tensors),
    ops: moved.flatMap((graph) => graph.ops),
    inputs: moved.flatMap((graph) => graph.inputs),
    outputs: moved.flatMap((graph) => graph.outputs),
  };
  verifyGraph(merged);
  return merged;
}

/** Sets of all networks, the same number of each: those that have fewer begin again. */
function mergedSets(parts: readonly Part[]): { readonly inputs: Uint8Array; readonly outputs: Uint8Array } {
  const sets = parts.map(({ graph, vector }) => {
    const inputs = splitInputs(graph, vector.inputs).map((set) => Buffer.concat(set.map(bytesOf)));
    const bytes = vector.outputs.length / inputs.length;
    const outputs = inputs.map((_, set) => vector.outputs.subarray(set * bytes, (set + 1) * bytes));
    return { inputs, outputs };
  });
  const most = Math.max(...sets.map(({ inputs }) => inputs.length));
  const all = (kind: 'inputs' | 'outputs'): Uint8Array =>
    Buffer.concat(
      Array.from({ length: most }, (_, set) =>
        Buffer.concat(sets.map((part) => part[kind][set % part[kind].length] ?? new Uint8Array())),
      ),
    );
  return { inputs: all('inputs'), outputs: all('outputs') };
}

/** Whether the generated C of all of them together gives the recorded bytes: on the host, and on a Cortex-M7. */
export async function mergedResults(
  parts: readonly Part[],
  withArm: boolean,
): Promise<readonly { readonly place: string; readonly isRight: boolean }[]> {
  const graph = mergeGraphs(parts.map((part) => part.graph));
  const tree = generateCode(planSchedule(graph, target), { name: 'merged', target });
  const program = runnerProgram(tree, graph);
  const { inputs, outputs } = mergedSets(parts);
  const isRight = (found: Uint8Array): boolean => Buffer.from(outputs).equals(found);
  return withFolderAsync(program.files, async (folder) => {
    const sanitizers = ['-fsanitize=address,undefined', '-fno-sanitize-recover=all'];
    runIn(folder, [
      'gcc',
      ...strictFlags,
      '-O1',
      ...sanitizers,
      '-I.',
      '-Imodel',
      ...program.units,
      '-o',
      'main',
    ]);
    const onHost = { place: 'host', isRight: isRight(runIn(folder, [`${folder}/main`], inputs)) };
    if (!withArm) return [onHost];
    writeFileSync(join(folder, 'main.c'), mainOnFiles);
    writeFileSync(join(folder, 'input.bin'), inputs);
    const elf = await buildForQemu(folder, {
      units: ['main.c', ...program.units].map((unit) => join(folder, unit)),
      includeFolders: [folder, join(folder, 'model')],
      flags: ['-O2', '-Dmain=run_sets'],
    });
    await runOnQemu(elf, folder, 120_000);
    return [onHost, { place: 'Arm', isRight: isRight(readFileSync(join(folder, 'output.bin'))) }];
  });
}
