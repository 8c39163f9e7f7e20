/** Door of `search`: spaces of networks, the choice among them, and the search within one. */
export type { Candidate } from './candidates.ts';
export { type ChoiceRule, chooseLayerwise, chooseSpace } from './choose-space.ts';
export type {
  Evaluation,
  EvolutionOptions,
  EvolutionState,
  Individual,
  Merit,
} from './evolution-types.ts';
export { evolve, generationsDone, newEvolution } from './evolve.ts';
export { shardsUnmergeable, stateMalformed } from './failures.ts';
export {
  countGenotypes,
  genotypeKey,
  largestGenotype,
  parseGenotype,
  sampleGenotype,
  smallestGenotype,
} from './genotype.ts';
export { kendallTau } from './kendall-tau.ts';
export { exceedsAsMeasured, type MeasuredCost, satisfies } from './limits.ts';
export { mcunetFamily } from './mcunet-family.ts';
export { headWidth, midChannels, netConfigOf, scaledWidth } from './net-config.ts';
export { type CurvePoint, outcomeOf, paretoFront } from './outcome.ts';
export { parsePairs } from './pairs-json.ts';
export { fitPredictor, type MeasuredPair } from './predictor.ts';
export { mergeEvolutions, ofShard, type Shard } from './shards.ts';
export { spaceOf, spacesOf } from './space.ts';
export { parseSpace, printSpace } from './space-json.ts';
export { familySchema } from './space-schema.ts';
export { mergeSurveys, parseEvolution, parseSurveys } from './state-json.ts';
export {
  type Costing,
  type SpaceSurvey,
  type SurveyOptions,
  surveySpace,
} from './survey.ts';
export type * from './types.ts';
