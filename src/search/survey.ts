/** What the networks of one space that keep the limits can compute: the distribution that stage one compares. */
import { at, type Random, random } from '../base/index.ts';
import type { NetConfig, Size2d } from '../model/index.ts';
import { sampleGenotype, smallestGenotype } from './genotype.ts';
import { nearestToLimits, satisfies } from './limits.ts';
import { netConfigOf } from './net-config.ts';
import { streams } from './streams.ts';
import type { Cost, Limits, Space } from './types.ts';

export type SurveyOptions = {
  readonly limits: Limits;
  /** Networks drawn from each space; MCUNet draws 1,000. */
  readonly samples: number;
  readonly seed: number;
};

/** `quantiles[q]` are the MACs that q percent of the networks do not exceed. */
type Distribution = { readonly mean: number; readonly p80: number; readonly quantiles: readonly number[] };

/** Of the networks drawn from a space, those within the limits. */
type Satisfying = {
  readonly satisfying: number;
  /** Of the satisfying networks; `undefined` where there is none. */
  readonly macs: Distribution | undefined;
};

/** Plain data. */
export type SpaceSurvey = Satisfying & {
  readonly space: string;
  readonly width: number;
  readonly resolution: Size2d;
  readonly samples: number;
  /** The network nearest to the limits, of all that were drawn and the smallest of the space. */
  readonly nearest: Cost;
  /** Of the same networks, were they run layer by layer: what the planner's memory admits besides is the difference. */
  readonly layerwise: Satisfying;
};

/** What a network costs as the planner runs it, and run layer by layer, each tensor whole, as TinyEngine does. */
export type Costing = Readonly<Record<'planned' | 'layerwise', (net: NetConfig) => Cost>>;

/**
 * Draws networks from a space and keeps those within the limits. Each space has its own stream of random numbers, so its
 * survey does not depend on which others are surveyed.
 */
export function surveySpace(
  space: Space,
  { limits, samples, seed }: SurveyOptions,
  { planned, layerwise }: Costing,
): SpaceSurvey {
  const { height, width } = space.input;
  const drawing: Random = random(seed, streams.survey, Math.round(space.width * 1e6), height, width);
  const nets = Array.from({ length: samples }, () => netConfigOf(space, sampleGenotype(space, drawing)));
  const costs = nets.map(planned);
  const smallest = planned(netConfigOf(space, smallestGenotype(space)));
  return {
    space: space.name,
    width: space.width,
    resolution: { height, width },
    samples,
    ...satisfyingOf(costs, limits),
    nearest: nearestToLimits([smallest, ...costs], limits) ?? smallest,
    layerwise: satisfyingOf(nets.map(layerwise), limits),
  };
}

function satisfyingOf(costs: readonly Cost[], limits: Limits): Satisfying {
  const kept = costs.filter((cost) => satisfies(cost, limits)).map(({ macs }) => macs);
  return { satisfying: kept.length, macs: kept.length === 0 ? undefined : distributionOf(kept) };
}

function distributionOf(values: readonly number[]): Distribution {
  const sorted = Float64Array.from(values).sort();
  const quantiles = Array.from({ length: 101 }, (_, percent) => quantile(sorted, percent / 100));
  return {
    mean: sorted.reduce((sum, value) => sum + value, 0) / sorted.length,
    p80: at(quantiles, 80),
    quantiles,
  };
}

/** Between the two nearest values in proportion, as NumPy's default does. */
function quantile(sorted: Float64Array, fraction: number): number {
  const place = fraction * (sorted.length - 1);
  const below = Math.floor(place);
  const low = at(sorted, below);
  return low + (at(sorted, Math.min(below + 1, sorted.length - 1)) - low) * (place - below);
}
