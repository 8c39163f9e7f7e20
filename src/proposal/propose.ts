/** What would bring a network within its limits: other plans of it, and smaller versions of it, each really planned. */
import { at, Failure } from '../base/index.ts';
import { countMacs, type Graph } from '../graph/index.ts';
import { type PlanOptions, planSchedule, type Schedule } from '../schedule/index.ts';
import type { Target } from '../target/index.ts';
import { imageOf, type Scale, scaleGraph } from './scale-graph.ts';
import { resolutions, resolutionsAndWidths, widths } from './scales.ts';
import type { Proposal, ProposalLimits, ProposalOption } from './types.ts';

export type ProposalRequest = {
  /** The plan that was built and measured; its graph is what is scaled, so with the share of channels that it uses. */
  readonly schedule: Schedule;
  readonly target: Target;
  /** How it was planned, and how versions of it are. */
  readonly options: PlanOptions;
  readonly measured: {
    readonly sramBytes: number;
    readonly flashBytes: number;
    readonly weightBytes: number;
    readonly milliseconds: number;
  };
  readonly limits: ProposalLimits;
};

/**
 * The largest resolution, the largest width, and where neither helps the largest of both at once, that keep all limits;
 * the smallest that was tried where none does, marked so. Shapes, operators and plans are those of the scaled network.
 * SRAM is its planned arena with the measured rest, flash its constants with the measured rest, milliseconds the
 * measured ones times the ratio of the planner's cycles. At most some twenty plans. Never throws for what a network
 * does not allow: that version is left out.
 */
export function propose(request: ProposalRequest): Proposal {
  const search = searchOf(request);
  const plans = otherObjectives(request).flatMap((objective) => search.plan(objective) ?? []);
  const single = [
    search.largest('resolution', resolutions(request.schedule.graph)),
    search.largest('width', widths()),
  ].filter((option) => option !== undefined);
  const isHelped = single.some(({ fits }) => fits);
  const both = isHelped
    ? undefined
    : search.largest('resolution-and-width', resolutionsAndWidths(request.schedule.graph));
  const options = [...plans, ...single, ...(both === undefined ? [] : [both])];
  return { options, plansTried: search.plansTried() };
}

function otherObjectives({ options }: ProposalRequest): readonly ProposalOption['objective'][] {
  const objectives = ['memory', 'auto', 'speed'] as const;
  return objectives.filter((objective) => objective !== (options.objective ?? 'auto'));
}

function searchOf(request: ProposalRequest) {
  let plansTried = 0;
  const evaluate = (
    graph: Graph,
    kind: ProposalOption['kind'],
    { width }: Scale,
    objective: ProposalOption['objective'],
  ): ProposalOption | undefined => {
    plansTried++;
    const schedule = planned(graph, { ...request.options, objective }, request.target);
    return schedule && { kind, objective, widthFactor: width, ...figures(graph, schedule, request) };
  };
  const own = request.options.objective ?? 'auto';
  const scaled = (kind: ProposalOption['kind'], scale: Scale): ProposalOption | undefined => {
    const graph = scaleGraph(request.schedule.graph, scale);
    return graph && evaluate(graph, kind, scale, own);
  };
  return {
    plansTried: () => plansTried,
    /** Nothing where it changes no figure that is over its limit for the better. */
    plan: (objective: ProposalOption['objective']): readonly ProposalOption[] => {
      const { graph } = request.schedule;
      const option = evaluate(graph, 'plan', { width: 1 }, objective);
      return option !== undefined && isBetter(option, request) ? [option] : [];
    },
    largest: (kind: ProposalOption['kind'], scales: readonly Scale[]): ProposalOption | undefined =>
      largestThatFits(scales, (scale) => scaled(kind, scale)),
  };
}

/** By bisection, since smaller versions need less: the largest that fits, else the smallest. */
function largestThatFits(
  scales: readonly Scale[],
  evaluate: (scale: Scale) => ProposalOption | undefined,
): ProposalOption | undefined {
  const last = scales.at(-1);
  if (last === undefined) return undefined;
  let best = evaluate(last);
  if (best === undefined || !best.fits) return best;
  let low = 0;
  let high = scales.length - 1;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const option = evaluate(at(scales, middle));
    if (option?.fits) {
      best = option;
      high = middle;
    } else low = middle + 1;
  }
  return best;
}

function planned(graph: Graph, options: PlanOptions, target: Target): Schedule | undefined {
  try {
    return planSchedule(graph, target, options);
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

type Figures = Pick<
  ProposalOption,
  'inputShape' | 'macs' | 'sramBytes' | 'flashBytes' | 'milliseconds' | 'fits'
>;

function figures(graph: Graph, schedule: Schedule, request: ProposalRequest): Figures {
  const { measured, limits } = request;
  const constants = constantBytes(graph) / Math.max(1, constantBytes(request.schedule.graph));
  const cycles = plannedCycles(schedule) / Math.max(1, plannedCycles(request.schedule));
  const sramBytes = measured.sramBytes - request.schedule.arenaBytes + schedule.arenaBytes;
  const flashBytes = Math.round(measured.flashBytes + measured.weightBytes * (constants - 1));
  const milliseconds = measured.milliseconds * cycles;
  const input = imageOf(graph) ?? at(graph.inputs, 0).tensor;
  return {
    inputShape: at(graph.tensors, input).shape,
    macs: graph.ops.reduce((sum, op) => sum + countMacs(op, graph), 0),
    sramBytes,
    flashBytes,
    milliseconds,
    fits:
      sramBytes <= (limits.sramBytes ?? Number.POSITIVE_INFINITY) &&
      flashBytes <= (limits.flashBytes ?? Number.POSITIVE_INFINITY) &&
      milliseconds <= (limits.milliseconds ?? Number.POSITIVE_INFINITY),
  };
}

function isBetter(option: ProposalOption, { measured, limits }: ProposalRequest): boolean {
  const over = (value: number, limit: number | undefined) => limit !== undefined && value > limit;
  return (
    (over(measured.sramBytes, limits.sramBytes) && option.sramBytes < measured.sramBytes) ||
    (over(measured.milliseconds, limits.milliseconds) && option.milliseconds < measured.milliseconds)
  );
}

/** Weights, biases and factors of all operators, and constant operands. */
function constantBytes({ ops, tensors }: Graph): number {
  const weights = ops.map((op) => ('weights' in op ? op.weights.length + 8 * op.bias.length : 0));
  return [...weights, ...tensors.map(({ data }) => data?.length ?? 0)].reduce((sum, bytes) => sum + bytes, 0);
}

function plannedCycles({ tradeOff }: Schedule): number {
  return tradeOff.find(({ chosen }) => chosen)?.cycles ?? 0;
}
