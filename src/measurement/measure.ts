/** Puts the plan, the image and what was found by running them into the figures of one model. */
import { at, invariant } from '../base/index.ts';
import type { FirmwareImage, ImageSymbol } from '../firmware/index.ts';
import { countMacs, parameterCount } from '../graph/index.ts';
import { liveBytesAt, type PlanOptions, type Schedule } from '../schedule/index.ts';
import type { Target } from '../target/index.ts';
import { type BoardCount, boardLatency, estimateLatency, simulatedLatency } from './latency.ts';
import { operatorName } from './operator-name.ts';
import { measureArena, measurePlan, operatorsOf } from './plan.ts';
import type { SimulatedInference } from './simulate-inference.ts';
import type {
  AccuracyMeasurement,
  LatencyMeasurement,
  LatencyStalls,
  LayerMeasurement,
  Measurement,
} from './types.ts';

/** The C names of an operator: its function is `symbol`, its constants are `symbol_...`. */
type StepSymbol = {
  readonly step: number;
  readonly operatorIndex: number;
  readonly part?: number | undefined;
  readonly symbol: string;
};

export type MeasureInput = {
  readonly name: string;
  readonly path: string;
  /** Lower-case hexadecimal digest of the model file. */
  readonly sha256: string;
  readonly target: Target;
  readonly schedule: Schedule;
  /** Multiply-accumulates of the network as it is in the file. */
  readonly modelMacs: number;
  /** Whether the weights are of the file, and not random. */
  readonly isTrained: boolean;
  /** What the schedule was planned for. */
  readonly objective: NonNullable<PlanOptions['objective']>;
  readonly image: FirmwareImage;
  readonly symbols: readonly StepSymbol[];
  /** Cycles of each of `schedule.graph.ops`: 0 for those that become no code. */
  readonly operatorCycles: readonly number[];
  /** What the simulated chip counted; without it latency is estimated from `operatorCycles`. */
  readonly simulated?: SimulatedInference | undefined;
  /** What a board counted for the image that was simulated; it is the latency then. */
  readonly board?: BoardCount | undefined;
  readonly accuracy?: AccuracyMeasurement | undefined;
};

/** All figures of one model on one target. Nothing is judged here: see `checkBudgets`. */
export function measure(input: MeasureInput): Measurement {
  const { schedule, image, target } = input;
  const { graph } = schedule;
  invariant(input.operatorCycles.length === graph.ops.length, 'one cycle count for each operator');
  invariant(image.target === target.name, 'an image for another target');
  return {
    name: input.name,
    path: input.path,
    sha256: input.sha256,
    target: target.name,
    toolchain: image.toolchain,
    macs: graph.ops.reduce((sum, op) => sum + countMacs(op, graph), 0),
    modelMacs: input.modelMacs,
    parameters: parameterCount(graph),
    isTrained: input.isTrained,
    sram: {
      ...image.sram,
      arenaLowerBoundBytes: schedule.arenaLowerBoundBytes,
      stackHighWaterBytes: input.simulated?.stackHighWaterBytes ?? null,
    },
    flash: image.flash,
    stack: image.stack,
    symbols: image.symbols,
    overflow: image.overflow,
    latency: latencyOf(input),
    accuracy: input.accuracy ?? null,
    layers: measureLayers(input),
    plan: measurePlan(schedule, input.objective, target),
    arena: measureArena(schedule),
  };
}

function latencyOf({ simulated, board, operatorCycles, target }: MeasureInput): LatencyMeasurement {
  if (simulated === undefined) return estimateLatency(operatorCycles, target);
  return board === undefined ? simulatedLatency(simulated, target) : boardLatency(board, simulated, target);
}

function measureLayers(input: MeasureInput): readonly LayerMeasurement[] {
  const { schedule } = input;
  const { graph } = schedule;
  const weights = weightBytesByOperator(input.symbols, input.image.symbols);
  return schedule.steps.flatMap((step, stepIndex) => {
    const liveBytes = liveBytesAt(schedule, stepIndex);
    return operatorsOf(step).map((position): LayerMeasurement => {
      const op = at(graph.ops, position);
      return {
        index: op.index,
        name: op.name,
        op: operatorName(op),
        outputShape: at(graph.tensors, op.output).shape,
        macs: countMacs(op, graph),
        cycles: Math.round(cyclesOf(position, input)),
        stalls: stallsOf(position, input),
        liveBytes,
        weightBytes: weights.get(keyOf(op.index, op.part)) ?? 0,
      };
    });
  });
}

/** Of the operator's own function: what it calls is its own, since kernels are inlined into it. */
function cyclesOf(position: number, input: MeasureInput): number {
  if (input.simulated === undefined) return at(input.operatorCycles, position);
  return input.simulated.cyclesBySymbol.get(symbolOf(position, input) ?? '') ?? 0;
}

function stallsOf(position: number, input: MeasureInput): LatencyStalls | null {
  return input.simulated?.stallsBySymbol.get(symbolOf(position, input) ?? '') ?? null;
}

function symbolOf(position: number, { schedule, symbols }: MeasureInput): string | undefined {
  const { index, part } = at(schedule.graph.ops, position);
  return symbols.find((one) => one.operatorIndex === index && one.part === part)?.symbol;
}

/** One operator of the file may have become several. */
function keyOf(operatorIndex: number, part: number | undefined): string {
  return `${operatorIndex}.${part ?? 0}`;
}

/** Bytes of the constants in the image that belong to each operator, by its key. */
function weightBytesByOperator(
  steps: readonly StepSymbol[],
  symbols: readonly ImageSymbol[],
): ReadonlyMap<string, number> {
  // The longest prefix wins, so that `op_1_2_weights` is not counted for `op_1`.
  const byLength = steps.toSorted((a, b) => b.symbol.length - a.symbol.length);
  const bytes = new Map<string, number>();
  for (const symbol of symbols) {
    const owner = byLength.find((step) => symbol.name.startsWith(`${step.symbol}_`));
    if (owner === undefined) continue;
    const key = keyOf(owner.operatorIndex, owner.part);
    bytes.set(key, (bytes.get(key) ?? 0) + symbol.bytes);
  }
  return bytes;
}
