/** Operators that only move values: where to, `graph` says, which has to know it for int8. */
import { at, invariant } from '../../base/index.ts';
import { buildGraph, type Op } from '../../graph/index.ts';
import type { Model, ModelTensor } from '../../model/index.ts';
import { elementCount } from '../constants.ts';
import { isValue, ruleOf } from '../rules.ts';
import { gatherBy, type IndexMap, placesMap, transposeMap } from './index-maps.ts';
import type { FloatSite } from './operators.ts';

type Shape = readonly number[];

/**
 * The operator's outputs. It is built as it would be over int8, and the slices, transposes and joints that it becomes
 * move float32 values instead.
 */
export function moveValues(site: FloatSite): readonly Float32Array[] {
  const { operator, options, samples, valuesAt } = site;
  const rule = ruleOf(options);
  const positions = operator.inputs.flatMap((input, position) =>
    input >= 0 && isValue(rule, position) ? [position] : [],
  );
  const inputs = [...new Set(positions.map((position) => at(operator.inputs, position)))];
  const graph = buildGraph(standIn(site, inputs), []);
  const values = new Map<number, Float32Array>();
  graph.inputs.forEach(({ tensor }, place) => {
    values.set(tensor, valuesAt(operator.inputs.indexOf(at(inputs, place))));
  });
  const shapeOf = (tensor: number): Shape => at(graph.tensors, tensor).shape;
  const valuesOf = (tensor: number): Float32Array => {
    const found = values.get(tensor);
    invariant(found !== undefined, `tensor ${tensor} is read before it is made`);
    return found;
  };
  for (const op of graph.ops) {
    const operands = op.inputs.map((tensor) => ({ values: valuesOf(tensor), shape: shapeOf(tensor) }));
    values.set(op.output, moved(op, operands, shapeOf(op.output), samples));
  }
  return graph.outputs.map(({ tensor }) => valuesOf(tensor));
}

/** A network of this operator alone, over int8 that mean what they are. */
function standIn({ model, operator }: FloatSite, inputs: readonly number[]): Model {
  const computed = new Set([...inputs, ...operator.outputs]);
  const quantization = { scales: [1], zeroPoints: [0], dimension: 0 };
  const tensors = model.tensors.map(
    (tensor): ModelTensor =>
      computed.has(tensor.index) ? { ...tensor, type: 'int8', quantization, data: undefined } : tensor,
  );
  return { format: model.format, tensors, operators: [operator], inputs, outputs: operator.outputs };
}

type Operand = { readonly values: Float32Array; readonly shape: Shape };

function moved(op: Op, operands: readonly Operand[], output: Shape, samples: number): Float32Array {
  const { values, shape } = at(operands, 0);
  const by = (map: IndexMap): Float32Array => gatherBy(values, map, samples);
  switch (op.kind) {
    case 'reshape':
      return values;
    case 'transpose':
      return by(transposeMap(shape, op.permutation));
    case 'slice':
      return by(placesMap(shape, output, (axis, index) => at(op.begin, axis) + index * at(op.stride, axis)));
    case 'take':
      return by(placesMap(shape, output, (axis, index) => op.sources[axis]?.[index] ?? index));
    case 'concatenation':
      return joined(operands, op.axis, output, samples);
    default:
      throw new Error(`internal error: ${op.kind} does not only move values`);
  }
}

function joined(operands: readonly Operand[], axis: number, output: Shape, samples: number): Float32Array {
  const result = new Float32Array(elementCount(output) * samples);
  const outputRun = elementCount(output.slice(axis));
  let offset = 0;
  for (const { values, shape } of operands) {
    const run = elementCount(shape.slice(axis));
    for (let from = 0, to = offset; from < values.length; from += run, to += outputRun) {
      result.set(values.subarray(from, from + run), to);
    }
    offset += run;
  }
  return result;
}
