/** The whole way from a graph to bytes: generated C under sanitizers against the interpreter. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { generateCode } from '../../src/code/index.ts';
import { type Edge, elementCount, type Graph } from '../../src/graph/index.ts';
import { type EdgeValues, interpret } from '../../src/reference/index.ts';
import { type PlanOptions, planSchedule, type Schedule } from '../../src/schedule/index.ts';
import { findTarget } from '../../src/target/index.ts';
import { randomImageNetworks } from '../support/random-image-network.ts';
import { randomNetworks } from '../support/random-network.ts';
import { randomWideNetworks } from '../support/random-wide-network.ts';
import { seededIntegers } from '../support/seeded-integers.ts';
import { runIn, strictFlags, withFolder } from './compile-c.ts';

const target = findTarget('stm32f746');
const setCount = 3;

/** Reads input sets to the end, without starting afresh between them, and writes an output set for each. */
function harness(graph: Graph): string {
  const reads = graph.inputs.map((edge, index) =>
    edge.type !== 'float32'
      ? `    if (fread(model_input(${index}), 1, MODEL_INPUT_${index}_BYTES, stdin) == 0) return 0;\n`
      : `    for (size_t i = 0; i < MODEL_INPUT_${index}_ELEMENTS; i++) {
      if (fread(&value, sizeof value, 1, stdin) == 0) return 0;
      model_set_input_f32(${index}, i, value);
    }\n`,
  );
  const writes = graph.outputs.map((edge, index) =>
    edge.type !== 'float32'
      ? `    fwrite(model_output(${index}), 1, MODEL_OUTPUT_${index}_BYTES, stdout);\n`
      : `    for (size_t i = 0; i < MODEL_OUTPUT_${index}_ELEMENTS; i++) {
      value = model_get_output_f32(${index}, i);
      fwrite(&value, sizeof value, 1, stdout);
    }\n`,
  );
  return `#include <stdio.h>
#include "model.h"
int main(void) {
  float value = 0;
  (void)value;
  model_init();
  for (;;) {
${reads.join('')}    model_invoke();
${writes.join('')}  }
}
`;
}

function randomValues(edge: Edge, random: (low: number, high: number) => number): EdgeValues {
  const count = elementCount(edge.shape);
  return edge.type === 'int8'
    ? Int8Array.from({ length: count }, () => random(-128, 127))
    : Float32Array.from({ length: count }, () => random(-100_000, 100_000) / 10_000);
}

function concatenated(values: readonly EdgeValues[]): Uint8Array {
  return Buffer.concat(values.map((part) => new Uint8Array(part.buffer, part.byteOffset, part.byteLength)));
}

/** Runs generated C under sanitizers on a few input sets and compares with the interpreter. */
function expectReference(graph: Graph, options: PlanOptions, seed: number): Schedule {
  const random = seededIntegers(seed);
  const sets = Array.from({ length: setCount }, () => graph.inputs.map((edge) => randomValues(edge, random)));
  const expected = sets.flatMap((inputs) => [...interpret(graph, inputs).outputs]);
  const schedule = planSchedule(graph, target, options);
  const tree = generateCode(schedule, { name: 'random', target });
  const files = new Map([...tree.files, ['main.c', harness(graph)]]);
  withFolder(files, (folder) => {
    const sanitizers = ['-fsanitize=address,undefined', '-fno-sanitize-recover=all'];
    const sources = ['-I.', 'main.c', 'model.c', '-o', 'main'];
    runIn(folder, ['gcc', ...strictFlags, '-O1', ...sanitizers, ...sources]);
    const output = runIn(folder, [`${folder}/main`], concatenated(sets.flat()));
    expect(Buffer.from(output).equals(concatenated(expected))).toBe(true);
  });
  return schedule;
}

test('generated C computes what the interpreter computes, under sanitizers', { timeout: 300_000 }, () => {
  const kinds = new Set<string>();
  fc.assert(
    fc.property(randomNetworks({ minOps: 4, maxOps: 14 }), fc.nat(), (graph, seed) => {
      for (const op of graph.ops) kinds.add(op.kind);
      expectReference(graph, {}, seed);
    }),
    { numRuns: 20, seed: 11 },
  );
  expect(kinds.size).toBeGreaterThanOrEqual(14);
});

test.each([
  ['memory', 40],
  ['auto', 24],
] as const)('so it does row by row, with %s as the objective', { timeout: 300_000 }, (objective, numRuns) => {
  const streamed = new Set<string>();
  fc.assert(
    fc.property(randomImageNetworks(), fc.nat(), fc.nat({ max: 1500 }), (graph, seed, sramBytes) => {
      const { steps } = expectReference(graph, { objective, sramBytes, mostSlowdown: 9 }, seed);
      for (const step of steps) {
        if (step.kind !== 'stream') continue;
        for (const kernel of step.kernels) streamed.add(kernel);
      }
    }),
    { numRuns, seed: 12 },
  );
  expect(streamed.size).toBeGreaterThanOrEqual(8);
});

test('so it does patch by patch where rows do not fit', { timeout: 300_000 }, () => {
  const patched = new Set<string>();
  let count = 0;
  fc.assert(
    fc.property(randomWideNetworks(), fc.nat(), fc.integer({ min: 50, max: 90 }), (graph, seed, share) => {
      const smallest = planSchedule(graph, target, { objective: 'memory', mostSlowdown: 9 });
      const sramBytes = Math.floor((smallest.arenaBytes * share) / 100);
      const { steps } = expectReference(graph, { sramBytes }, seed);
      for (const step of steps) {
        if (step.kind !== 'patch') continue;
        count++;
        for (const kernel of step.kernels) patched.add(kernel);
      }
    }),
    { numRuns: 16, seed: 13 },
  );
  expect(count).toBeGreaterThanOrEqual(6);
  expect(patched.size).toBeGreaterThanOrEqual(5);
});
