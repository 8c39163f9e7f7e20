/** A TensorFlow Lite file, from bytes to a checked network. */
import { ByteBuffer } from 'flatbuffers';
import { at, invariant, type OperatorProblem } from '../../base/index.ts';
import { malformed, operatorsUnsupported, structureUnsupported, tensorUnsupported } from '../failures.ts';
import type { Judge, Model, ModelOperator, ModelTensor } from '../types.ts';
import { blameFloat } from './blame-float.ts';
import { type CheckedOperators, checkOperators } from './check-operators.ts';
import { diagnoseArithmetic, isFloatNetwork } from './diagnose-arithmetic.ts';
import { type JoinedNetwork, joinDilations } from './join-dilations.ts';
import { joinFunctions } from './join-functions.ts';
import { allowance, checkLimit, limits } from './limits.ts';
import { orderOperators } from './order-operators.ts';
import { within } from './place.ts';
import { readDilations, withDilationRules } from './read-dilations.ts';
import { type FileOperator, readEdges, readOperatorKinds, readOperators } from './read-operators.ts';
import { type FileTensor, readTensors, tensorBytes } from './read-tensors.ts';
import { splitVariables } from './read-variables.ts';
import { schemaVersion } from './schema.ts';
import { type Settled, settleShapes } from './settle-shapes.ts';
import { get, rootTable, type Table, type Vector } from './table.ts';

/**
 * Constants are views of `bytes`, not copies. Expects that the file identifier has been seen.
 *
 * @param judge asked of the operators that can be read, where others cannot, so that all problems are told at once
 */
export function readTflite(bytes: Uint8Array, judge: Judge): Model {
  checkLimit('too large a file, in bytes', bytes.length, limits.fileBytes);
  const model = rootTable(new ByteBuffer(bytes));
  const subgraphs = subgraphsOf(model);
  const subgraph = subgraphs.get(0);
  const kinds = readOperatorKinds(get(model, 'Model.operatorCodes'));
  const listed = readTensors(get(subgraph, 'SubGraph.tensors'), get(model, 'Model.buffers'));
  const all = readOperators(get(subgraph, 'SubGraph.operators'), kinds, listed.length);
  const { computing, variables, aliases } = splitVariables(model, subgraphs, all, listed);
  const { inputs, outputs } = within('network', () => ({
    inputs: readEdges(get(subgraph, 'SubGraph.inputs'), listed.length),
    outputs: readEdges(get(subgraph, 'SubGraph.outputs'), listed.length),
  }));
  const settled = settleShapes(computing, listed, outputs);
  boundReading(settled.operators, settled.tensors);
  const checked = checkNetwork(settled, { inputs, outputs }, judge);
  const { tensors } = checked;
  const given = [...variables.map(({ read }) => read), ...statesIn(tensors)];
  boundStates(given.map((index) => at(tensors, index)));
  const ordered = [...checked.operators, ...aliases].sort((a, b) => a.index - b.index);
  const order = orderOperators(
    { kept: variables.flatMap(({ assigned }) => assigned ?? []), operators: ordered, inputs, outputs, given },
    tensors,
  );
  const network = { format: 'tflite', operators: order, inputs, outputs, variables } as const;
  return withoutHandles(network, tensors.filter(isValueOf(ordered, all)));
}

/** The operators as they are supported, with dilations joined; or every reason why some are not. */
function checkNetwork(
  { operators: listed, tensors }: Settled,
  edges: Pick<Model, 'inputs' | 'outputs'>,
  judge: Judge,
): JoinedNetwork {
  const arithmetic = isFloatNetwork(listed, tensors) ? 'float32' : 'int8';
  const operators = joinFunctions(listed, tensors, edges.outputs);
  const dilations = readDilations(operators, tensors, edges.outputs);
  const { problems, ...checked } = checkOperators(
    withDilationRules(operators, dilations),
    tensors,
    arithmetic,
  );
  const joined = joinDilations(dilations, { operators: checked.operators, tensors });
  if (problems.length === 0) return joined;
  const diagnosis = arithmetic === 'int8' ? diagnoseArithmetic(operators, tensors, problems) : undefined;
  if (diagnosis !== undefined) throw diagnosis;
  const usable = { operators: joined.operators, problems };
  const found = arithmetic === 'int8' ? judge(usablePart(joined.tensors, usable, edges)) : [];
  throw operatorsUnsupported(blameFloat([...problems, ...found].sort(byOperator), operators));
}

