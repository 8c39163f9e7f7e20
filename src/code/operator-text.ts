/** C of one operator: its constants, and the function that calls the kernel's body with literals. */
import { at, invariant } from '../base/index.ts';
import { type Graph, type Op, typeOfValues } from '../graph/index.ts';
import { type Argument, type Constant, findKernel, type Kernel, type KernelCall } from '../kernels/index.ts';
import type { BufferId, Line, OperatorStep, Schedule, StreamStep } from '../schedule/index.ts';
import { arenaOffsetOf, constantValues } from './edges.ts';
import { operatorSymbol, printableName } from './identifiers.ts';
import { elementLines, integerLiteral } from './literals.ts';

export type OperatorText = {
  readonly symbol: string;
  /** In the model file. */
  readonly operatorIndex: number;
  readonly part: number | undefined;
  readonly header: string;
  readonly text: string;
  readonly constantBytes: number;
};

/** An operator as a step runs it. */
export type PlacedOperator = {
  readonly op: Op;
  /** As the network has it; a patch has operators of fewer columns. */
  readonly original: Op;
  /** Of `op`. */
  readonly graph: Graph;
  readonly kernel: Kernel;
  readonly call: KernelCall;
  readonly scratch: BufferId | undefined;
  /** Tensors of which the step keeps some rows only; undefined where the operator runs whole. */
  readonly lines: readonly Line[] | undefined;
  /** Literals as C, where they are not the same at every call; one for each argument of `call`. */
  readonly literals?: readonly (string | undefined)[];
  /** Of the function. */
  readonly parameters: string;
};

/** The operators of a step, in an executable order. */
export function operatorsOf({ graph }: Schedule, step: OperatorStep | StreamStep): readonly PlacedOperator[] {
  if (step.kind === 'operator') {
    const op = at(graph.ops, step.op);
    const kernel = findKernel(step.kernel);
    const call = kernel.call(op, graph);
    const { scratch } = step;
    return [{ op, original: op, graph, kernel, call, scratch, lines: undefined, parameters: 'void' }];
  }
  return step.ops.map((index, position) => {
    const op = at(graph.ops, index);
    const kernel = findKernel(at(step.kernels, position));
    const rows = kernel.rows(op, graph);
    invariant(rows !== undefined, `operator ${op.index} cannot be made row by row`);
    return {
      op,
      original: op,
      graph,
      kernel,
      call: rows.call(),
      scratch: step.scratches[position],
      lines: step.lines,
      parameters: 'int32_t first_row, int32_t end_row',
    };
  });
}

export function operatorText(schedule: Schedule, placed: PlacedOperator): OperatorText {
  const { op, original, kernel, call, parameters } = placed;
  const symbol = operatorSymbol(op);
  const constants = [...call.constants, ...constantInputs(schedule, placed)];
  invariant(
    new Set(constants.map((constant) => constant.name)).size === constants.length,
    `kernel ${kernel.name} names two constants alike`,
  );
  const argumentLines = call.arguments.map(
    (argument, place) => `    ${argumentText(schedule, placed, constants, argument, place)}`,
  );
  const text =
    `/* ${description(schedule, original)} */\n` +
    constants.map((constant) => constantText(symbol, constant)).join('') +
    `static __attribute__((noinline)) void ${symbol}(${parameters}) {\n  HAS_EFFECTS;\n` +
    `  ${kernel.name}(\n${argumentLines.join(',\n')});\n}\n`;
  const constantBytes = constants.reduce((sum, constant) => sum + constant.values.byteLength, 0);
  return { symbol, operatorIndex: op.index, part: op.part, header: kernel.header, text, constantBytes };
}

/** Where a tensor starts in the arena, and its rows there; `undefined` for a constant. */
export function placeOf(
  schedule: Schedule,
  graph: Graph,
  lines: readonly Line[] | undefined,
  tensor: number,
): { readonly offset: number; readonly rows: number } | undefined {
  const line = lines?.find((candidate) => candidate.tensor === tensor);
  if (line !== undefined) return { offset: at(schedule.placements, line.buffer).offset, rows: line.rows };
  const offset = arenaOffsetOf(schedule, tensor);
  const { shape } = at(graph.tensors, tensor);
  return offset === undefined ? undefined : { offset, rows: rowsOf(shape) };
}

