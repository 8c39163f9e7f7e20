/** The generated C as a program of this machine: compiled once, run over any number of input sets. */
import { invariant, type Progress, type Toolchain, type Workspace } from '../base/index.ts';
import type { SourceTree } from '../code/index.ts';
import { type Edge, elementBytes, elementCount, type Graph } from '../graph/index.ts';
import { assertComplete, compileProgram, runTimeoutMs } from './compile-program.ts';
import { edgeBytes } from './edge-values.ts';
import { inputSizeMismatch } from './failures.ts';
import { hostSources } from './sources.generated.ts';

export type HostModel = {
  readonly name: string;
  /** Bytes of one input set and of one output set. */
  readonly inputSetBytes: number;
  readonly outputSetBytes: number;
  readonly toolchain: Toolchain;
  readonly workspace: Workspace;
};

/** -O2 for speed; the warnings are those that the generated code promises to be clean under. */
const compilerFlags = [
  '-std=c11',
  '-O2',
  '-Wall',
  '-Wextra',
  '-Wconversion',
  '-Werror',
  '-I../src',
  '-I../src/model',
];

/**
 * Compiles the network for this machine. Close it with `closeHostModel`.
 *
 * @throws Failure `HOST_BUILD_FAILED` where there is no compiler or it refuses the sources
 */
export async function compileForHost(
  name: string,
  tree: SourceTree,
  graph: Graph,
  toolchain: Toolchain,
): Promise<HostModel> {
  const program = runnerProgram(tree, graph);
  const units = program.units.map((unit) => `../src/${unit}`);
  const compilerArguments = [...compilerFlags, ...units, '-o', 'host_model'];
  const workspace = await compileProgram(name, program.files, compilerArguments, toolchain);
  return {
    name,
    inputSetBytes: totalBytes(graph.inputs),
    outputSetBytes: totalBytes(graph.outputs),
    toolchain,
    workspace,
  };
}

/** Files and compile units of a program that reads input sets and writes output sets, for any machine with stdio. */
export function runnerProgram(
  tree: SourceTree,
  graph: Graph,
): { readonly files: ReadonlyMap<string, string>; readonly units: readonly string[] } {
  const model = [...tree.files].map(([path, text]) => [`model/${path}`, text] as const);
  const main = hostSources.get('host_main.c');
  invariant(main !== undefined, 'the runner has a source');
  return {
    files: new Map([['host_main.c', main], ...model, ['host_edges.h', edgesHeader(graph)]]),
    units: ['host_main.c', ...tree.units.map((unit) => `model/${unit}`)],
  };
}

/** Removes the program and its sources. */
export function closeHostModel(model: HostModel): Promise<void> {
  return model.toolchain.closeWorkspace(model.workspace);
}

/**
 * Output sets for input sets, both back to back.
 *
 * @param where named in messages: the file that the inputs are from
 * @param sequence how many sets are one sequence, before which what the network keeps between inferences is reset
 * @throws Failure `INPUT_SIZE_MISMATCH`, `HOST_RUN_FAILED`
 */
export async function runOnHost(
  model: HostModel,
  inputs: Uint8Array,
  where: string,
  progress?: Progress,
  sequence: number | 'whole' = 1,
): Promise<Uint8Array> {
  const sets = inputs.length / model.inputSetBytes;
  if (!Number.isInteger(sets) || sets === 0)
    throw inputSizeMismatch(where, inputs.length, model.inputSetBytes);
  let received = 0;
  const onStdout = (chunk: Uint8Array): void => {
    received += chunk.length;
    progress?.advance(`evaluate ${model.name}`, Math.floor(received / model.outputSetBytes), sets);
  };
  const result = await model.toolchain.exec(model.workspace, [
    {
      argv: ['./host_model', String(sequence === 'whole' ? 0 : sequence)],
      stdin: inputs,
      onStdout,
      timeoutMs: runTimeoutMs,
    },
  ]);
  assertComplete(result, sets * model.outputSetBytes, model.name);
  return result.stdout;
}

function totalBytes(edges: readonly Edge[]): number {
  return edges.reduce((total, edge) => total + edgeBytes(edge), 0);
}

function edgesHeader(graph: Graph): string {
  const formOf = ({ type }: Edge): string =>
    type === 'float32' || type === 'int64' ? `from_${type}` : 'as_here';
  const list = (edges: readonly Edge[]): string =>
    edges
      .map((edge) => `{${elementCount(edge.shape)}, ${elementBytes(edge.type)}, ${formOf(edge)}}`)
      .join(', ');
  return `#define HOST_INPUT_EDGES {${list(graph.inputs)}}\n#define HOST_OUTPUT_EDGES {${list(graph.outputs)}}\n`;
}
