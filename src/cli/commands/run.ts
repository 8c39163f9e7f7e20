/** `mcunet run`: raw inference, input sets in, output sets out. */
import { basename, dirname } from 'node:path';
import { exitCodes } from '../../base/index.ts';
import type { PlanObjective, ToolchainChoice } from '../../config/index.ts';
import { closeHostModel, compileForHost, runOnHost } from '../../evaluation/index.ts';
import { compileModel, planOptions } from '../../pipeline/index.ts';
import { findTarget } from '../../target/index.ts';
import type { Context } from '../context.ts';
import { modelName, untrainedRemark } from './build.ts';

export type RunOptions = {
  readonly model: string;
  readonly input: string;
  readonly output: string;
  readonly target: string;
  readonly toolchain: ToolchainChoice;
  readonly objective: PlanObjective;
};

/**
 * The generated C runs on this machine; the bytes are those that the board computes. Input sets are one sequence for a
 * network that keeps state.
 */
export async function run(options: RunOptions, context: Context): Promise<number> {
  const { host, progress } = context;
  const [bytes, inputs] = await Promise.all([host.readFile(options.model), host.readFile(options.input)]);
  const name = modelName(options.model);
  const target = findTarget(options.target);
  const plan = planOptions(options.objective, undefined, target);
  const { tree, graph, isTrained } = compileModel(bytes, options.model, name, target, plan);
  const toolchain = await context.openToolchain(options.toolchain);
  progress.stage(`compile ${name} for this machine`);
  const model = await compileForHost(name, tree, graph, toolchain);
  try {
    const outputs = await runOnHost(model, inputs, options.input, progress, 'whole');
    progress.end();
    await host.writeFiles(dirname(options.output), new Map([[basename(options.output), outputs]]));
    const sets = outputs.length / model.outputSetBytes;
    context.print(
      context.json
        ? `${JSON.stringify({ output: options.output, sets, outputSetBytes: model.outputSetBytes })}\n`
        : `${options.output}: ${sets} output sets of ${model.outputSetBytes} bytes\n`,
    );
    if (!isTrained) context.remark(untrainedRemark(options.model));
    return exitCodes.pass;
  } finally {
    await closeHostModel(model);
  }
}