function rowsOf(shape: readonly number[]): number {
  return shape.length === 4 ? at(shape, 1) : 1;
}

/** Inputs that are constants of the model; the kernel reads them like any tensor. */
function constantInputs(schedule: Schedule, { op, graph, call, lines }: PlacedOperator): readonly Constant[] {
  const positions = call.arguments.flatMap((argument) =>
    argument.kind === 'input' ? [argument.position] : [],
  );
  return [...new Set(positions)].flatMap((position): Constant[] => {
    const tensor = at(op.inputs, position);
    if (placeOf(schedule, graph, lines, tensor) !== undefined) return [];
    const values = constantValues(schedule.graph, tensor);
    return [{ name: inputName(position), type: `${typeOfValues(values)}_t`, values }];
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
  placed: PlacedOperator,
  constants: readonly Constant[],
  argument: Argument,
  index: number,
): string {
  const { op, graph, scratch, lines } = placed;
  const symbol = operatorSymbol(op);
  switch (argument.kind) {
    case 'input': {
      const place = placeOf(schedule, graph, lines, at(op.inputs, argument.position));
      const pointer = pointerOf(graph, at(op.inputs, argument.position));
      if (place === undefined && pointer === 'void') {
        return `(const void *)${symbol}_${inputName(argument.position)}`;
      }
      return place === undefined
        ? `${symbol}_${inputName(argument.position)}`
        : `(const ${pointer} *)(model_arena + ${place.offset})`;
    }
    case 'output':
      return `(${pointerOf(graph, op.output)} *)(model_arena + ${outputPlace(schedule, placed).offset})`;
    case 'state': {
      const place = placeOf(schedule, graph, lines, at(op.inputs, argument.position));
      invariant(place !== undefined, `operator ${op.index} keeps a state that lies nowhere`);
      return `(void *)(model_arena + ${place.offset})`;
    }
    case 'scratch':
      invariant(scratch !== undefined, `operator ${op.index} has no scratch`);
      return `(void *)(model_arena + ${at(schedule.placements, scratch).offset})`;
    case 'constant':
      invariant(
        constants.some((constant) => constant.name === argument.name),
        `operator ${op.index} has no constant ${argument.name}`,
      );
      return `${symbol}_${argument.name}`;
    case 'literal':
      invariant(/^[a-z][a-z0-9_]*$/.test(argument.parameter), `${argument.parameter} is no parameter`);
      return `/* ${argument.parameter} */ ${placed.literals?.[index] ?? integerLiteral(argument.value)}`;
    case 'firstRow':
    case 'endRow':
      invariant(lines !== undefined, `operator ${op.index} runs whole`);
      return argument.kind === 'firstRow' ? 'first_row' : 'end_row';
    case 'inputRing': {
      const tensor = at(op.inputs, argument.position);
      const { shape } = at(graph.tensors, tensor);
      return `/* input_ring */ ${placeOf(schedule, graph, lines, tensor)?.rows ?? rowsOf(shape)}`;
    }
    case 'outputRing':
      return `/* output_ring */ ${outputPlace(schedule, placed).rows}`;
  }
}

/** What a tensor's address is cast to: one of another type than int8 becomes what its kernel takes. */
function pointerOf({ tensors }: Graph, tensor: number): 'int8_t' | 'void' {
  return at(tensors, tensor).type === 'int8' ? 'int8_t' : 'void';
}

function outputPlace(
  schedule: Schedule,
  { op, graph, lines }: PlacedOperator,
): { readonly offset: number; readonly rows: number } {
  const place = placeOf(schedule, graph, lines, op.output);
  invariant(place !== undefined, `operator ${op.index} has no output buffer`);
  return place;
}

function description({ graph }: Schedule, op: Op): string {
  const shapeOf = (tensor: number): string => `[${at(graph.tensors, tensor).shape.join(', ')}]`;
  const inputs = op.inputs.map(shapeOf).join(' and ');
  return `Operator ${op.index}, ${op.kind} ${printableName(op.name)}: ${inputs} to ${shapeOf(op.output)}.`;
}
