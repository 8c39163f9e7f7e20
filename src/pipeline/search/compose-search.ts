/** `search.json` from what a search knows. */
import { at } from '../../base/index.ts';
import type { SearchConfig } from '../../config/index.ts';
import { costBreakdown } from '../../cost/index.ts';
import { layersOf, type NetConfig } from '../../model/index.ts';
import type {
  SearchEvolution,
  SearchLayer,
  SearchMeasured,
  SearchNetwork,
  SearchReport,
} from '../../report/index.ts';
import {
  chooseLayerwise,
  chooseSpace,
  type EvolutionState,
  type Individual,
  outcomeOf,
  type Space,
  type SpaceSurvey,
} from '../../search/index.ts';
import { findTarget } from '../../target/index.ts';
import { generator } from '../version.ts';
import type { AccuracySource } from './accuracy.ts';
import type { Confirmed } from './confirm.ts';

export type Found = {
  readonly space: Space;
  readonly source: AccuracySource;
  readonly evolution: EvolutionState;
  readonly confirmed: Confirmed;
};

export function composeSearch(
  config: SearchConfig,
  surveys: readonly SpaceSurvey[],
  found: Found | undefined,
  command: string,
): SearchReport {
  const { target, limits, survey } = config;
  const chosen = chooseSpace(surveys, survey.rule, limits).space;
  return {
    schemaVersion: 1,
    generator,
    target,
    limits,
    rule: survey.rule,
    surveys,
    chosen,
    chosenLayerwise: chooseLayerwise(surveys, survey.rule)?.space ?? null,
    remarks: found === undefined ? [] : remarksOn(found, chosen, config),
    evolution: found === undefined ? null : evolutionOf(found, config),
    measured: found === undefined ? null : measuredOf(found, config),
    command,
  };
}

function remarksOn(
  { space, source, confirmed }: Found,
  chosen: string,
  { evaluation }: SearchConfig,
): readonly string[] {
  const remarks: string[] = [];
  if (space.name !== chosen)
    remarks.push(
      `Space ${space.name}, which the super-network covers, was searched; space ${chosen} promises more under these limits.`,
    );
  if (source.description.from === 'supernet' && evaluation === undefined)
    remarks.push(
      'Accuracy was measured on the very samples that the search chose by, which flatters it; name held-out samples as `evaluation`.',
    );
  if (confirmed.passedOver > 0)
    remarks.push(
      `Networks of this search need more than estimated, by those that were built and not taken: ${confirmed.passedOver} further ones that were better by the search were passed over for it.`,
    );
  if (source.trained === undefined)
    remarks.push(
      'The network is an architecture without trained weights: accuracy of firmware was not measured.',
    );
  return remarks;
}

function evolutionOf({ space, source, evolution, confirmed }: Found, config: SearchConfig): SearchEvolution {
  const { front, curve, evaluations } = outcomeOf(evolution);
  const { candidate, rejected } = confirmed;
  const individual = at(
    evolution.islands.flatMap(({ evaluated }) => evaluated).filter(({ key }) => key === candidate.key),
    0,
  );
  return {
    space: space.name,
    accuracy: source.description,
    options: config.evolution,
    evaluations,
    curve,
    front: front.map(networkOf),
    found: { ...networkOf(individual), layers: foundLayers(candidate.net, config.target) },
    rejected,
  };
}

function networkOf({ key, accuracy, loss, cost }: Individual): SearchNetwork {
  return { network: key, accuracy, loss: loss ?? null, cost };
}

function foundLayers(net: NetConfig, target: string): readonly SearchLayer[] {
  const { layers } = costBreakdown(net, findTarget(target), 'planned');
  return layersOf(net).map((layer, index): SearchLayer => {
    const { macs, parameters, constantBytes, peakBytes } = at(layers, index);
    const { name, kind, output } = layer;
    const kernel = kind === 'conv' || kind === 'depthwise' ? layer.kernel : undefined;
    return {
      name,
      kind,
      output: [output.height, output.width, output.channels],
      kernel: kernel === undefined ? null : [kernel.height, kernel.width],
      macs,
      parameters,
      constantBytes,
      peakBytes,
    };
  });
}

function measuredOf({ source, confirmed }: Found, { evaluation, accuracy }: SearchConfig): SearchMeasured {
  const { target, sram, flash, latency, accuracy: measured, budgets, status } = confirmed.row;
  const searched = accuracy?.from === 'supernet' ? accuracy.dataset.path : null;
  const dataset = source.trained === undefined ? null : (evaluation?.path ?? searched);
  return { target, sram, flash, latency, accuracy: measured, budgets, status, dataset };
}
