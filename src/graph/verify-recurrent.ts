/** Sizes of the operators that keep state. */
import { invariant } from '../base/index.ts';
import type { Lstm, Svdf } from './recurrent-types.ts';
import { elementCount, type Shape } from './shape.ts';

/** Throws where weights, biases or tensors are of other sizes than the operator states. */
export function verifyRecurrent(op: Svdf | Lstm, inputs: readonly Shape[]): void {
  const sized = (count: number, wanted: number, what: string): void =>
    invariant(
      count === wanted,
      () => `operator ${op.index} (${op.kind}) has ${count} ${what} instead of ${wanted}`,
    );
  const tensors = (...wanted: readonly number[]): void => {
    sized(inputs.length, wanted.length, 'inputs');
    for (const [position, count] of wanted.entries()) {
      sized(elementCount(inputs[position] ?? []), count, `elements of input ${position}`);
    }
  };
  if (op.kind === 'svdf') {
    const { batches, inputSize, units, rank, memory } = op;
    const filters = units * rank;
    tensors(batches * inputSize, batches * filters * memory);
    sized(op.featureWeights.length, filters * inputSize, 'feature weights');
    sized(op.timeWeights.length, filters * memory, 'time weights');
    sized(op.bias.length, units, 'biases');
    return;
  }
  const { batches, steps, inputSize, units } = op;
  tensors(batches * steps * inputSize, batches * units, batches * units);
  for (const gate of Object.values(op.gates)) {
    sized(gate.inputWeights.length, units * inputSize, 'weights');
    sized(gate.hiddenWeights.length, units * units, 'recurrent weights');
    sized(gate.bias.length, units, 'biases');
  }
}
