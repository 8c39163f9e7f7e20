/** Networks as data against the interpreter, the golden vectors and the compiled network. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { at, Failure, type ProcessResult, type Toolchain } from '../../src/base/index.ts';
import {
  accuracyOver,
  closeHostModel,
  compileForHost,
  evaluate,
  loadDataset,
  openEngine,
  readSamples,
} from '../../src/evaluation/index.ts';
import { openToolchain } from '../../src/firmware/index.ts';
import { statesOf } from '../../src/graph/index.ts';
import { nodeHost } from '../../src/host/index.ts';
import { chooseKernel, kernelCatalogue } from '../../src/kernels/index.ts';
import { compileModel } from '../../src/pipeline/index.ts';
import { interpret } from '../../src/reference/index.ts';
import { findTarget } from '../../src/target/index.ts';
import { makeCases } from '../kernels/cases.ts';
import { describeWithFixtures } from '../support/fixtures.ts';
import { memoryHost } from '../support/memory-host.ts';
import { scoresModel } from '../support/small-models.ts';
import { archive } from './archive.ts';

const host = nodeHost();
const target = findTarget('stm32f746');
const local = await openToolchain('local', host);
const engine = await openEngine(local, { processors: 2, target });
const shipped = await openEngine(local, { processors: 2, target, asShipped: true });

afterAll(async () => {
  await engine.close();
  await shipped.close();
});

describe('single operators', () => {
  // A seed of its own: other cases than those that hold the kernels themselves to the interpreter.
  const cases = makeCases(20_260_915);
  // A search has none that keep anything between inferences.
  const fresh = cases.filter(({ graph }) => statesOf(graph).length === 0);

  const differing = async (runner: typeof engine): Promise<readonly string[]> => {
    const results = await Promise.all(
      fresh.map(async ({ name, graph, inputs }) => {
        const sets = Buffer.concat(
          inputs.map((values) => new Uint8Array(values.buffer, values.byteOffset, values.byteLength)),
        );
        const expected = at(interpret(graph, inputs).tensors, at(graph.ops, 0).output);
        const bytes = Buffer.from(expected.buffer, expected.byteOffset, expected.byteLength);
        return { name, isEqual: bytes.equals(await runner.run(graph, sets)) };
      }),
    );
    return results.filter(({ isEqual }) => !isEqual).map(({ name }) => name);
  };

  test('every kernel of the catalogue is reached', () => {
    const chosen = [target, { ...target, hasDsp: false }].flatMap((board) =>
      cases.map(({ graph }) => chooseKernel(at(graph.ops, 0), graph, board).name),
    );
    expect([...new Set(chosen)].sort()).toEqual(kernelCatalogue.map(({ name }) => name).sort());
  });

  test('equal the interpreter, by the kernels of a core without DSP instructions', async () => {
    expect(await differing(engine)).toEqual([]);
  });

  test('equal the interpreter, by the very kernels that the board gets', async () => {
    expect(await differing(shipped)).toEqual([]);
  });

  test('equal the interpreter where networks share processes, as in containers', async () => {
    const container: Toolchain = { ...local, identity: { ...local.identity, kind: 'container' } };
    const sharing = await openEngine(container, { processors: 2, target });
    expect(await differing(sharing)).toEqual([]);
    await sharing.close();
  });
});

describeWithFixtures('whole networks', (folder) => {
  const networks = [
    'kws_ref_model',
    'pretrainedResnet_quant',
    'vww_96_int8',
    'ad01_int8',
    'tinyengine_vww',
    'mcunet-320kb-1mb_imagenet',
  ] as const;
  const compile = (network: string): ReturnType<typeof compileModel> => {
    const path = join(folder, 'models', `${network}.tflite`);
    return compileModel(readFileSync(path), path, network, target);
  };

  test.each(networks)('%s gives its golden vectors', async (network) => {
    const golden = join(folder, 'golden', network);
    const form = network === 'tinyengine_vww' ? '_i8' : '';
    const { graph } = compile(network);
    const inputs = readFileSync(join(golden, `input0${form}.bin`));
    const expected = readFileSync(join(golden, `output0${form}.bin`));
    for (const runner of [engine, shipped])
      expect(expected.equals(await runner.run(graph, inputs))).toBe(true);
  });

  test('keyword spotting is right on 901 of its 1,000 samples', async () => {
    const samples = await readSamples({ format: 'mlperf-tiny', path: join(folder, 'kws01') }, [], host);
    const accuracy = await accuracyOver(engine, samples, 'top1')(compile('kws_ref_model').graph);
    expect(accuracy).toMatchObject({ metric: 'top1', value: 0.901, samples: 1000 });
    // It ends with a softmax: of probabilities, not of logits, whose cross-entropy could not be less than 0.9.
    expect(accuracy.loss).toBeGreaterThan(0.2);
    expect(accuracy.loss).toBeLessThan(0.5);
  });

  /** Noise as samples of this shape, with labels of 0 and 1 in turn. */
  const noise = (shape: readonly number[]) => {
    const count = shape.reduce((product, size) => product * size, 1);
    const values = Uint8Array.from({ length: count }, (_, index) => Math.imul(index + 1, 0x9e3779b1) >>> 24);
    const labels = Int32Array.from({ length: at(shape, 0) }, (_, sample) => sample % 2);
    return archive({ x: { values, shape: [...shape] }, y: { values: labels, shape: [labels.length] } });
  };

  test.each([
    ['ad01_int8', [40, 640], 'auc', [120], [60]],
    ['tinyengine_vww', [10, 80, 80, 3], 'auc', [127.5], [127.5]],
    ['tinyengine_vww', [10, 80, 80, 3], 'top1', [127.5], [127.5]],
  ] as const)(
    '%s scores on samples of %j, by %s, what it does compiled',
    async (network, shape, metric, mean, std) => {
      const normalisation = { mean, std };
      const source = { format: 'npz', path: 'd.npz', inputs: 'x', labels: 'y', normalisation } as const;
      const files = memoryHost({ 'd.npz': noise(shape) });
      const { graph, tree } = compile(network);
      const model = await compileForHost(network, tree, graph, local);
      const compiled = await evaluate(model, graph, await loadDataset(source, metric, graph, files), metric);
      await closeHostModel(model);
      const { loss, ...accuracy } = await accuracyOver(
        engine,
        await readSamples(source, [], files),
        metric,
      )(graph);
      expect(accuracy).toEqual(compiled);
      expect(loss === undefined).toBe(metric === 'auc');
    },
  );
});

