/** Spaces in the order in which the rule of stage one prefers them. */
import type { Limits, SpaceSurvey } from '../../search/index.ts';
import { formatCount, formatFigure, formatMagnitude, formatRatio, formatShare } from '../format.ts';
import { name, say, type Words } from '../words.ts';
import type { SearchReport } from './types.ts';

type RankedSpace = {
  readonly survey: SpaceSurvey;
  /** `few`: a smaller share than the rule asks for keeps the limits; `none`: no network does. */
  readonly standing: 'chosen' | 'eligible' | 'few' | 'none';
};

const standings = ['chosen', 'eligible', 'few', 'none'] as const;

/** The chosen one, then those that the rule would take, then those with too few networks; the most MACs first. */
export function rankedSpaces(report: SearchReport): readonly RankedSpace[] {
  const { rule } = report;
  return report.surveys
    .map((survey): RankedSpace => ({ survey, standing: standingOf(survey, report) }))
    .sort(
      (a, b) =>
        standings.indexOf(a.standing) - standings.indexOf(b.standing) ||
        (b.survey.macs?.[rule.by] ?? 0) - (a.survey.macs?.[rule.by] ?? 0),
    );
}

function standingOf(survey: SpaceSurvey, { chosen, rule }: SearchReport): RankedSpace['standing'] {
  if (survey.space === chosen) return 'chosen';
  if (survey.macs === undefined) return 'none';
  return survey.satisfying < rule.leastShare * survey.samples ? 'few' : 'eligible';
}

export type SpaceRow = {
  readonly space: string;
  readonly isChosen: boolean;
  /** `318 of 1,000`. */
  readonly within: string;
  readonly share: number;
  /** MACs of the networks within the limits; `–` where there is none. */
  readonly mean: string;
  readonly p80: string;
  /** Of the same networks, run layer by layer: the share within the limits, and their mean MACs. */
  readonly layerwise: { readonly share: string; readonly mean: string };
  readonly note: string;
};

export function spaceRows(report: SearchReport): readonly SpaceRow[] {
  return rankedSpaces(report).map(({ survey, standing }) => ({
    space: survey.space,
    isChosen: standing === 'chosen',
    within: `${formatCount(survey.satisfying)} of ${formatCount(survey.samples)}`,
    share: survey.samples === 0 ? 0 : survey.satisfying / survey.samples,
    mean: survey.macs === undefined ? '–' : formatMagnitude(survey.macs.mean),
    p80: survey.macs === undefined ? '–' : formatMagnitude(survey.macs.p80),
    layerwise: layerwiseWords(survey),
    note: standingWords(standing, survey, report),
  }));
}

function layerwiseWords({ layerwise, samples }: SpaceSurvey): SpaceRow['layerwise'] {
  return {
    share: formatRatio(samples === 0 ? 0 : layerwise.satisfying / samples),
    mean: layerwise.macs === undefined ? '–' : formatMagnitude(layerwise.macs.mean),
  };
}

function standingWords(
  standing: RankedSpace['standing'],
  { nearest }: SpaceSurvey,
  { limits, rule }: SearchReport,
): string {
  switch (standing) {
    case 'chosen':
      return 'chosen';
    case 'eligible':
      return '';
    case 'few':
      return `under ${formatShare(rule.leastShare)} within limits`;
    case 'none':
      return nearestWords(nearest, limits);
  }
}

/** What the nearest network needs most too much of. */
function nearestWords(nearest: SpaceSurvey['nearest'], limits: Limits): string {
  const [worst] = (
    [
      ['SRAM', 'sram', nearest.sramBytes, limits.sramBytes],
      ['flash', 'flash', nearest.flashBytes, limits.flashBytes],
      ['latency', 'latency', nearest.latencyMs, limits.latencyMs],
    ] as const
  )
    .flatMap(([title, metric, value, limit]) =>
      limit === undefined || value <= limit
        ? []
        : [{ words: `${title} ${formatFigure(metric, value)}`, over: value / limit }],
    )
    .sort((a, b) => b.over - a.over);
  return worst === undefined ? 'none within limits' : `none within limits; the nearest needs ${worst.words}`;
}

/** A sentence: by what the space was chosen, and its figures. */
export function choiceSentence(report: SearchReport): Words {
  const { surveys, rule, chosen } = report;
  const macs = surveys.find(({ space }) => space === chosen)?.macs;
  const how = rule.by === 'mean' ? 'mean' : '80th percentile';
  const figures =
    macs === undefined
      ? ''
      : `: mean ${formatMagnitude(macs.mean)}, 80th percentile ${formatMagnitude(macs.p80)}`;
  return say`${name(chosen, 60)} is chosen of ${formatCount(surveys.length)} by the ${how} of MACs of its networks within the limits${figures}.`;
}

/** A sentence: what the choice would be without the planner, which is what the planner is worth. */
export function layerwiseSentence({ surveys, chosenLayerwise }: SearchReport): Words {
  if (chosenLayerwise === null)
    return say`Run layer by layer, each tensor whole, too few networks of any space would be within the limits.`;
  const macs = surveys.find(({ space }) => space === chosenLayerwise)?.layerwise.macs;
  const figures =
    macs === undefined
      ? ''
      : `, mean ${formatMagnitude(macs.mean)}, 80th percentile ${formatMagnitude(macs.p80)}`;
  return say`Run layer by layer, each tensor whole, as TinyEngine does, it would be ${name(chosenLayerwise, 60)}${figures}.`;
}
