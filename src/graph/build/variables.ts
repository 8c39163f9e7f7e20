/** Variables of the file become states, and operators that store what is kept. */
import { at, type OperatorProblem } from '../../base/index.ts';
import { type Model, type ModelTensor, type ModelVariable, variableTypes } from '../../model/index.ts';
import { valuesIn, zeros } from '../element-types.ts';
import { sameQuantization } from '../quantisation.ts';
import type { State } from '../recurrent-types.ts';
import { elementCount } from '../shape.ts';
import { memoryRoots } from '../states.ts';
import type { Graph, Op, Tensor, TensorId, TensorValues } from '../types.ts';
import { commonScale } from './hints.ts';

export type Variables = {
  readonly states: readonly State[];
  /** What each state keeps, by the state's tensor. */
  readonly stored: readonly {
    readonly state: TensorId;
    readonly value: TensorId;
    readonly operator: number;
  }[];
  /** Values of variables that nothing assigns. */
  readonly constants: ReadonlyMap<TensorId, TensorValues>;
  readonly problems: readonly OperatorProblem[];
};

/** Tensors are still numbered as in the model. */
export function resolveVariables({ variables = [], tensors }: Model): Variables {
  const problems = variables.flatMap((variable) => problemOf(variable, tensors));
  const kept = problems.length > 0 ? [] : variables;
  const initialOf = ({ read, initial }: ModelVariable): TensorValues =>
    initialValue(at(tensors, read), initial);
  return {
    problems,
    states: kept.flatMap((variable) => {
      const { read, name, assigned } = variable;
      return assigned === undefined ? [] : [{ name, tensor: read, initial: initialOf(variable) }];
    }),
    stored: kept.flatMap(({ read, assigned, operator }) =>
      assigned === undefined ? [] : [{ state: read, value: assigned, operator }],
    ),
    constants: new Map(
      kept.flatMap((variable) =>
        variable.assigned === undefined ? [[variable.read, initialOf(variable)] as const] : [],
      ),
    ),
  };
}

function problemOf(
  { read, assigned, name, operator }: ModelVariable,
  tensors: readonly ModelTensor[],
): OperatorProblem[] {
  const kind = assigned === undefined ? 'READ_VARIABLE' : 'ASSIGN_VARIABLE';
  const problem = (reason: string, hint: string): OperatorProblem[] => [
    { operator, kind, name, reason, hint },
  ];
  const before = at(tensors, read);
  const after = at(tensors, assigned ?? read);
  // What float32 nothing computes with is none any more.
  if (before.type === 'float32' || !variableTypes.includes(before.type)) {
    return problem(
      `the variable is ${before.type}; ${variableTypes.join(', ')} are supported, float32 where nothing computes with it`,
      'let every value that is read from the variable, or assigned to it, pass through quantised layers only',
    );
  }
  const [first, second] = [before, after].map(({ quantization }) => ({
    scale: quantization?.scales[0] ?? 1,
    zeroPoint: quantization?.zeroPoints[0] ?? 0,
  }));
  return first !== undefined && second !== undefined && sameQuantization(first, second)
    ? []
    : problem('the variable is assigned with another scale or zero point than it is read with', commonScale);
}

/** What TensorFlow Lite Micro fills memory with that nobody initialises: real zeros. */
function initialValue(
  { shape, type, quantization }: ModelTensor,
  bytes: Uint8Array | undefined,
): TensorValues {
  const inMemory = type === 'int16' ? 'int16' : 'int8';
  if (bytes !== undefined) return valuesIn(inMemory, bytes.slice().buffer);
  return zeros(inMemory, elementCount(shape)).fill(quantization?.zeroPoints[0] ?? 0);
}

/** The graph with what it stores. A value or an output that lies in a state's memory is copied out of it first. */
export function withStores(graph: Graph, stored: Variables['stored']): Graph {
  if (stored.length === 0) return graph;
  const tensors: Tensor[] = [...graph.tensors];
  const roots = memoryRoots(graph);
  const states = new Set(stored.map(({ state }) => state));
  const add = (like: Tensor): TensorId => tensors.push({ ...like, id: tensors.length, data: undefined }) - 1;
  const copies: Op[] = [];
  const outside = (id: TensorId, index: number): TensorId => {
    if (!states.has(at(roots, id))) return id;
    const tensor = at(graph.tensors, id);
    const output = add(tensor);
    copies.push({
      kind: 'concatenation',
      index,
      part: copies.length + 1,
      name: tensor.name,
      inputs: [id],
      output,
      axis: 0,
    });
    return output;
  };
  const outputs = graph.outputs.map((edge) => ({
    ...edge,
    tensor: outside(edge.tensor, at(stored, 0).operator),
  }));
  const stores = stored.map(({ state, value, operator }): Op => {
    const before = at(graph.tensors, state);
    const inputs = [outside(value, operator), state];
    return { kind: 'store', index: operator, name: before.name, inputs, output: add(before) };
  });
  const ops = [...graph.ops];
  for (const copy of copies)
    ops.splice(ops.findLastIndex(({ output }) => output === copy.inputs[0]) + 1, 0, copy);
  for (const store of stores) ops.splice(earliestPlace(ops, store, roots), 0, store);
  return { ...graph, tensors, ops, outputs };
}

/** Behind what makes the value, and behind all that read the state as it was. */
function earliestPlace(ops: readonly Op[], { inputs }: Op, roots: readonly TensorId[]): number {
  const [value, state] = inputs;
  const isBefore = (op: Op): boolean =>
    op.output === value || op.inputs.some((input) => (roots[input] ?? input) === state);
  return ops.findLastIndex(isBefore) + 1;
}
