/** Tables of functions of one element as they are of real numbers, for networks whose results are rounded once. */
import { roundHalfEven } from '../../base/index.ts';
import type { OperatorOptions } from '../../model/index.ts';
import { clampTo, int8Clamp, type QuantizationParameters } from '../quantisation.ts';

export type RealFunction = (real: number) => number;

/** Nothing for operators that are no function of one element. */
export function realFunctionOf(options: OperatorOptions): RealFunction | undefined {
  switch (options.op) {
    case 'LOGISTIC':
      return (real) => 1 / (1 + Math.exp(-real));
    case 'TANH':
      return Math.tanh;
    case 'ABS':
      return Math.abs;
    case 'ELU':
      return (real) => (real < 0 ? Math.expm1(real) : real);
    case 'HARD_SWISH':
      return (real) => real * Math.min(Math.max(real / 6 + 0.5, 0), 1);
    case 'LEAKY_RELU':
      return (real) => (real < 0 ? options.alpha * real : real);
    default:
      return undefined;
  }
}

/** Results by the bits of their elements, from float32 to float32 as ONNX Runtime computes them, half to even. */
export function tableOf(
  compute: RealFunction,
  input: QuantizationParameters,
  output: QuantizationParameters,
): Int8Array {
  const [inputScale, outputScale] = [Math.fround(input.scale), Math.fround(output.scale)];
  return Int8Array.from({ length: 256 }, (_, bits) => {
    const real = Math.fround(inputScale * (((bits << 24) >> 24) - input.zeroPoint));
    const steps = roundHalfEven(Math.fround(Math.fround(compute(real)) / outputScale));
    return clampTo(steps + output.zeroPoint, int8Clamp);
  });
}
