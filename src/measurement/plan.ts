/** The plan as figures: how close it is to its bound, what else was considered, which buffer is where. */
import { at } from '../base/index.ts';
import type { Schedule, Step } from '../schedule/index.ts';
import type { Target } from '../target/index.ts';
import type { ArenaBlock, LayerPatches, LayerStream, PlanMeasurement } from './types.ts';

export function measurePlan(
  schedule: Schedule,
  objective: PlanMeasurement['objective'],
  target: Target,
): PlanMeasurement {
  const { arenaBytes: peakBytes, arenaLowerBoundBytes: lowerBoundBytes } = schedule;
  const gapBytes = peakBytes - lowerBoundBytes;
  return {
    objective,
    peakBytes,
    lowerBoundBytes,
    gapBytes,
    gapShare: lowerBoundBytes === 0 ? 0 : gapBytes / lowerBoundBytes,
    streams: streamsOf(schedule),
    patched: patchedOf(schedule),
    tradeOff: schedule.tradeOff.map((choice) => {
      const cycles = Math.round(choice.cycles);
      return { ...choice, cycles, milliseconds: (cycles / target.clockHz) * 1000 };
    }),
  };
}

/** Positions in `graph.ops` that a step runs, in order. */
export function operatorsOf(step: Step): readonly number[] {
  return step.kind === 'operator' ? [step.op] : step.ops;
}

/** Placed buffers over positions in `layers`: a step of several operators spans several of them. */
export function measureArena(schedule: Schedule): readonly ArenaBlock[] {
  const layers = layersOfSteps(schedule);
  return schedule.buffers.map((buffer) => ({
    name: buffer.name,
    kind: buffer.kind,
    offsetBytes: at(schedule.placements, buffer.id).offset,
    bytes: buffer.bytes,
    firstStep: layers[buffer.firstStep]?.firstLayer ?? 0,
    lastStep: layers[buffer.lastStep]?.lastLayer ?? 0,
  }));
}

function streamsOf(schedule: Schedule): readonly LayerStream[] {
  return layersOfSteps(schedule).filter((_, step) => at(schedule.steps, step).kind === 'stream');
}

function patchedOf(schedule: Schedule): readonly LayerPatches[] {
  return layersOfSteps(schedule).flatMap((layers, position) => {
    const step = at(schedule.steps, position);
    if (step.kind !== 'patch') return [];
    return { ...layers, patches: step.patches.length, recomputedMacs: step.recomputedMacs };
  });
}

/** For each step, its positions in `layers`. */
function layersOfSteps({ steps }: Schedule): readonly LayerStream[] {
  let layers = 0;
  return steps.map((step) => {
    const firstLayer = layers;
    layers += operatorsOf(step).length;
    return { firstLayer, lastLayer: layers - 1 };
  });
}