describe('runs', () => {
  const { graph } = compileModel(scoresModel(), 'scores.tflite', 'scores', target);
  const ended = (stdout: Uint8Array, exitCode = 0): ProcessResult => ({
    exitCode,
    timedOut: false,
    stdout,
    stderr: '',
  });
  /** A toolchain whose engine does as `answer` says, and compiles nothing. */
  const answering = (answer: () => Promise<ProcessResult>): Toolchain => ({
    identity: { kind: 'local', compiler: 'none' },
    openWorkspace: async () => ({ root: '/workspace' }),
    exec: async (_workspace, [command]) => (command?.argv[0] === 'cc' ? ended(new Uint8Array()) : answer()),
    readOutput: () => Promise.reject(new Error('nothing is read')),
    closeWorkspace: async () => undefined,
  });
  const oneSet = new Uint8Array(4);

  test('are as many at a time as there are processors', async () => {
    let [running, most] = [0, 0];
    const toolchain = answering(async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setTimeout(resolve, 5));
      running -= 1;
      return ended(new Uint8Array(3));
    });
    const three = await openEngine(toolchain, { processors: 3, target });
    const outputs = await Promise.all(Array.from({ length: 10 }, () => three.run(graph, oneSet)));
    expect(outputs.map(({ length }) => length)).toEqual(Array(10).fill(3));
    expect(most).toBe(3);
  });

  test('fail alone: those after them are answered', async () => {
    const results = [ended(new Uint8Array(), 139), ended(new Uint8Array(2)), ended(new Uint8Array(3))];
    const toolchain = answering(async () => results.shift() ?? ended(new Uint8Array()));
    const single = await openEngine(toolchain, { processors: 1, target });
    const runs = Array.from({ length: 3 }, () => single.run(graph, oneSet));
    const settled = await Promise.allSettled(runs);
    expect(settled).toMatchObject([
      { reason: { code: 'HOST_RUN_FAILED', message: expect.stringMatching(/exit status 139/) } },
      {
        reason: { code: 'HOST_RUN_FAILED', message: expect.stringMatching(/2 bytes of output instead of 3/) },
      },
      { status: 'fulfilled' },
    ]);
  });

  test('take whole sets of inputs only', async () => {
    await expect(engine.run(graph, new Uint8Array(6))).rejects.toThrow('6 bytes are no input sets');
  });

  test('cannot be had without a compiler', async () => {
    const missing = new Failure({ code: 'PROGRAM_NOT_FOUND', kind: 'toolchain', message: 'no cc' });
    const toolchain: Toolchain = {
      ...answering(async () => ended(oneSet)),
      exec: () => Promise.reject(missing),
    };
    await expect(openEngine(toolchain, { processors: 1, target })).rejects.toMatchObject({
      code: 'HOST_BUILD_FAILED',
      message: expect.stringMatching(/no C compiler/),
    });
  });
});
