/** The flow of values: every tensor is written once, before it is read, and the results are computed. */
import { at } from '../../base/index.ts';
import { malformed } from '../failures.ts';
import type { ModelOperator } from '../types.ts';
import type { FileTensor } from './read-tensors.ts';

export type Flow = {
  readonly operators: readonly ModelOperator[];
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  /** Tensors beside the inputs that have a value before any operator runs. */
  readonly given: readonly number[];
  /** Tensors whose values variables keep. */
  readonly kept: readonly number[];
};

/** The operators in an order that can be executed: the file's own where that one can be. */
export function orderOperators(flow: Flow, tensors: readonly FileTensor[]): readonly ModelOperator[] {
  checkEdges(flow, tensors);
  const writers = findWriters(flow);
  const isKept = new Set(flow.given);
  for (const output of flow.outputs) {
    if (!writers.has(output) && !isKept.has(output))
      throw malformed(`no operator computes network output ${label(tensors, output)}`);
  }
  const isGiven = new Set([...flow.inputs, ...flow.given]);
  for (const kept of flow.kept) {
    if (!writers.has(kept) && !isGiven.has(kept) && at(tensors, kept).data === undefined)
      throw malformed(`no operator computes ${label(tensors, kept)}, which a variable is assigned`);
  }
  const needs = flow.operators.map((operator) => operatorsNeeded(operator, isGiven, tensors, writers));
  return sortByNeeds(flow.operators, needs);
}

function checkEdges({ operators, inputs, outputs }: Flow, tensors: readonly FileTensor[]): void {
  if (operators.length === 0) throw malformed('the network has no operators');
  if (inputs.length === 0) throw malformed('the network has no inputs');
  if (outputs.length === 0) throw malformed('the network has no outputs');
  if (new Set(inputs).size !== inputs.length) throw malformed('a tensor is listed twice as network input');
  if (new Set(outputs).size !== outputs.length) throw malformed('a tensor is listed twice as network output');
  for (const input of inputs) {
    if (at(tensors, input).data !== undefined) {
      throw malformed(`network input ${label(tensors, input)} is a constant`);
    }
  }
}

/** Position of the operator that writes each tensor. */
function findWriters({ operators, inputs, given }: Flow): ReadonlyMap<number, number> {
  const writers = new Map<number, number>();
  const isInput = new Set(inputs);
  const isGiven = new Set(given);
  operators.forEach((operator, position) => {
    for (const output of operator.outputs) {
      if (isInput.has(output)) throw malformed(`${name(operator)} writes network input ${output}`);
      if (isGiven.has(output))
        throw malformed(`${name(operator)} writes tensor ${output}, which a variable gives`);
      const other = writers.get(output);
      if (other !== undefined) {
        throw malformed(`${name(operator)} and ${name(at(operators, other))} both write tensor ${output}`);
      }
      writers.set(output, position);
    }
  });
  return writers;
}

/** Positions of the operators whose results this one reads, each once. */
function operatorsNeeded(
  operator: ModelOperator,
  isGiven: ReadonlySet<number>,
  tensors: readonly FileTensor[],
  writers: ReadonlyMap<number, number>,
): ReadonlySet<number> {
  const needed = new Set<number>();
  for (const input of operator.inputs) {
    if (input === -1 || at(tensors, input).data !== undefined || isGiven.has(input)) continue;
    const writer = writers.get(input);
    if (writer === undefined) {
      throw malformed(`${name(operator)} reads ${label(tensors, input)}, which nothing computes`);
    }
    needed.add(writer);
  }
  return needed;
}

/** Kahn's algorithm; among operators that are ready, file order holds as far as it was met. */
function sortByNeeds(
  operators: readonly ModelOperator[],
  needs: readonly ReadonlySet<number>[],
): readonly ModelOperator[] {
  if (needs.every((needed, position) => [...needed].every((other) => other < position))) return operators;
  const readers = operators.map((): number[] => []);
  needs.forEach((needed, position) => {
    for (const other of needed) at(readers, other).push(position);
  });
  const waitingFor = needs.map((needed) => needed.size);
  const order = operators.map((_, position) => position).filter((position) => waitingFor[position] === 0);
  // The loop sees what it appends: an operator joins once the last one that it needs has its place.
  for (const position of order) {
    for (const reader of at(readers, position)) {
      waitingFor[reader] = at(waitingFor, reader) - 1;
      if (waitingFor[reader] === 0) order.push(reader);
    }
  }
  if (order.length < operators.length) {
    const stuck = operators.filter((_, position) => at(waitingFor, position) > 0);
    throw malformed(
      `${stuck.length} operators wait for each other in a cycle, among them ${name(at(stuck, 0))}`,
    );
  }
  return order.map((position) => at(operators, position));
}

function name(operator: ModelOperator): string {
  return `operator ${operator.index} ${operator.options.op}`;
}

function label(tensors: readonly FileTensor[], index: number): string {
  return `tensor ${index} "${at(tensors, index).name}"`;
}
