/** Inputs and outputs of the network: int8 as they are, float32 where one conversion stands between them and int8. */
import { at } from '../../base/index.ts';
import type { Model, ModelOperator } from '../../model/index.ts';
import type { Problem } from '../failures.ts';
import type { Edge } from '../types.ts';

export type Edges = {
  readonly inputs: readonly Edge[];
  readonly outputs: readonly Edge[];
  /** Indices of the QUANTIZE and DEQUANTIZE operators that became part of an edge. */
  readonly absorbed: ReadonlySet<number>;
  readonly problems: readonly Problem[];
};

/** Edge tensors are still numbered as in the model. */
export function resolveEdges(model: Model): Edges {
  const absorbed = new Set<number>();
  const problems: Problem[] = [];
  const resolve = (side: 'input' | 'output', index: number): Edge[] => {
    const { name, shape, type } = at(model.tensors, index);
    if (type === 'int8') return [{ tensor: index, name, shape, type }];
    const conversion = type === 'float32' ? findConversion(model, side, index) : undefined;
    if (conversion === undefined) {
      problems.push({ operator: undefined, kind: side, name, reason: edgeReason(side, type) });
      return [];
    }
    absorbed.add(conversion.index);
    const inner = at(side === 'input' ? conversion.outputs : conversion.inputs, 0);
    return [{ tensor: inner, name, shape, type: 'float32' }];
  };
  const inputs = model.inputs.flatMap((index) => resolve('input', index));
  const outputs = model.outputs.flatMap((index) => resolve('output', index));
  return { inputs, outputs, absorbed, problems };
}

function edgeReason(side: 'input' | 'output', type: string): string {
  if (type !== 'float32') return `it is ${type}; int8 and float32 are supported`;
  return side === 'input'
    ? 'it is float32 and is not read by exactly one QUANTIZE to int8'
    : 'it is float32 and is not written by a DEQUANTIZE from int8';
}

/** The only reader of a float input, or the writer of a float output, where it converts from or to int8. */
function findConversion(model: Model, side: 'input' | 'output', index: number): ModelOperator | undefined {
  const code = side === 'input' ? 'QUANTIZE' : 'DEQUANTIZE';
  const touching = model.operators.filter(({ inputs, outputs }) =>
    (side === 'input' ? inputs : outputs).includes(index),
  );
  const [conversion] = touching;
  if (conversion === undefined || touching.length !== 1 || conversion.options.op !== code) return undefined;
  const inner = (side === 'input' ? conversion.outputs : conversion.inputs)[0];
  return inner !== undefined && inner >= 0 && at(model.tensors, inner).type === 'int8'
    ? conversion
    : undefined;
}
