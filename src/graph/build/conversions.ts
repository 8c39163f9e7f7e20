/** Operators that change the type of elements: QUANTIZE between quantised types, CAST. */
import type { ModelTensor } from '../../model/index.ts';
import { rangeOf } from '../element-types.ts';
import {
  dequantizeValue,
  type QuantizationParameters,
  quantizeValue,
  sameQuantization,
} from '../quantisation.ts';
import type { Cast, Curve, Lookup, Piecewise, Requantize, Reshape } from '../types.ts';
import { typeInMemory } from './edges.ts';
import { resultFactor } from './factors.ts';
import { buildLookup, functionBefore } from './functions.ts';
import { commonScale } from './hints.ts';
import {
  activations,
  commonParts,
  demand,
  inputTensor,
  outputTensor,
  result,
  type Site,
  type Typed,
} from './site.ts';

type Quantised = Typed & QuantizationParameters;

/** A tensor of any quantised type; those wider than eight bits are symmetric. */
function quantised(tensor: ModelTensor, role: string): Quantised {
  const { type, index, quantization } = tensor;
  demand(
    type === 'int8' || type === 'uint8' || type === 'int16' || type === 'int32',
    `${role} is ${type}; int8, uint8, int16 and int32 are supported`,
  );
  const parameters = parametersOf(tensor, role);
  demand(
    quantization?.scales.length === 1,
    `${role} needs one scale and one zero point for the whole tensor`,
  );
  return { id: index, type, ...parameters };
}

function parametersOf({ type, quantization }: ModelTensor, role: string): QuantizationParameters {
  const scale = quantization?.scales[0] ?? 0;
  const zeroPoint = quantization?.zeroPoints[0] ?? 0;
  demand(scale > 0, `${role} has no positive scale`);
  const { min, max } = rangeOf(typeInMemory(type));
  demand(
    zeroPoint >= min && zeroPoint <= max,
    `${role} has the zero point ${zeroPoint}, which is no ${type}`,
  );
  demand(
    zeroPoint === 0 || max <= 255,
    `${role} is ${type} with the zero point ${zeroPoint}; only int8 and uint8 have others than 0`,
  );
  return { scale, zeroPoint };
}

/** QUANTIZE between quantised types; with the function in front of it where both are to be rounded once. */
export function buildRequantize(site: Site): Requantize | Lookup | Curve | Piecewise {
  const before = functionBefore(site);
  if (before !== undefined) return buildLookup(before);
  const input = quantised(inputTensor(site, 0), 'its input');
  const output = quantised(outputTensor(site), 'its output');
  return {
    kind: 'requantize',
    ...commonParts(site, [input], output),
    multiplier: resultFactor(site, input.scale / output.scale),
    clamp: rangeOf(output.type),
  };
}

/**
 * DEQUANTIZE and the QUANTIZE behind it, between which values only move: nothing where both mean the same, else what the
 * two make of each value.
 */
export function buildConversion(site: Site): Lookup | Reshape {
  demand(
    outputTensor(site).type !== 'float32',
    'it makes float32 inside the network, with which something computes; only int8 and int16 are supported there',
  );
  const [input, output] = [activations(site, 0), result(site)];
  const parts = commonParts(site, [input], output);
  if (sameQuantization(input, output)) return { kind: 'reshape', ...parts };
  demand(
    input.type === 'int8' && output.type === 'int8',
    'it converts int16 to other scales by way of float32',
    commonScale,
  );
  const table = Int8Array.from({ length: 256 }, (_, bits) =>
    quantizeValue(dequantizeValue((bits << 24) >> 24, input), output),
  );
  return { kind: 'lookup', ...parts, function: 'DEQUANTIZE', table };
}

/** Real numbers are only made at the end of a network, of whole ones that stay as they are in memory. */
export function buildCast(site: Site): Cast | Reshape {
  const [from, to] = [inputTensor(site, 0), outputTensor(site)];
  demand(from.type !== 'float32', 'it makes whole numbers of float32, which only QUANTIZE does here');
  demand(
    to.type !== 'float32' || isOnlyOutput(site),
    'it makes float32 inside the network, where only whole numbers are supported',
  );
  const input = { id: from.index, type: typeInMemory(from.type) };
  const output = { id: to.index, type: to.type === 'float32' ? input.type : typeInMemory(to.type) };
  const parts = commonParts(site, [input], output);
  return { kind: input.type === output.type ? 'reshape' : 'cast', ...parts };
}

function isOnlyOutput({ model, operator }: Site): boolean {
  const [output = -1] = operator.outputs;
  return model.outputs.includes(output) && model.operators.every(({ inputs }) => !inputs.includes(output));
}
