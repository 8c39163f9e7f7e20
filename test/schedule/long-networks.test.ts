/** Networks of far more operators than any that a microcontroller runs are planned in time that grows with their number. */
import { expect, test } from 'vitest';
import { buildGraph } from '../../src/graph/index.ts';
import { readModel } from '../../src/model/index.ts';
import { planSchedule } from '../../src/schedule/index.ts';
import { findTarget } from '../../src/target/index.ts';
import { buildTflite, int8Value } from '../support/tflite-builder.ts';

const options = {
  op: 'MAX_POOL_2D',
  padding: 'same',
  strideHeight: 1,
  strideWidth: 1,
  filterHeight: 3,
  filterWidth: 3,
  activation: 'none',
} as const;

/** In processor time, which other work on the machine does not lengthen. */
function planningMs(pools: number): number {
  const bytes = buildTflite({
    tensors: Array.from({ length: pools + 1 }, () => int8Value([1, 2, 2, 4])),
    operators: Array.from({ length: pools }, (_, index) => ({
      inputs: [index],
      outputs: [index + 1],
      options,
    })),
    inputs: [0],
    outputs: [pools],
  });
  const graph = buildGraph(readModel(bytes));
  const start = process.threadCpuUsage();
  expect(planSchedule(graph, findTarget('stm32f746')).steps.length).toBeGreaterThan(0);
  const { user, system } = process.threadCpuUsage(start);
  return (user + system) / 1000;
}

test('twice as many operators take far less than eight times as long', { timeout: 300_000 }, () => {
  planningMs(20);
  expect(planningMs(320) / planningMs(160)).toBeLessThan(4);
});
