/** Stage one: which space to search, by what its satisfying networks can compute. */
import { noSpaceSatisfies } from './failures.ts';
import type { SpaceSurvey } from './survey.ts';
import type { Limits } from './types.ts';

export type ChoiceRule = {
  /** What of the distribution is compared. */
  readonly by: 'mean' | 'p80';
  /** Spaces of which a smaller share satisfies the limits are not taken: too few networks to judge by, or to search. */
  readonly leastShare: number;
};

/**
 * The space whose satisfying networks have the most MACs: within one family, networks that compute more have more
 * capacity and tend to be more accurate, so that nothing need be trained to compare spaces. Source: MCUNet (NeurIPS
 * 2020), section 3.1. Where two are equal, the larger share of satisfying networks, then the first.
 *
 * @throws Failure `SEARCH_LIMITS_UNREACHABLE` where no space has enough satisfying networks, naming the nearest network
 */
export function chooseSpace(surveys: readonly SpaceSurvey[], rule: ChoiceRule, limits: Limits): SpaceSurvey {
  const first = preferredOf(surveys, rule);
  if (first === undefined) throw noSpaceSatisfies(surveys, rule, limits);
  return first;
}

/** The space that the same rule chooses where networks run layer by layer; `undefined` where none can be chosen. */
export function chooseLayerwise(surveys: readonly SpaceSurvey[], rule: ChoiceRule): SpaceSurvey | undefined {
  return preferredOf(
    surveys.map((survey) => ({ ...survey, ...survey.layerwise })),
    rule,
  );
}

function preferredOf(surveys: readonly SpaceSurvey[], rule: ChoiceRule): SpaceSurvey | undefined {
  return surveys
    .filter(({ satisfying, samples, macs }) => macs !== undefined && satisfying >= rule.leastShare * samples)
    .sort((a, b) => capacityOf(b, rule) - capacityOf(a, rule) || shareOf(b) - shareOf(a))[0];
}

function capacityOf({ macs }: SpaceSurvey, { by }: ChoiceRule): number {
  return macs?.[by] ?? 0;
}

function shareOf({ satisfying, samples }: SpaceSurvey): number {
  return satisfying / samples;
}
