/** What a network costs on a board, from its configuration alone: thousands of networks a second. */
import { at, invariant } from '../base/index.ts';
import { layersOf, type NetConfig, type NetLayer } from '../model/index.ts';
import {
  type ChainOp,
  type OperatorProfile,
  type PlanEstimate,
  type PlanEstimator,
  planEstimator,
  profileOf,
} from '../schedule/index.ts';
import type { Target } from '../target/index.ts';
import { besideArenaBytes, flashBytesOf, type LayerImage, layerImage } from './image-bytes.ts';
import { layerGraph } from './layer-graph.ts';
import { layerwiseMemory } from './layerwise.ts';
import type { Cost, CostBreakdown, CostPolicy, LayerCost } from './types.ts';

/**
 * Costs by the planner's own rules, without weights: which lines scale sums, and how literals turn out in code, is taken
 * as usual. Against plans, linked images and the simulator, see `scripts/validate-cost.ts`. Every network that can be
 * written down has a cost: nothing is refused for its size.
 */
export function costOf(net: NetConfig, target: Target, policy: CostPolicy): Cost {
  const layers = layersOf(net);
  return sumOf(layers, planOf(layers, target, policy), target, policy);
}

/** The same with the layers that it adds up from, to say which of them a limit is bound by. */
export function costBreakdown(net: NetConfig, target: Target, policy: CostPolicy): CostBreakdown {
  const layers = layersOf(net);
  const planned = planOf(layers, target, policy);
  const peaks = policy === 'planned' ? peaksOf(planned.plan) : layerwiseMemory(layers).liveBytes;
  return {
    ...sumOf(layers, planned, target, policy),
    layers: layers.map(({ name, macs, parameters }, index): LayerCost => {
      const { constantBytes } = at(planned.profiles, index);
      return { name, macs, parameters, constantBytes, peakBytes: at(peaks, index) };
    }),
  };
}

function peaksOf({ steps }: PlanEstimate): readonly number[] {
  return steps.flatMap(({ from, to, peakBytes }) => new Array<number>(to - from).fill(peakBytes));
}

type ProfiledLayer = LayerImage & { readonly profile: OperatorProfile };

/** What is known of a target: layers and stretches that were seen before are not worked out again. */
type Experience = {
  profilesOf(layers: readonly NetLayer[]): readonly ProfiledLayer[];
  readonly estimator: PlanEstimator;
};

const experiences = new WeakMap<Target, Experience>();

function experienceOf(target: Target): Experience {
  const known = experiences.get(target) ?? newExperience(target);
  experiences.set(target, known);
  return known;
}

function newExperience(target: Target): Experience {
  const known = new Map<string, ProfiledLayer>();
  const profiled = (layer: NetLayer): ProfiledLayer => {
    const key = keyOf(layer);
    const found = known.get(key);
    if (found !== undefined) return found;
    const profile = profileOf(layerGraph(layer), target, known.size);
    const fresh = { profile, ...layerImage(layer, profile.kernel) };
    known.set(key, fresh);
    return fresh;
  };
  return { profilesOf: (layers) => layers.map(profiled), estimator: planEstimator(target) };
}

/** The same for layers that cost the same. */
function keyOf(layer: NetLayer): string {
  const { kind, input, output } = layer;
  const shapes = `${kind} ${input.height} ${input.width} ${input.channels} ${output.channels}`;
  if (kind !== 'conv' && kind !== 'depthwise') return shapes;
  const { kernel, stride, activation } = layer;
  const window = `${kernel.height} ${kernel.width} ${stride.height} ${stride.width}`;
  return `${shapes} ${window} ${activation === 'none' ? 'signed' : 'rectified'}`;
}

/** Every layer reads what the one before it wrote; an addition what its shortcut comes from besides. */
function chainOf(layers: readonly NetLayer[], profiles: readonly ProfiledLayer[]): readonly ChainOp[] {
  const written = new Map<string, number>();
  return layers.map((layer, index): ChainOp => {
    written.set(layer.name, index + 1);
    const { profile } = at(profiles, index);
    if (layer.kind !== 'add') return { profile, reads: [index] };
    const shortcut = written.get(layer.shortcutFrom);
    invariant(shortcut !== undefined, `${layer.name} adds what was written before`);
    return { profile, reads: [index, shortcut] };
  });
}

type PlannedLayers = { readonly profiles: readonly ProfiledLayer[]; readonly plan: PlanEstimate };

function planOf(layers: readonly NetLayer[], target: Target, policy: CostPolicy): PlannedLayers {
  const { profilesOf, estimator } = experienceOf(target);
  const profiles = profilesOf(layers);
  const chain = chainOf(layers, profiles);
  return { profiles, plan: policy === 'planned' ? estimator.smallest(chain) : estimator.whole(chain) };
}

function sumOf(
  layers: readonly NetLayer[],
  { profiles, plan }: PlannedLayers,
  { clockHz }: Target,
  policy: CostPolicy,
): Cost {
  const arenaBytes = policy === 'planned' ? plan.arenaBytes : layerwiseMemory(layers).arenaBytes;
  return {
    sramBytes: policy === 'planned' ? arenaBytes + besideArenaBytes : arenaBytes,
    arenaBytes,
    flashBytes: flashBytesOf(profiles, plan.steps),
    latencyMs: (1e3 * plan.cycles) / clockHz,
    macs: layers.reduce((sum, { macs }) => sum + macs, 0),
    parameters: layers.reduce((sum, { parameters }) => sum + parameters, 0),
  };
}