function byOperator(a: OperatorProblem, b: OperatorProblem): number {
  return (a.operator ?? -1) - (b.operator ?? -1);
}

/** The operators without problems, each to be looked at by itself; nothing is said of how they are connected. */
function usablePart(
  tensors: readonly FileTensor[],
  { operators, problems }: CheckedOperators,
  edges: Pick<Model, 'inputs' | 'outputs'>,
): Model {
  const refused = new Set(problems.map(({ operator }) => operator));
  const usable = operators.filter(({ index }) => !refused.has(index));
  // What has a problem is touched by operators that have one, and by none of these.
  const standIn = tensors.map((tensor): ModelTensor => {
    const { index, name, shape, quantization, data } = tensor;
    return { index, name, shape, type: tensor.type.type ?? 'int8', quantization, data };
  });
  return { format: 'tflite', tensors: standIn, operators: usable, ...edges };
}

/** Every operator is worked on by itself: a constant that thousands of them share costs as if each had one of its own. */
function boundReading(operators: readonly FileOperator[], tensors: readonly FileTensor[]): void {
  const spend = allowance('constants that operators read, in bytes', limits.constantBytes);
  for (const { inputs } of operators)
    for (const input of inputs) if (input !== -1) spend(at(tensors, input).data?.length ?? 0);
}

/** Every variable has memory of its own, whatever constant it begins as. */
function boundStates(states: readonly FileTensor[]): void {
  const spend = allowance('values kept between inferences, in bytes', limits.stateBytes);
  for (const state of states) spend(tensorBytes(state));
}

function subgraphsOf(model: Table): Vector<Table> {
  const version = get(model, 'Model.version');
  if (version !== schemaVersion) {
    throw structureUnsupported(
      `the file has schema version ${version}`,
      `convert it with a converter that writes version ${schemaVersion}, as all do since 2017`,
    );
  }
  const subgraphs = get(model, 'Model.subgraphs');
  if (subgraphs.length === 0) throw malformed('the file has no network in it');
  return subgraphs;
}

function statesIn(tensors: readonly FileTensor[]): readonly number[] {
  return tensors.flatMap(({ index, isVariable }) => (isVariable ? [index] : []));
}

/** Intermediates state the quantisation of what lies between parts of an operator: no kernel here asks for them. */
function isValueOf(
  operators: readonly ModelOperator[],
  all: readonly FileOperator[],
): (tensor: FileTensor) => boolean {
  const touched = new Set(operators.flatMap(({ inputs, outputs }) => [...inputs, ...outputs]));
  const between = new Set(all.flatMap(({ intermediates }) => intermediates));
  return ({ index }) => touched.has(index) || !between.has(index);
}

/** Handles of variables are no values: their tensors are left out, and those behind them move up. */
function withoutHandles(
  { variables = [], ...network }: Omit<Model, 'tensors'>,
  tensors: readonly FileTensor[],
): Model {
  const kept = tensors.filter(({ type }) => type.name !== 'resource');
  const places = new Map(kept.map(({ index }, place) => [index, place]));
  const move = (index: number): number => {
    const place = index === -1 ? -1 : places.get(index);
    if (place === undefined) throw malformed(`tensor ${index} is a handle and is used as a value`);
    return place;
  };
  return {
    ...network,
    tensors: kept.map((tensor) => ({ ...toModelTensor(tensor), index: move(tensor.index) })),
    operators: network.operators.map((operator) => ({
      ...operator,
      inputs: operator.inputs.map(move),
      outputs: operator.outputs.map(move),
    })),
    inputs: network.inputs.map(move),
    outputs: network.outputs.map(move),
    ...(variables.length > 0 && {
      variables: variables.map((variable) => ({
        ...variable,
        read: move(variable.read),
        assigned: variable.assigned === undefined ? undefined : move(variable.assigned),
      })),
    }),
  };
}

/** Problems of tensors that operators use have been reported with the operators; these are unused ones. */
function toModelTensor(tensor: FileTensor): ModelTensor {
  const { index, name, shape, quantization, data, problem, isVariable } = tensor;
  if (problem !== undefined) throw tensorUnsupported(problem.reason, problem.hint).at(`tensor ${index}`);
  const { type } = tensor.type;
  invariant(type !== undefined, 'a tensor without problem has a type');
  return { index, name, shape, type, quantization, data, ...(isVariable && { isVariable }) };
}
