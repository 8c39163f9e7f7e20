/** What operators of the finished network read: nothing that no kernel takes, which the graph of operators does not show. */
import { at, type OperatorProblem } from '../../base/index.ts';
import { operatorsUnsupported } from '../failures.ts';
import { movesValues } from '../tflite/operators/catalogue.ts';
import type { Model, ModelOperator, ModelTensor } from '../types.ts';
import { quantiseIt } from './site.ts';
import type { OnnxNode } from './types.ts';

type Problem = { readonly reason: string; readonly hint: string };

/** In a network of int8, only QUANTIZE and DEQUANTIZE know float32, and what moves values in front of or behind them. */
export function demandInt8(model: Model, nodes: readonly OnnxNode[]): void {
  demandOf(model, nodes, ({ options, inputs, outputs }) => {
    if (options.op === 'QUANTIZE' || options.op === 'DEQUANTIZE' || movesValues(options.op)) return undefined;
    const isFloat = (tensor: number): boolean =>
      tensor !== -1 && at(model.tensors, tensor).type === 'float32';
    return [...inputs, ...outputs].some(isFloat)
      ? { reason: 'it computes in float32, as nothing quantises its input', hint: quantiseIt }
      : undefined;
  });
}

/** Values that operators read have scales, and are no places or counts, which only outputs of the network may be. */
export function demandValues(model: Model, nodes: readonly OnnxNode[]): void {
  demandOf(model, nodes, ({ options, inputs }) => {
    const read = inputs.flatMap((input) => (input === -1 ? [] : at(model.tensors, input)));
    const values = read.filter(({ data }) => data === undefined);
    return options.op === 'CAST' ? undefined : values.map(problemOf).find((problem) => problem !== undefined);
  });
}

function problemOf({ type, quantization }: ModelTensor): Problem | undefined {
  if (type === 'int64') {
    return {
      reason:
        'what it gives is read, or stands in another order than it is made in: int64 values stay as they are',
      hint: 'take it along the last dimension or the channels of an image, and leave what follows to the application',
    };
  }
  return type === 'int8' && quantization === undefined
    ? { reason: 'it reads int8 values without a scale', hint: quantiseIt }
    : undefined;
}

function demandOf(
  { tensors, operators }: Model,
  nodes: readonly OnnxNode[],
  judge: (operator: ModelOperator) => Problem | undefined,
): void {
  const makers = new Map(nodes.map((node) => [node.outputs[0], node]));
  const problems = operators.flatMap((operator): OperatorProblem[] => {
    const problem = judge(operator);
    if (problem === undefined) return [];
    const { name } = at(tensors, at(operator.outputs, 0));
    const node = makers.get(name);
    return [{ operator: node?.index, kind: node?.operator ?? operator.options.op, name, ...problem }];
  });
  if (problems.length > 0) throw operatorsUnsupported(problems);
}
