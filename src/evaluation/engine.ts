/** int8 networks given as data, run on this machine by the kernels that ship, which are compiled once for all. */
import { invariant, type Toolchain, type Workspace } from '../base/index.ts';
import type { Graph } from '../graph/index.ts';
import { kernelHeaders } from '../kernels/index.ts';
import type { Target } from '../target/index.ts';
import { assertComplete, compileProgram, runTimeoutMs } from './compile-program.ts';
import { concatenate } from './concatenate.ts';
import { dispatchHeader } from './dispatch.generated.ts';
import { encodeNetwork, int8SetBytes } from './engine-network.ts';
import { hostSources } from './sources.generated.ts';

export type Engine = {
  /**
   * Output sets of a network for input sets, both back to back: int8 values of the tensors behind the edges, whatever
   * type the edges have in the file. Runs that wait for a processor may share a process; no order is kept.
   *
   * @throws Failure `KERNEL_MISSING`, `HOST_RUN_FAILED`
   */
  run(graph: Graph, inputs: Uint8Array): Promise<Uint8Array>;
  /** Removes the program; to be called when all runs have ended. */
  close(): Promise<void>;
};

export type EngineOptions = {
  /** Processes at the same time, at most. */
  readonly processors: number;
  /** The board that networks are meant for. */
  readonly target: Target;
  /**
   * Take the very kernels that the board gets. Otherwise they are those of a core without DSP instructions, as this
   * machine is one: its depthwise kernel is faster here, and all give the same bytes.
   */
  readonly asShipped?: boolean;
};

type Request = {
  readonly graph: Graph;
  readonly inputs: Uint8Array;
  readonly resolve: (outputs: Uint8Array) => void;
  readonly reject: (reason: unknown) => void;
};

const programName = 'engine';
/** -O3: arguments are known at run time only, so that loops are as fast as the compiler makes them for any. */
const compilerArguments = ['-std=c11', '-O3', '-I../src', '../src/engine.c', '-o', programName];

/** A container starts in 160 ms (Podman) or more, a process in 3 ms: networks share containers, but not processes. */
const networksOfContainer = 16;

/**
 * Compiles the engine.
 *
 * @throws Failure `HOST_BUILD_FAILED` where there is no compiler or it refuses the sources
 */
export async function openEngine(toolchain: Toolchain, options: EngineOptions): Promise<Engine> {
  const { processors, asShipped = false } = options;
  const target = { ...options.target, hasDsp: asShipped && options.target.hasDsp };
  const workspace = await compileProgram(programName, programFiles(), compilerArguments, toolchain);
  const together = toolchain.identity.kind === 'container' ? networksOfContainer : 1;
  const waiting: Request[] = [];
  let busy = 0;
  const start = (): void => {
    while (busy < processors && waiting.length > 0) {
      const share = Math.ceil(waiting.length / (processors - busy));
      const batch = waiting.splice(0, Math.min(share, together));
      busy += 1;
      void runBatch(batch, target, toolchain, workspace).finally(() => {
        busy -= 1;
        start();
      });
    }
  };
  return {
    run: (graph, inputs) =>
      new Promise((resolve, reject) => {
        waiting.push({ graph, inputs, resolve, reject });
        // Requests that are made together are seen together.
        queueMicrotask(start);
      }),
    close: () => toolchain.closeWorkspace(workspace),
  };
}

function programFiles(): ReadonlyMap<string, string> {
  const main = hostSources.get('engine.c');
  invariant(main !== undefined, 'the engine has a source');
  const kernels = [...kernelHeaders].map(([path, text]) => [`kernels/${path}`, text] as const);
  return new Map([['engine.c', main], ['dispatch.h', dispatchHeader], ...kernels]);
}

/** Answers every request of the batch, one way or the other. */
async function runBatch(
  batch: readonly Request[],
  target: Target,
  toolchain: Toolchain,
  workspace: Workspace,
): Promise<void> {
  const encoded = batch.flatMap((request) => {
    try {
      return [{ request, ...encodeRequest(request, target) }];
    } catch (error) {
      request.reject(error);
      return [];
    }
  });
  if (encoded.length === 0) return;
  try {
    const stdin = concatenate(encoded.flatMap(({ network, request }) => [network, request.inputs]));
    const result = await toolchain.exec(workspace, [
      { argv: [`./${programName}`], stdin, timeoutMs: encoded.length * runTimeoutMs },
    ]);
    const total = encoded.reduce((sum, { outputBytes }) => sum + outputBytes, 0);
    assertComplete(result, total, 'evaluation engine');
    let offset = 0;
    for (const { request, outputBytes } of encoded) {
      request.resolve(result.stdout.slice(offset, offset + outputBytes));
      offset += outputBytes;
    }
  } catch (error) {
    for (const { request } of encoded) request.reject(error);
  }
}

function encodeRequest({ graph, inputs }: Request, target: Target) {
  const sets = inputs.length / int8SetBytes(graph.inputs, graph);
  invariant(Number.isInteger(sets) && sets > 0, `${inputs.length} bytes are no input sets`);
  const outputBytes = sets * int8SetBytes(graph.outputs, graph);
  return { network: encodeNetwork(graph, target, sets), outputBytes };
}
