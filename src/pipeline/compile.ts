/** From the bytes of a model to C: the part of the pipeline that needs no machine. */
import { Failure } from '../base/index.ts';
import { generateCode, type SourceTree } from '../code/index.ts';
import { buildGraph, countMacs, findProblems, type Graph } from '../graph/index.ts';
import { readModel } from '../model/index.ts';
import { type PlanOptions, planSchedule, type Schedule } from '../schedule/index.ts';
import type { Target } from '../target/index.ts';
import { quantiseUntrained } from './untrained.ts';

export type Objective = NonNullable<PlanOptions['objective']>;

export type Planned = {
  readonly graph: Graph;
  readonly schedule: Schedule;
  /** Multiply-accumulates of the network as it is in the file. */
  readonly modelMacs: number;
  /** False for an architecture, whose weights are random: its accuracy means nothing. */
  readonly isTrained: boolean;
};

export type Compiled = Planned & {
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
  const planned = planModel(bytes, path, target, options);
  try {
    return { ...planned, tree: generateCode(planned.schedule, { name, target }) };
  } catch (error) {
    throw error instanceof Failure ? error.at(path) : error;
  }
}

/** As `compileModel`, without the C. */
export function planModel(bytes: Uint8Array, path: string, target: Target, options: PlanOptions): Planned {
  try {
    const read = readModel(bytes, undefined, findProblems);
    const isTrained = read.format !== 'net-config';
    const model = isTrained ? read : quantiseUntrained(read);
    const graph = buildGraph(model);
    const asInFile = buildGraph(model, []);
    const modelMacs = asInFile.ops.reduce((sum, op) => sum + countMacs(op, asInFile), 0);
    return { graph, schedule: planSchedule(graph, target, options), modelMacs, isTrained };
  } catch (error) {
    throw error instanceof Failure ? error.at(path) : error;
  }
}

/**
 * How to plan a model: by its objective, within its SRAM budget or the chip's memory.
 *
 * @param besideArenaBytes what the plan must leave for static data of the firmware and its worst-case stack
 */
export function planOptions(
  objective: Objective,
  sramBudgetBytes: number | undefined,
  target: Target,
  besideArenaBytes = 0,
): PlanOptions {
  const limit = Math.min(sramBudgetBytes ?? target.sramBytes, target.sramBytes);
  return { objective, sramBytes: Math.max(0, limit - besideArenaBytes) };
}
