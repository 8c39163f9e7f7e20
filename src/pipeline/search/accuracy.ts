/** Where the accuracies of a search are from: one way to ask, whatever answers. */

import type { SearchConfig } from '../../config/index.ts';
import { layersOf } from '../../model/index.ts';
import type { SearchAccuracy } from '../../report/index.ts';
import {
  type Candidate,
  fitPredictor,
  largestGenotype,
  type Merit,
  netConfigOf,
  parsePairs,
  type Space,
} from '../../search/index.ts';
import { joinPath } from '../tasks.ts';
import type { Services } from '../verify-model.ts';
import { openCommandAccuracy } from './command-accuracy.ts';
import { pairsOfOtherSpace } from './failures.ts';
import { readJson } from './read-json.ts';
import { openSharedAccuracy } from './shared-accuracy.ts';

/** How well networks do, in their order. */
export type AccuracySource = {
  readonly description: SearchAccuracy;
  /** What is searched: that of the shared weights, else what the surveys chose. */
  readonly space: Space;
  evaluate(batch: readonly Candidate[], report: (done: number) => void): Promise<readonly Merit[]>;
  /** The trained network as a .tflite file; undefined where nothing was trained here. */
  trained?(candidate: Candidate): Uint8Array;
  close(): Promise<void>;
};

type SourceRequest = {
  readonly config: SearchConfig;
  /** Folder that the configuration's paths are relative to. */
  readonly root: string;
  /** The space that stage one chose. */
  readonly chosen: () => Space;
};

export async function openAccuracy(
  { config, root, chosen }: SourceRequest,
  services: Services,
): Promise<AccuracySource> {
  const { accuracy, evolution } = config;
  switch (accuracy?.from) {
    case 'supernet':
      return openSharedAccuracy(config, accuracy, root, services);
    case 'predictor':
      return openPredictor(joinPath(root, accuracy.path), chosen(), evolution.seed, services);
    case 'command':
      return openCommandAccuracy(accuracy.argv, chosen(), root, services.host);
    default:
      return macsInstead(chosen());
  }
}

async function openPredictor(
  path: string,
  space: Space,
  seed: number,
  { host, progress }: Services,
): Promise<AccuracySource> {
  progress.stage('fit the predictor');
  const { pairs, space: measured } = parsePairs(await readJson(path, host), path);
  if (JSON.stringify(measured) !== JSON.stringify(space))
    throw pairsOfOtherSpace(path, measured.name, space.name);
  const { predict, error } = fitPredictor(space, pairs, seed);
  return {
    description: {
      from: 'predictor',
      pairs: error.pairs,
      meanAbsoluteError: error.meanAbsoluteError,
      kendallTau: error.kendallTau ?? null,
    },
    space,
    evaluate: async (batch) => batch.map(({ genotype }) => ({ accuracy: predict(genotype) })),
    close: async () => {},
  };
}

/** Nothing is known of accuracy: the share of the largest network's multiply-accumulates stands for it. */
function macsInstead(space: Space): AccuracySource {
  const most = layersOf(netConfigOf(space, largestGenotype(space))).reduce((sum, { macs }) => sum + macs, 0);
  return {
    description: { from: 'flops' },
    space,
    evaluate: async (batch) => batch.map(({ cost }) => ({ accuracy: cost.macs / most })),
    close: async () => {},
  };
}
