/** From the bytes of a model to C: the part of the pipeline that needs no machine. */
import { Failure } from '../base/index.ts';
import { generateCode, type SourceTree } from '../code/index.ts';
import { buildGraph, type Graph } from '../graph/index.ts';
import { readModel } from '../model/index.ts';
import { type PlanOptions, planSchedule, type Schedule } from '../schedule/index.ts';
import type { Target } from '../target/index.ts';

type Objective = NonNullable<PlanOptions['objective']>;

export type Compiled = {
  readonly graph: Graph;
  readonly schedule: Schedule;
  readonly tree: SourceTree;
};

/**
 * Reads, checks, plans and generates. Every stage verifies what it hands on.
 *
 * @param path named in messages
 * @throws Failure of kind `model` for a file that is malformed or not supported
 */
export function compileModel(
  bytes: Uint8Array,
  path: string,
  name: string,
  target: Target,
  options: PlanOptions = {},
): Compiled {
  try {
    const graph = buildGraph(readModel(bytes));
    const schedule = planSchedule(graph, target, options);
    return { graph, schedule, tree: generateCode(schedule, { name, target }) };
  } catch (error) {
    throw error instanceof Failure ? error.at(path) : error;
  }
}

/** RAM beside the arena that a plan must leave: static data of the firmware and its worst-case stack, bytes. */
const besideArenaBytes = 2048;

/** How to plan a model: by its objective, within its SRAM budget or the chip's memory. */
export function planOptions(
  objective: Objective,
  sramBudgetBytes: number | undefined,
  target: Target,
): PlanOptions {
  const limit = Math.min(sramBudgetBytes ?? target.sramBytes, target.sramBytes);
  return { objective, sramBytes: Math.max(0, limit - besideArenaBytes) };
}
