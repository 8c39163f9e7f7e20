/** Fully connected layers. */
import type { FullyConnected } from '../../graph/index.ts';
import { type AccessBlock, leadOfBlocks } from '../access-order.ts';
import {
  constantArguments,
  defineKernel,
  input,
  literals,
  noPointer,
  output,
  scratch,
} from '../definition.ts';
import { inputTensor, outputTensor } from '../geometry.ts';
import { denseMatrixOf, packedMatrixOf, paddedDepth, unpackedBytes } from '../matrix.ts';
import type { Argument, Kernel } from '../types.ts';

/** Outputs that one pass over the input makes, at least; the last pass may make fewer. */
const outputsOfPass = 4;

/** An input that is no multiple of 4 is copied before it is used. */
function copiedBytes({ inputSize }: FullyConnected): number {
  const depth = paddedDepth(inputSize);
  return depth === inputSize ? 0 : depth;
}

function sizes(op: FullyConnected): Argument[] {
  return literals({
    batches: op.batches,
    input_size: op.inputSize,
    output_size: op.outputSize,
    depth: paddedDepth(op.inputSize),
  });
}

export const fullyConnected: Kernel = defineKernel<FullyConnected>({
  name: 'fully_connected_s8',
  isFor: (op) => op.kind === 'fullyConnected',
  accepts: ({ weightBits }) => weightBits === undefined,
  scratchBytes: copiedBytes,
  leadBytes: (op) => leadOfBlocks(batches(op)),
  call: (op, graph) => {
    const { constants, scaling } = denseMatrixOf({
      ...op,
      inputZeroPoint: inputTensor(op, graph).zeroPoint,
      outputZeroPoint: outputTensor(op, graph).zeroPoint,
    });
    return {
      constants,
      arguments: [
        input(0),
        output,
        copiedBytes(op) === 0 ? noPointer('scratch') : scratch,
        ...constantArguments(constants),
        ...sizes(op),
        ...scaling,
      ],
    };
  },
});

/** Weights of four bits are unpacked as they are used. */
export const packedFullyConnected: Kernel = defineKernel<FullyConnected>({
  name: 'fully_connected_s4',
  isFor: (op) => op.kind === 'fullyConnected',
  accepts: ({ weightBits }) => weightBits === 4,
  scratchBytes: (op) => unpackedBytes(paddedDepth(op.inputSize)) + copiedBytes(op),
  leadBytes: (op) => leadOfBlocks(batches(op)),
  call: (op, graph) => {
    const { constants, scaling } = packedMatrixOf({
      ...op,
      inputZeroPoint: inputTensor(op, graph).zeroPoint,
      outputZeroPoint: outputTensor(op, graph).zeroPoint,
    });
    return {
      constants,
      arguments: [input(0), output, scratch, ...constantArguments(constants), ...sizes(op), ...scaling],
    };
  },
});

/** The whole input of a batch is read again for each pass. */
function* batches({ batches, inputSize, outputSize }: FullyConnected): Generator<AccessBlock> {
  const last = outputSize % outputsOfPass || outputsOfPass;
  for (let batch = 0; batch < batches; batch += 1) {
    const end = (batch + 1) * outputSize;
    const readsFrom = batch * inputSize;
    if (outputSize > last) yield { readsFrom, writtenTo: end - last };
    yield { readsFrom, writtenTo: end };
  }
}
