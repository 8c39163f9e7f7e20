/** Latency: counted on the simulated chip or a board, or estimated operator by operator where nothing can run. */
import type { Target } from '../target/index.ts';
import type { SimulatedInference } from './simulate-inference.ts';
import type { LatencyMeasurement } from './types.ts';

/**
 * Worst error of the estimate against the simulator on networks that its coefficients were not fitted to: the six shared
 * ones under both objectives and fifty random ones (scripts/kernel-benchmark, `--validate` and `--random`).
 */
const errorOfEstimate = 0.06;

/**
 * The sum of the operators' estimates, labelled so. Its error band is that against the simulator and the simulator's own
 * together.
 */
export function estimateLatency(operatorCycles: readonly number[], target: Target): LatencyMeasurement {
  const cycles = Math.round(operatorCycles.reduce((sum, operator) => sum + operator, 0));
  return {
    milliseconds: (cycles / target.clockHz) * 1000,
    cycles,
    instructions: null,
    method: 'estimated',
    methodDescription:
      `estimated for ${target.chip} at ${target.clockHz / 1e6} MHz from simulated calls of the same kernels on other ` +
      'shapes; nothing was executed. The error band is the largest error against the simulator on whole networks ' +
      `(${percentText(errorOfEstimate)}) and the simulator's own (${percentText(errorOfMemory)}) together`,
    relativeError: errorOfEstimate + errorOfMemory,
    simulatedCycles: null,
    stalls: null,
  };
}

function percentText(error: number): string {
  return `${Math.round(100 * error)} %`;
}

/**
 * Worst error of the simulator against nine images that were measured on this chip (scripts/validate-simulator), and a
 * wider one where memory decides: the memory system is modelled more coarsely than the core.
 */
const errorOfCore = 0.03;
const errorOfMemory = 0.06;
const memoryDecidesShare = 0.15;

/** One inference of the shipped image on the simulated chip, after a warm-up. */
export function simulatedLatency(simulated: SimulatedInference, target: Target): LatencyMeasurement {
  const { cycles, instructions, stalls } = simulated;
  const memoryDecides = stalls.dataCacheShare > memoryDecidesShare;
  const reason = memoryDecides ? ', a wider error band because data-cache stalls decide' : '';
  return {
    milliseconds: (cycles / target.clockHz) * 1000,
    cycles,
    instructions,
    method: 'simulated',
    methodDescription:
      `the shipped ELF executed on a cycle-approximate ${target.chip} at ${target.clockHz / 1e6} MHz, ` +
      `one inference after a warm-up, outputs equal to the same C on the host${reason}`,
    relativeError: memoryDecides ? errorOfMemory : errorOfCore,
    simulatedCycles: null,
    stalls,
  };
}

/** Cycles of one inference by the chip's own counter. */
export type BoardCount = {
  readonly cycles: number;
  /** What put the image there. */
  readonly programmer: string;
};

/** What a board counted, with what the simulator makes of the same image beside it. */
export function boardLatency(
  { cycles, programmer }: BoardCount,
  simulated: SimulatedInference,
  target: Target,
): LatencyMeasurement {
  return {
    ...simulatedLatency(simulated, target),
    milliseconds: (cycles / target.clockHz) * 1000,
    cycles,
    method: 'board',
    methodDescription:
      `counted by a ${target.chip} at ${target.clockHz / 1e6} MHz that ${programmer} flashed, one inference after a ` +
      'warm-up, outputs equal to the same C on the host',
    relativeError: null,
    simulatedCycles: simulated.cycles,
  };
}
