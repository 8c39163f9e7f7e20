/** C of one operator: its constants, and the function that calls the kernel's body with literals. */
import { at, invariant } from '../base/index.ts';
import type { Op } from '../graph/index.ts';
import type { Argument, Constant, KernelCall } from '../kernels/index.ts';
import { kernelOf, type OperatorStep, type Schedule } from '../schedule/index.ts';
import { arenaOffsetOf, constantValues } from './edges.ts';
import { operatorSymbol, printableName } from './identifiers.ts';
import { elementLines, integerLiteral } from './literals.ts';

export type OperatorText = {
  readonly symbol: string;
  readonly header: string;
  readonly text: string;
  readonly constantBytes: number;
};

export function operatorText(schedule: Schedule, step: OperatorStep): OperatorText {
  const { graph } = schedule;
  const op = at(graph.ops, step.op);
  const symbol = operatorSymbol(op);
  const kernel = kernelOf(step);
  const call = kernel.call(op, graph);
  const constants = [...call.constants, ...constantInputs(schedule, op, call)];
  invariant(
    new Set(constants.map((constant) => constant.name)).size === constants.length,
    `kernel ${kernel.name} names two constants alike`,
  );
  const argumentLines = call.arguments.map(
    (argument) => `    ${argumentText(schedule, step, constants, argument)}`,
  );
  const text =
    `/* ${description(schedule, op)} */\n` +
    constants.map((constant) => constantText(symbol, constant)).join('') +
    `static __attribute__((noinline)) void ${symbol}(void) {\n` +
    `  ${kernel.name}(\n${argumentLines.join(',\n')});\n}\n`;
  const constantBytes = constants.reduce((sum, constant) => sum + constant.values.byteLength, 0);
  return { symbol, header: kernel.header, text, constantBytes };
}

/** Inputs that are constants of the model; the kernel reads them like any tensor. */
function constantInputs(schedule: Schedule, op: Op, call: KernelCall): readonly Constant[] {
  const positions = call.arguments.flatMap((argument) =>
    argument.kind === 'input' ? [argument.position] : [],
  );
  return [...new Set(positions)].flatMap((position): Constant[] => {
    const tensor = at(op.inputs, position);
    if (arenaOffsetOf(schedule, tensor) !== undefined) return [];
    return [{ name: inputName(position), type: 'int8_t', values: constantValues(schedule.graph, tensor) }];
  });
}

function inputName(position: number): string {
  return `input${position}`;
}

function constantText(symbol: string, { name, type, values }: Constant): string {
  invariant(/^[a-z][a-z0-9_]*$/.test(name), `${JSON.stringify(name)} is no name of a constant`);
  invariant(values.length > 0, `constant ${name} of ${symbol} is empty`);
  return (
    `static const ${type} ${symbol}_${name}[${values.length}] __attribute__((aligned(4))) = {\n` +
    `${elementLines(values)}};\n`
  );
}

function argumentText(
  schedule: Schedule,
  step: OperatorStep,
  constants: readonly Constant[],
  argument: Argument,
): string {
  const op = at(schedule.graph.ops, step.op);
  const symbol = operatorSymbol(op);
  switch (argument.kind) {
    case 'input': {
      const offset = arenaOffsetOf(schedule, at(op.inputs, argument.position));
      return offset === undefined
        ? `${symbol}_${inputName(argument.position)}`
        : `(const int8_t *)(model_arena + ${offset})`;
    }
    case 'output': {
      const offset = arenaOffsetOf(schedule, op.output);
      invariant(offset !== undefined, `operator ${op.index} has no output buffer`);
      return `(int8_t *)(model_arena + ${offset})`;
    }
    case 'scratch':
      invariant(step.scratch !== undefined, `operator ${op.index} has no scratch`);
      return `(void *)(model_arena + ${at(schedule.placements, step.scratch).offset})`;
    case 'constant':
      invariant(
        constants.some((constant) => constant.name === argument.name),
        `operator ${op.index} has no constant ${argument.name}`,
      );
      return `${symbol}_${argument.name}`;
    case 'firstRow':
      return 'first_row';
    case 'endRow':
      return 'end_row';
    case 'inputRing':
      return `/* input_ring */ ${rowsOf(schedule, at(op.inputs, argument.position))}`;
    case 'outputRing':
      return `/* output_ring */ ${rowsOf(schedule, op.output)}`;
    case 'literal':
      invariant(/^[a-z][a-z0-9_]*$/.test(argument.parameter), `${argument.parameter} is no parameter`);
      return `/* ${argument.parameter} */ ${integerLiteral(argument.value)}`;
  }
}

/** Rows of a tensor's place in the arena. */
function rowsOf({ graph }: Schedule, tensor: number): number {
  return at(at(graph.tensors, tensor).shape, 1);
}

function description({ graph }: Schedule, op: Op): string {
  const shapeOf = (tensor: number): string => `[${at(graph.tensors, tensor).shape.join(', ')}]`;
  const inputs = op.inputs.map(shapeOf).join(' and ');
  return `Operator ${op.index}, ${op.kind} ${printableName(op.name)}: ${inputs} to ${shapeOf(op.output)}.`;
}
