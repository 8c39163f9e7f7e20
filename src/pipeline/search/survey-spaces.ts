/** Stage one: every space of the family is surveyed, once. */
import type { Progress } from '../../base/index.ts';
import type { SearchConfig } from '../../config/index.ts';
import { costOf } from '../../cost/index.ts';
import {
  type Costing,
  ofShard,
  type Shard,
  type SpaceSurvey,
  spacesOf,
  surveySpace,
} from '../../search/index.ts';
import { findTarget } from '../../target/index.ts';

/**
 * Surveys what is not surveyed yet. Shards divide the spaces, unless each of them has to know which is the best: where
 * accuracies are for any space and not for that of a super-network.
 *
 * @param save is given all surveys after each; awaited
 */
export async function surveySpaces(
  config: SearchConfig,
  shard: Shard | undefined,
  done: readonly SpaceSurvey[],
  save: (surveys: readonly SpaceSurvey[]) => Promise<void>,
  progress: Progress,
): Promise<readonly SpaceSurvey[]> {
  const { family, limits, survey, evolution } = config;
  const target = findTarget(config.target);
  const options = { limits, samples: survey.samples, seed: evolution.seed };
  const spaces = ofShard(spacesOf(family), dividesSpaces(config) ? shard : undefined);
  const label = 'compare spaces';
  if (done.length < spaces.length) progress.stage(label);
  const costing: Costing = {
    planned: (net) => costOf(net, target, 'planned'),
    layerwise: (net) => costOf(net, target, 'layerwise'),
  };
  let surveys = done;
  for (const space of spaces.slice(done.length)) {
    surveys = [...surveys, surveySpace(space, options, costing)];
    await save(surveys);
    progress.advance(label, surveys.length, spaces.length);
  }
  return surveys;
}

export function dividesSpaces({ accuracy }: SearchConfig): boolean {
  return accuracy === undefined || accuracy.from === 'supernet';
}
