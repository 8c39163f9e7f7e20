/**
 * Whole networks as the converters of TensorFlow and PyTorch make them int8, against what TensorFlow Lite Micro and ONNX
 * Runtime compute with them (see test/fixtures/PROVENANCE.md): by the interpreter, some as C on this machine, and one with state as firmware.
 */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { at } from '../../src/base/index.ts';
import { closeHostModel, compileForHost, runOnHost, toQuantised } from '../../src/evaluation/index.ts';
import { buildFirmware, openToolchain } from '../../src/firmware/index.ts';
import { buildGraph, elementBytes, elementCount, type Graph } from '../../src/graph/index.ts';
import { nodeHost } from '../../src/host/index.ts';
import { simulateInferences } from '../../src/measurement/index.ts';
import { readModel } from '../../src/model/index.ts';
import { compileModel } from '../../src/pipeline/index.ts';
import { interpret, resetMemory } from '../../src/reference/index.ts';
import { findTarget } from '../../src/target/index.ts';
import { joinBytes, outputBytes, splitInputs } from '../reference/recorded-vectors.ts';
import { type OperatorVector, operatorsIn, readVectors } from '../support/operator-vectors.ts';

const folder = join(import.meta.dirname, '../fixtures/networks');
const names = operatorsIn(folder);
const target = findTarget('stm32f746');
const compiled = (name: string) =>
  compileModel(vectorOf(name).model, name, 'network', target, { objective: 'memory' });
const isOnnx = (name: string): boolean => name.endsWith('-onnx');
const vectorOf = (name: string): OperatorVector => at(readVectors(folder, name), 0);

/** Outputs of all sets, one after another: what is kept between inferences goes on. */
function interpreted(graph: Graph, inputs: Uint8Array): Uint8Array {
  const memory = resetMemory(graph);
  const sets = splitInputs(graph, inputs);
  return joinBytes(sets.flatMap((set) => outputBytes(graph, interpret(graph, set, memory).outputs)));
}

/** Input or output sets as they are in memory. */
function setsOf(edges: Graph['inputs'], graph: Graph, bytes: Uint8Array): Int8Array[] {
  const size = edges.reduce((sum, { shape, type }) => sum + elementCount(shape) * elementBytes(type), 0);
  return Array.from({ length: bytes.length / size }, (_, set) =>
    toQuantised(edges, graph, bytes.subarray(set * size, (set + 1) * size)),
  );
}

/** The most steps that any element of any output is away from what is expected. */
function furthest(graph: Graph, vector: OperatorVector, outputs: Uint8Array): number {
  expect(outputs.length).toBe(vector.outputs.length);
  const bytes = outputs.length / splitInputs(graph, vector.inputs).length;
  let most = 0;
  for (let start = 0; start < outputs.length; start += bytes) {
    const stepsOf = (all: Uint8Array) =>
      toQuantised(graph.outputs, graph, all.subarray(start, start + bytes));
    const asked = stepsOf(vector.outputs);
    stepsOf(outputs).forEach((value, index) => {
      most = Math.max(most, Math.abs(value - at(asked, index)));
    });
  }
  return most;
}

describe('the interpreter', () => {
  test.each(names.filter((name) => !isOnnx(name) && !name.endsWith('-exported')))(
    'computes %s exactly',
    (name) => {
      const { model, inputs, outputs } = vectorOf(name);
      expect(Buffer.from(interpreted(buildGraph(readModel(model)), inputs)).equals(outputs)).toBe(true);
    },
  );

  // Each is rounded once, as by ONNX Runtime without its graph optimisations (test/model/onnx.test.ts).
  test.each(names.filter(isOnnx))('computes %s exactly', (name) => {
    const vector = vectorOf(name);
    const graph = buildGraph(readModel(vector.model));
    expect(furthest(graph, vector, interpreted(graph, vector.inputs))).toBe(0);
  });

  // Biases stay float32 in what PT2E writes: as integers here they are off by up to half of the step of a sum.
  test.each(names.filter((name) => name.endsWith('-exported')))('computes %s within a step', (name) => {
    const vector = vectorOf(name);
    const graph = buildGraph(readModel(vector.model));
    expect(furthest(graph, vector, interpreted(graph, vector.inputs))).toBeLessThanOrEqual(1);
  });

  test('transposes nothing of ONNX but channels that a network shuffles', () => {
    for (const name of names.filter((name) => isOnnx(name) || name.endsWith('-exported'))) {
      const kinds = buildGraph(readModel(vectorOf(name).model)).ops.map(({ kind }) => kind);
      const transposes = kinds.filter((kind) => kind === 'transpose').length;
      expect([name, transposes]).toEqual([name, name.startsWith('shufflenet') ? 1 : 0]);
    }
  });
});

/** With several outputs, found by a search, with state, and one whose calls GCC 12 would leave out (HAS_EFFECTS in platform.h). */
test.each(['centernet', 'found', 'streaming', 'resnet-8', 'keyword-onnx'])(
  'the C of %s computes it exactly',
  async (name) => {
    const { inputs, outputs } = vectorOf(name);
    const { tree, graph } = compiled(name);
    const program = await compileForHost(name, tree, graph, await openToolchain('local', nodeHost()));
    try {
      const found = await runOnHost(program, inputs, name, undefined, 'whole');
      expect(Buffer.from(outputs).equals(found)).toBe(true);
    } finally {
      await closeHostModel(program);
    }
  },
  120_000,
);

/** The simulation compares every output, and ends with a failure where one differs. */
test('the firmware of a network with state keeps it from inference to inference', async () => {
  const { inputs, outputs } = vectorOf('streaming');
  const { tree, graph, schedule } = compiled('streaming');
  const image = await buildFirmware(tree, target, await openToolchain('local', nodeHost()), {
    name: 'streaming',
  });
  const sequence = {
    inputs: setsOf(graph.inputs, graph, inputs),
    expected: setsOf(graph.outputs, graph, outputs),
  };
  expect(sequence.inputs.length).toBe(8);
  expect(simulateInferences({ image, target, schedule, ...sequence }).cycles).toBeGreaterThan(0);
  // What it computes depends on what it keeps: in another order it is not these outputs.
  const [first, second, ...others] = sequence.inputs;
  const exchanged = [second, first, ...others].filter((set) => set !== undefined);
  expect(() => simulateInferences({ image, target, schedule, ...sequence, inputs: exchanged })).toThrow(
    /the firmware computes -?\d+ where/,
  );
}, 120_000);
