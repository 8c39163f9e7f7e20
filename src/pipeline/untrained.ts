/** An architecture without trained weights as a network that can be built, for its memory and its latency. */
import { at, random } from '../base/index.ts';
import type { Model } from '../model/index.ts';
import { calibrate, quantise } from '../quantisation/index.ts';

/** Which numbers it draws does not matter; that they are always the same does. */
const inputSeed = 1;

/**
 * The int8 form of a float network, calibrated on one random input between -1 and 1, as images are after
 * normalisation. What the network answers means nothing.
 */
export function quantiseUntrained(model: Model): Model {
  const inputs = model.inputs.map((index, position) => {
    const { shape } = at(model.tensors, index);
    const elements = shape.reduce((product, size) => product * size, 1);
    const { uniform } = random(inputSeed, position);
    return Float32Array.from({ length: elements }, () => 2 * uniform() - 1);
  });
  return quantise(model, calibrate(model, inputs), { biasCorrection: false, edges: 'int8' });
}
