/** Fully connected layers. */
import type { FullyConnected } from '../../graph/index.ts';
import { type AccessBlock, lastBlockOf, leadOfBlocks } from '../access-order.ts';
import { cyclesOfDense } from '../cycles.ts';
import {
  clampLiterals,
  constantArguments,
  defineKernel,
  foldZeroPoint,
  input,
  largestProduct,
  literals,
  output,
  outputStage,
} from '../definition.ts';
import { inputTensor, outputTensor } from '../geometry.ts';
import type { Constant, Kernel } from '../types.ts';

export const fullyConnected: Kernel = defineKernel<FullyConnected>({
  name: 'fully_connected_s8',
  isFor: (op) => op.kind === 'fullyConnected',
  leadBytes: (op) => leadOfBlocks(batches(op)),
  call: (op, graph) => {
    const bias = foldZeroPoint(op.bias, op.weights, inputTensor(op, graph).zeroPoint);
    const stage = outputStage(bias, op.multipliers, op.inputSize * largestProduct);
    const weights: Constant = { name: 'weights', type: 'int8_t', values: op.weights };
    const constants = [weights, ...stage.constants];
    return {
      constants,
      arguments: [
        input(0),
        output,
        ...constantArguments(constants),
        ...literals({
          batches: op.batches,
          input_size: op.inputSize,
          output_size: op.outputSize,
          small: stage.small,
          output_zero_point: outputTensor(op, graph).zeroPoint,
        }),
        ...clampLiterals(op.clamp),
      ],
    };
  },
  estimateCycles: (op, _graph, target) => cyclesOfDense(op.batches * op.outputSize, op.inputSize, target),
});

/** The whole input of a batch is read again for each block of outputs. */
function* batches({ batches, inputSize, outputSize }: FullyConnected): Generator<AccessBlock> {
  const last = lastBlockOf(outputSize, 4);
  for (let batch = 0; batch < batches; batch += 1) {
    const end = (batch + 1) * outputSize;
    const readsFrom = batch * inputSize;
    if (outputSize > last) yield { readsFrom, writtenTo: end - last };
    yield { readsFrom, writtenTo: end };
  }
}
