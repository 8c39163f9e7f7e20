/** Networks that TensorFlow's converter writes of Keras layers with variables (see test/fixtures/PROVENANCE.md). */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { generateCode } from '../../src/code/index.ts';
import { runnerProgram } from '../../src/evaluation/index.ts';
import { buildGraph, type Graph, statesOf } from '../../src/graph/index.ts';
import { readModel, writeTflite } from '../../src/model/index.ts';
import { interpret, type Memory, resetMemory } from '../../src/reference/index.ts';
import { planSchedule, printSchedule, stateBytesOf } from '../../src/schedule/index.ts';
import { findTarget } from '../../src/target/index.ts';
import { bytesOf, joinBytes, splitInputs } from '../reference/recorded-vectors.ts';
import { operatorsIn, readVectors } from '../support/operator-vectors.ts';
import { runIn, strictFlags, withFolder } from './compile-c.ts';

const folder = join(import.meta.dirname, '../fixtures/streaming');
const target = findTarget('stm32f746');
const compileLimitMs = 60_000;

/** Outputs of input sets that are one sequence where they share a memory, else each the first of its own. */
function outputsOf(graph: Graph, inputs: Uint8Array, memory?: Memory): Uint8Array {
  return joinBytes(
    splitInputs(graph, inputs).flatMap((set) => interpret(graph, set, memory).outputs.map(bytesOf)),
  );
}

describe.each(operatorsIn(folder))('%s', (name) => {
  const [vector, ...others] = readVectors(folder, name);
  if (vector === undefined || others.length > 0) throw new Error(`${name} is not one network`);
  const { inputs, outputs } = vector;
  const model = readModel(vector.model);
  const graph = buildGraph(model);

  test('the interpreter goes through a sequence as TensorFlow Lite Micro does, and again after a reset', () => {
    const memory = resetMemory(graph);
    expect(outputsOf(graph, inputs, memory)).toEqual(outputs);
    expect(outputsOf(graph, inputs, memory)).not.toEqual(outputs);
    expect(outputsOf(graph, inputs, resetMemory(graph))).toEqual(outputs);
    const plain = buildGraph(model, []);
    expect(outputsOf(plain, inputs, resetMemory(plain))).toEqual(outputs);
  });

  test('written as a file and read again, it is the same', () => {
    const again = buildGraph(readModel(writeTflite(model)));
    expect(outputsOf(again, inputs, resetMemory(again))).toEqual(outputs);
  });

  test('the generated C keeps its state, or begins each sequence afresh', { timeout: compileLimitMs }, () => {
    const schedule = planSchedule(graph, target);
    const tree = generateCode(schedule, { name, target });
    const program = runnerProgram(tree, graph);
    const kept = stateBytesOf(schedule);
    expect(kept).toBe(statesOf(graph).reduce((sum, { initial }) => sum + initial.byteLength, 0));
    expect(printSchedule(schedule)).toContain(`state ${kept} B kept between inferences`);
    expect(tree.files.get('model.h')).toContain(`#define MODEL_STATE_BYTES ${kept}\n`);
    withFolder(program.files, (place) => {
      const sanitizers = ['-fsanitize=address,undefined', '-fno-sanitize-recover=all'];
      const sources = ['-I.', '-Imodel', ...program.units, '-o', 'main'];
      runIn(place, ['gcc', ...strictFlags, '-O1', ...sanitizers, ...sources]);
      expect(runIn(place, [`${place}/main`, '0'], inputs)).toEqual(outputs);
      expect(runIn(place, [`${place}/main`], inputs)).toEqual(outputsOf(graph, inputs));
      const eight = inputs.length / 3;
      const parts = [0, 1, 2].map((part) => inputs.subarray(part * eight, (part + 1) * eight));
      const afresh = parts.map((part) => outputsOf(graph, part, resetMemory(graph)));
      expect(runIn(place, [`${place}/main`, '8'], inputs)).toEqual(joinBytes(afresh));
    });
  });
});
