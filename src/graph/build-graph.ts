/** From a checked model to a verified graph: build every operator, list all problems at once, rewrite. */
import { at, Failure, invariant, type OperatorProblem } from '../base/index.ts';
import { isFloatModel, type Model, type ModelOperator, type ModelTensor } from '../model/index.ts';
import { type Edges, resolveEdges, typesInMemory } from './build/edges.ts';
import { convertAgain } from './build/hints.ts';
import { opKinds } from './build/op-kinds.ts';
import { buildOperator } from './build/operator.ts';
import type { Surroundings } from './build/site.ts';
import { stateProblems } from './build/state-problems.ts';
import { tableAllowance } from './build/tables.ts';
import { readersOf } from './build/touching.ts';
import { resolveVariables, withStores } from './build/variables.ts';
import { type WithoutFloat, withoutFloat } from './build/without-float.ts';
import { valuesIn, zeros } from './element-types.ts';
import { networkNotInt8, networkUnsupported, operatorUnsupported } from './failures.ts';
import { resolveOutputShape } from './output-shape.ts';
import { type Pass, standardPasses } from './passes/index.ts';
import type { State } from './recurrent-types.ts';
import { collectReachable } from './rewrite.ts';
import { elementCount, sameShape } from './shape.ts';
import { changedStates } from './states.ts';
import type { Graph, Op, Tensor, TensorType } from './types.ts';
import { verifyGraph } from './verify-graph.ts';

/**
 * Typed operators with resolved shapes, paddings, factors and bounds, in the file's order, after `passes` (tests may
 * give fewer). The graph is verified after it is built and after every pass; every pass keeps the outputs byte for byte.
 * Throws a `Failure`: GRAPH_NOT_INT8 for a network that computes in float32, GRAPH_UNSUPPORTED with a list of every
 * problem by operator index and name.
 */
export function buildGraph(model: Model, passes: readonly Pass[] = standardPasses): Graph {
  if (isFloatModel(model)) throw networkNotInt8(model.format === 'onnx');
  let graph = lower(withoutFloat(model));
  verifyGraph(graph);
  for (const pass of passes) {
    graph = pass.rewrite(graph);
    verifyGraph(graph);
  }
  return graph;
}

function lower({ model, problems: found, left }: WithoutFloat): Graph {
  const edges = resolveEdges(model);
  const { ops, added, problems } = buildOperators(judged(model, left), edges);
  const variables = resolveVariables(model);
  const told = new Set(found.map(({ operator }) => operator));
  const further = variables.problems.filter(({ operator }) => !told.has(operator));
  const all = [...edges.problems, ...problems, ...found, ...further];
  if (all.length > 0) throw networkUnsupported(all);
  const shared = stateProblems(model, ops, edges.outputs);
  if (shared.length > 0) throw networkUnsupported(shared);
  const types = typesInMemory(model);
  const tensors = [...model.tensors.map((tensor) => toTensor(tensor, at(types, tensor.index))), ...added].map(
    (tensor) => ({
      ...tensor,
      data: variables.constants.get(tensor.id) ?? tensor.data,
    }),
  );
  const { inputs, outputs } = edges;
  const states = [...variables.states, ...ownStates(ops, tensors)];
  return collectReachable(withStores({ tensors, ops, inputs, outputs, states }, variables.stored));
}

/** What operators keep in variable tensors: real zeros at first. */
function ownStates(ops: readonly Op[], tensors: readonly Tensor[]): readonly State[] {
  return ops.flatMap(changedStates).map((id) => {
    const { name, type, shape, zeroPoint } = at(tensors, id);
    return { name, tensor: id, initial: zeros(type, elementCount(shape)).fill(zeroPoint) };
  });
}

/** What stands in the way of a model's edges and operators, each looked at by itself, whatever there is of the others. */
export function findProblems(model: Model): readonly OperatorProblem[] {
  const { model: quantised, left } = withoutFloat(model);
  const edges = resolveEdges(quantised);
  return [...edges.problems, ...buildOperators(judged(quantised, left), edges).problems];
}

/** Without the operators that move or convert float32 values which are told of together. */
function judged(model: Model, left: ReadonlySet<number>): Model {
  const isJudged = ({ inputs, outputs }: ModelOperator): boolean =>
    ![...inputs, ...outputs].some((index) => left.has(index));
  return { ...model, operators: model.operators.filter(isJudged) };
}

type Built = { readonly ops: Op[]; readonly added: Tensor[]; readonly problems: OperatorProblem[] };

function buildOperators(model: Model, edges: Edges): Built {
  const ops: Op[] = [];
  const added: Tensor[] = [];
  const problems: OperatorProblem[] = [];
  const readers = readersOf(model.operators);
  const surroundings = { model, added, claim: tableAllowance(), readers };
  for (const operator of model.operators) {
    if (edges.absorbed.has(operator.index)) continue;
    try {
      ops.push(...buildChecked(operator, surroundings));
    } catch (thrown) {
      if (!(thrown instanceof Failure)) throw thrown;
      const output = operator.outputs[0];
      const name = output === undefined ? '' : at(model.tensors, output).name;
      const { message: reason, hint = '' } = thrown;
      problems.push({ operator: operator.index, kind: operator.options.op, name, reason, hint });
    }
  }
  return { ops, added, problems };
}

/** The file states every shape; one that the operator does not make would have kernels write outside their buffers. */
function buildChecked(operator: ModelOperator, surroundings: Surroundings): readonly Op[] {
  const built = buildOperator(operator, surroundings);
  const { model, added } = surroundings;
  const shapeOf = (id: number): readonly number[] =>
    (model.tensors[id] ?? at(added, id - model.tensors.length)).shape;
  return [built].flat().map((op, part) => {
    const { op: code } = operator.options;
    invariant(opKinds[code].includes(op.kind), `${code} became ${op.kind}, which its kinds do not list`);
    const stated = shapeOf(op.output);
    const resolved = resolveOutputShape(op, op.inputs.map(shapeOf), stated);
    if (!sameShape(stated, resolved)) {
      throw operatorUnsupported(
        `its output is stated as [${stated}], its inputs make [${resolved}]`,
        convertAgain,
      );
    }
    return part === 0 ? op : { ...op, part };
  });
}

/** Only tensors that operators accepted are kept, so that what is missing here is never read. */
function toTensor(
  { index, name, shape, type, quantization, data }: ModelTensor,
  inMemory: TensorType,
): Tensor {
  return {
    id: index,
    name,
    shape,
    type: inMemory,
    scale: quantization?.scales[0] ?? 1,
    zeroPoint: quantization?.zeroPoints[0] ?? 0,
    data: data === undefined || type !== inMemory ? undefined : valuesIn(type, data.slice().buffer),
  };
}
