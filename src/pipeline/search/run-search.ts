/** TinyNAS on one screen: which space, which network of it, and what that network measures as firmware. */
import { invariant } from '../../base/index.ts';
import type { SearchConfig, ToolchainChoice } from '../../config/index.ts';
import { costOf } from '../../cost/index.ts';
import type { NetConfig } from '../../model/index.ts';
import type { Report, SearchReport } from '../../report/index.ts';
import {
  type Candidate,
  chooseSpace,
  type EvolutionState,
  evolve,
  generationsDone,
  type Merit,
  mergeEvolutions,
  netConfigOf,
  newEvolution,
  outcomeOf,
  parseEvolution,
  parseGenotype,
  printSpace,
  type Shard,
  type Space,
  type SpaceSurvey,
  spacesOf,
} from '../../search/index.ts';
import { findTarget } from '../../target/index.ts';
import type { Services } from '../verify-model.ts';
import { type AccuracySource, openAccuracy } from './accuracy.ts';
import { composeSearch, type Found } from './compose-search.ts';
import { confirmFound } from './confirm.ts';
import { digestFiles } from './digest-files.ts';
import { mergedState } from './merge.ts';
import { readState, type StoredState, searchDigest, shardName, stateFile, writeState } from './state.ts';
import { surveySpaces } from './survey-spaces.ts';

export type SearchRequest = {
  readonly config: SearchConfig;
  /** Folder that the configuration's paths are relative to. */
  readonly root: string;
  readonly toolchain: ToolchainChoice;
  /** Where the state is kept, and where a search that was interrupted goes on. */
  readonly folder: string;
  /** Whether a state that is there is thrown away. */
  readonly isFresh: boolean;
  /** A part of the search, whose state is all that comes of it. */
  readonly shard: Shard | undefined;
  /** Folders of all shards, to be united; nothing is searched then. */
  readonly merge: readonly string[] | undefined;
  /** What makes the same result again. */
  readonly command: string;
};

export type SearchResult = {
  /** Absent for a shard: all that comes of it is its state. */
  readonly report: SearchReport | undefined;
  /**
   * `space.json`, the space that stage one chose, as `scripts/supernet` trains it; of what was found `found.json`,
   * `found.tflite` where it was trained, firmware and sources.
   */
  readonly files: ReadonlyMap<string, Uint8Array | string>;
  /** Of the found network's firmware. */
  readonly verified: Report | undefined;
};

/**
 * Searches from where the state in `folder` stands. The result depends on configuration, data and seed alone: not on
 * interruptions, nor on how many shards it was made in.
 *
 * @throws Failure `SEARCH_LIMITS_UNREACHABLE`, `SEARCH_STATE_OTHER`, `SEARCH_SHARDS_UNMERGEABLE`,
 *   `SEARCH_NONE_MEASURED_WITHIN`, and those of super-networks, data sets, commands and toolchains
 */
export async function runSearch(request: SearchRequest, services: Services): Promise<SearchResult> {
  const { config, root, shard, folder, merge } = request;
  const { host } = services;
  const digest = searchDigest(config, await digestFiles(config, root, host));
  const start = merge
    ? await mergedState(merge, digest, config, host)
    : await keptState(request, digest, host);
  const save = (surveys: readonly SpaceSurvey[], evolution?: EvolutionState): Promise<void> =>
    writeState(folder, digest, shardName(shard), { surveys, evolution }, host);
  const surveys = await surveySpaces(config, shard, start.surveys, save, services.progress);
  if (config.accuracy === undefined) return shard ? nothing : resultOf(request, surveys, undefined);

  const source = await openSource(request, surveys, services);
  try {
    const { space } = source;
    const begun = storedEvolution(request, start, space);
    const evolution = await evolveIn(
      space,
      source,
      request,
      begun,
      (state) => save(surveys, state),
      services,
    );
    if (shard !== undefined) return nothing;
    const candidates = rankedCandidates(space, evolution);
    const confirmed = await confirmFound(candidates, source, request, services);
    return resultOf(request, surveys, { space, source, evolution, confirmed });
  } finally {
    await source.close();
  }
}

const nothing: SearchResult = { report: undefined, files: new Map(), verified: undefined };

async function keptState(
  { folder, shard, isFresh }: SearchRequest,
  digest: string,
  host: Services['host'],
): Promise<StoredState> {
  const path = `${folder}/${stateFile}`;
  if (isFresh || !(await host.fileExists(path))) return { surveys: [], evolutions: [] };
  return readState(folder, digest, shardName(shard), host);
}

function storedEvolution(
  { config, merge }: SearchRequest,
  { evolutions }: StoredState,
  space: Space,
): EvolutionState | undefined {
  const states = evolutions.map(({ path, value }) => parseEvolution(value, space, path));
  return merge === undefined ? states[0] : mergeEvolutions(states, config.evolution);
}

/** A source that has a space of its own says what is searched, else the surveys do. */
async function openSource(
  { config, root }: SearchRequest,
  surveys: readonly SpaceSurvey[],
  services: Services,
): Promise<AccuracySource> {
  return openAccuracy({ config, root, chosen: () => chosenSpace(config, surveys) }, services);
}

function chosenSpace({ family, survey, limits }: SearchConfig, surveys: readonly SpaceSurvey[]): Space {
  const { space } = chooseSpace(surveys, survey.rule, limits);
  const found = spacesOf(family).find(({ name }) => name === space);
  invariant(found !== undefined, `${space} is a space of the family`);
  return found;
}

async function evolveIn(
  space: Space,
  source: AccuracySource,
  { config, shard }: SearchRequest,
  begun: EvolutionState | undefined,
  save: (state: EvolutionState) => Promise<void>,
  { progress }: Services,
): Promise<EvolutionState> {
  const { limits, evolution: options } = config;
  const target = findTarget(config.target);
  const start = begun ?? newEvolution(options, shard);
  let generation = generationsDone(start);
  const evaluate = (batch: readonly Candidate[]): Promise<readonly Merit[]> => {
    const label = `generation ${generation} of ${options.generations}`;
    progress.stage(label);
    return source.evaluate(batch, (done) => progress.advance(label, done, batch.length));
  };
  const problem = { space, limits, costOf: (net: NetConfig) => costOf(net, target, 'planned'), evaluate };
  return evolve(problem, options, start, async (state) => {
    generation = generationsDone(state);
    await save(state);
  });
}

function* rankedCandidates(space: Space, evolution: EvolutionState): Generator<Candidate> {
  for (const { key, cost } of outcomeOf(evolution).ranking) {
    const genotype = parseGenotype(space, key);
    yield { key, genotype, net: netConfigOf(space, genotype), cost };
  }
}

function resultOf(
  { config, command }: SearchRequest,
  surveys: readonly SpaceSurvey[],
  found: Found | undefined,
): SearchResult {
  const report = composeSearch(config, surveys, found, command);
  const space = `${JSON.stringify(printSpace(chosenSpace(config, surveys)), null, 2)}\n`;
  const { files = nothing.files, report: verified } = found?.confirmed ?? {};
  return { report, files: new Map([['space.json', space], ...files]), verified };
}
