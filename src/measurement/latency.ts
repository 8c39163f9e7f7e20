/** Latency without execution: each kernel's own cycle formula, added up. */
import type { Target } from '../target/index.ts';
import type { LatencyMeasurement } from './types.ts';

/** An estimate, labelled so; its error is not known, because nothing was executed to compare with. */
export function estimateLatency(operatorCycles: readonly number[], target: Target): LatencyMeasurement {
  const cycles = Math.round(operatorCycles.reduce((sum, operator) => sum + operator, 0));
  return {
    milliseconds: (cycles / target.clockHz) * 1000,
    cycles,
    instructions: null,
    method: 'estimated',
    methodDescription:
      `sum of the cycle formulas of all kernels for ${target.chip} at ${target.clockHz / 1e6} MHz; ` +
      'nothing was executed, caches and call overhead are not modelled',
    relativeError: null,
  };
}
