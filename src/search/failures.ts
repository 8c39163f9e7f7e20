/** User errors of `search`. */
import { Failure, pathText, type SchemaProblem } from '../base/index.ts';
import type { ChoiceRule } from './choose-space.ts';
import { type Excess, excessesOf, nearestToLimits } from './limits.ts';
import type { SpaceSurvey } from './survey.ts';
import type { Cost, Limits, Space } from './types.ts';

const shown = (text: string): string => JSON.stringify(text.length > 80 ? `${text.slice(0, 77)}...` : text);

export function spaceInvalid(where: string, problems: readonly SchemaProblem[]): Failure {
  const words = problems.map(({ path, part, message }) => {
    const place = pathText(part === 'key' ? path.slice(0, -1) : path);
    return place === '' ? message : `${place}: ${message}`;
  });
  const more = words.length > 3 ? `; and ${words.length - 3} more problems` : '';
  return new Failure({
    code: 'SEARCH_SPACE_INVALID',
    kind: 'usage',
    message: `this is not a search space: ${words.slice(0, 3).join('; ')}${more}`,
    where,
    data: { problems: words },
  });
}

export function genotypeMalformed(key: string, problem: string): Failure {
  return new Failure({
    code: 'SEARCH_GENOTYPE_MALFORMED',
    kind: 'usage',
    message: `${shown(key)} is not a network of the space: ${problem}`,
    hint: 'write stages with | and blocks with commas, for example k3e1|k5e6,k7e3',
  });
}

/** No network of any space keeps the limits, or too few of every space do. */
export function noSpaceSatisfies(
  surveys: readonly SpaceSurvey[],
  { leastShare }: ChoiceRule,
  limits: Limits,
): Failure {
  const most = Math.max(...surveys.map(({ satisfying }) => satisfying));
  if (most > 0) {
    const [best] = surveys.filter(({ satisfying }) => satisfying === most);
    return new Failure({
      code: 'SEARCH_LIMITS_UNREACHABLE',
      kind: 'usage',
      message: `too few networks keep the limits to compare spaces: at most ${most} of ${best?.samples}, of ${best?.space}`,
      hint: `raise the limits, draw more networks, or take spaces with a smaller share than ${100 * leastShare} %`,
    });
  }
  const nearest = nearestToLimits(
    surveys.map((survey) => survey.nearest),
    limits,
  );
  const place = surveys.find((survey) => survey.nearest === nearest)?.space;
  return limitsUnreachable(`${surveys.length} spaces`, place, nearest, limits);
}

/** No network of a space keeps the limits. */
export function noNetworkSatisfies(space: Space, nearest: Cost | undefined, limits: Limits): Failure {
  return limitsUnreachable(`space ${space.name}`, undefined, nearest, limits);
}

function limitsUnreachable(
  where: string,
  place: string | undefined,
  nearest: Cost | undefined,
  limits: Limits,
): Failure {
  const excesses = nearest === undefined ? [] : excessesOf(nearest, limits);
  const words = excesses.map(excessWords).join(' and ');
  return new Failure({
    code: 'SEARCH_LIMITS_UNREACHABLE',
    kind: 'usage',
    message: `no network keeps the limits: the nearest${place === undefined ? '' : `, of ${place},`} needs ${words}`,
    where,
    hint: 'raise this limit, or search a smaller space: fewer stages, smaller widths or resolutions',
    data: { excesses, nearest },
  });
}

function excessWords({ metric, value, limit }: Excess): string {
  const [noun, unit, divisor] = {
    sramBytes: ['SRAM', 'KiB', 1024] as const,
    flashBytes: ['flash', 'KiB', 1024] as const,
    latencyMs: ['time', 'ms', 1] as const,
  }[metric];
  const number = (amount: number): string => `${(amount / divisor).toFixed(1)} ${unit}`;
  return `${number(value)} of ${noun}, ${number(value - limit)} over the limit of ${number(limit)}`;
}

export function moreShardsThanIslands(shards: number, islands: number): Failure {
  return new Failure({
    code: 'SEARCH_SHARDS_TOO_MANY',
    kind: 'usage',
    message: `${shards} shards cannot share ${count(islands, 'island')}`,
    hint: 'set as many islands as shards or more in the search configuration; the result depends on the islands alone',
  });
}

export function shardsUnmergeable(problem: string, hint: string): Failure {
  return new Failure({ code: 'SEARCH_SHARDS_UNMERGEABLE', kind: 'usage', message: problem, hint });
}

export function stateMalformed(where: string, problem: string): Failure {
  return new Failure({
    code: 'SEARCH_STATE_MALFORMED',
    kind: 'usage',
    message: `this is not the state of a search: ${problem}`,
    where,
    hint: 'name the folder that a shard has written, or begin anew with --fresh',
  });
}

/** The function that measures accuracy has returned something else than one number from 0 to 1 for each network. */
export function accuracyUnusable(key: string, value: number | undefined): Failure {
  return new Failure({
    code: 'SEARCH_ACCURACY_UNUSABLE',
    kind: 'usage',
    message: `the accuracy of a network is ${value === undefined ? 'missing' : value}, not a finite number`,
    where: `network ${key}`,
    hint: 'look at what evaluates the networks: every one needs one number, larger for better',
  });
}

export function pairsMalformed(where: string, problem: string): Failure {
  return new Failure({
    code: 'SEARCH_PAIRS_MALFORMED',
    kind: 'usage',
    message: `these are not measured pairs: ${problem}`,
    where,
    hint: 'write {"space": {...}, "pairs": [{"network": "k3e1|k5e6,k3e3|...", "accuracy": 0.71}, ...]}',
  });
}

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;

export function tooFewPairs(pairs: number, fewest: number): Failure {
  return new Failure({
    code: 'SEARCH_PAIRS_TOO_FEW',
    kind: 'usage',
    message: `${count(pairs, 'measured network')} cannot fit a predictor`,
    hint: `measure at least ${fewest}, better some hundreds`,
  });
}
