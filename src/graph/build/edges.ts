/** Inputs and outputs of the network: whole numbers as they are, float32 where one conversion stands between both. */
import { at, type OperatorProblem } from '../../base/index.ts';
import type { ElementType, Model, ModelOperator } from '../../model/index.ts';
import { edgeProblem } from '../failures.ts';
import type { Edge, TensorType } from '../types.ts';
import { readersOf, writersOf } from './touching.ts';

export type Edges = {
  readonly inputs: readonly Edge[];
  readonly outputs: readonly Edge[];
  /** Indices of the QUANTIZE and DEQUANTIZE operators that became part of an edge. */
  readonly absorbed: ReadonlySet<number>;
  readonly problems: readonly OperatorProblem[];
};

/** Edge tensors are still numbered as in the model. */
export function resolveEdges(model: Model): Edges {
  const absorbed = new Set<number>();
  const problems: OperatorProblem[] = [];
  const [readers, writers] = [readersOf(model.operators), writersOf(model.operators)];
  const resolve = (side: 'input' | 'output', index: number): Edge[] => {
    const { name, shape, type } = at(model.tensors, index);
    const ties = side === 'input' && model.roundsOnce === true ? ({ ties: 'even' } as const) : {};
    if (isInMemory(type) || (type === 'int64' && side === 'output')) {
      return [{ tensor: index, name, shape, type, ...ties }];
    }
    if (type === 'float32' && side === 'output' && writers.get(index)?.[0]?.options.op === 'CAST') {
      return [{ tensor: index, name, shape, type }];
    }
    const touching = (side === 'input' ? readers : writers).get(index);
    const conversion = type === 'float32' ? findConversion(model, side, touching) : undefined;
    if (conversion === undefined) {
      problems.push(edgeProblem(side, name, edgeReason(side, type)));
      return [];
    }
    absorbed.add(conversion.index);
    const inner = at(side === 'input' ? conversion.outputs : conversion.inputs, 0);
    return [{ tensor: inner, name, shape, type: 'float32', ...ties }];
  };
  const inputs = model.inputs.flatMap((index) => resolve('input', index));
  const outputs = model.outputs.flatMap((index) => resolve('output', index));
  return { inputs, outputs, absorbed, problems };
}

function isInMemory(type: ElementType): type is TensorType {
  return type === 'int8' || type === 'uint8' || type === 'int16' || type === 'int32';
}

/** What a tensor of a file is in memory: classes and indices of 64 bits have 32, which only outputs show. */
export function typeInMemory(type: ElementType): TensorType {
  if (isInMemory(type)) return type;
  return type === 'int64' ? 'int32' : 'int8';
}

function edgeReason(side: 'input' | 'output', type: string): string {
  if (type !== 'float32') return `it is ${type}; int8, uint8, int16, int32 and float32 are supported`;
  return side === 'input'
    ? 'it is float32 and is not read by exactly one QUANTIZE to int8 or int16'
    : 'it is float32 and is not written by a DEQUANTIZE from int8 or int16';
}

/**
 * What each tensor of a file is in memory. float32 behind a CAST is what was cast: whole numbers, which the network's output
 * shows as real ones.
 */
export function typesInMemory(model: Model): readonly TensorType[] {
  const types = model.tensors.map(({ type }) => typeInMemory(type));
  for (const { options, inputs, outputs } of model.operators) {
    const [from, to] = [inputs[0] ?? -1, outputs[0] ?? -1];
    if (options.op !== 'CAST' || model.tensors[to]?.type !== 'float32') continue;
    types[to] = types[from] ?? 'int8';
  }
  return types;
}

/** The only reader of a float input, or the writer of a float output, where it converts from or to quantised values. */
function findConversion(
  model: Model,
  side: 'input' | 'output',
  touching: readonly ModelOperator[] = [],
): ModelOperator | undefined {
  const code = side === 'input' ? 'QUANTIZE' : 'DEQUANTIZE';
  const [conversion] = touching;
  if (conversion === undefined || touching.length !== 1 || conversion.options.op !== code) return undefined;
  const inner = (side === 'input' ? conversion.outputs : conversion.inputs)[0];
  if (inner === undefined || inner < 0) return undefined;
  const { type } = at(model.tensors, inner);
  return type === 'int8' || type === 'int16' ? conversion : undefined;
}
