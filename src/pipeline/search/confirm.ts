/** The found network as firmware, measured: the most accurate network whose measured figures keep the limits too. */
import { resolve } from 'node:path';
import { invariant } from '../../base/index.ts';
import type { Config, DatasetConfig, SearchConfig, ToolchainChoice } from '../../config/index.ts';
import { printNetConfig } from '../../model/index.ts';
import type { Report, ReportModel, SearchEvolution } from '../../report/index.ts';
import { type Candidate, type Cost, exceedsAsMeasured, type MeasuredCost } from '../../search/index.ts';
import { type PipelineResult, runPipeline } from '../run-pipeline.ts';
import type { Services } from '../verify-model.ts';
import type { AccuracySource } from './accuracy.ts';
import { noneKeepsLimits } from './failures.ts';

/** Estimates are close, and are corrected by what was measured: more than a few networks are rare. */
const mostTried = 10;

export type Confirmed = {
  readonly candidate: Candidate;
  readonly rejected: SearchEvolution['rejected'];
  /** Networks that were better by the search, and not built: by corrected estimates they are over a limit. */
  readonly passedOver: number;
  readonly row: ReportModel;
  readonly report: Report;
  /** `found.json`, `found.tflite` where it was trained, and the firmware. */
  readonly files: ReadonlyMap<string, Uint8Array | string>;
};

type ConfirmRequest = {
  readonly config: SearchConfig;
  readonly root: string;
  readonly toolchain: ToolchainChoice;
};

/**
 * @param candidates the best first
 * @throws Failure `SEARCH_NONE_MEASURED_WITHIN`, and those of building and measuring
 */
export async function confirmFound(
  candidates: Iterable<Candidate>,
  source: AccuracySource,
  { config, root, toolchain }: ConfirmRequest,
  services: Services,
): Promise<Confirmed> {
  const rejected: { readonly network: string; readonly reason: string }[] = [];
  const built: { readonly estimated: Cost; readonly measured: MeasuredCost }[] = [];
  let passedOver = 0;
  for (const candidate of candidates) {
    if (rejected.length === mostTried) break;
    if (exceedsAsMeasured(candidate.cost, config.limits, built)) {
      passedOver += 1;
      continue;
    }
    services.progress.stage(`measure network ${rejected.length + 1}`);
    const files = foundFiles(candidate, source);
    const { report, files: firmware, failures } = await measure(files, config, toolchain, root, services);
    const [failure] = failures;
    if (failure !== undefined) throw failure;
    const [row] = report.models;
    invariant(row !== undefined, 'one network is one row');
    const reason = overLimit(row);
    if (reason === undefined)
      return { candidate, rejected, passedOver, row, report, files: new Map([...files, ...firmware]) };
    rejected.push({ network: candidate.key, reason });
    built.push({ estimated: candidate.cost, measured: measuredOf(row) });
  }
  throw noneKeepsLimits(rejected.length, rejected.at(-1)?.reason ?? 'none was found');
}

/** What was measured of limits, as estimates have it. */
function measuredOf({ budgets }: ReportModel): MeasuredCost {
  const figureOf = (metric: string): number | undefined =>
    budgets.find((verdict) => verdict.metric === metric)?.value;
  return { sramBytes: figureOf('sram'), flashBytes: figureOf('flash'), latencyMs: figureOf('latency') };
}

function foundFiles(candidate: Candidate, source: AccuracySource): ReadonlyMap<string, Uint8Array | string> {
  const trained = source.trained?.(candidate);
  const architecture: [string, string] = ['found.json', printNetConfig(candidate.net)];
  return new Map<string, Uint8Array | string>(
    trained === undefined ? [architecture] : [architecture, ['found.tflite', trained]],
  );
}

/** Verifies the files as a user's configuration would, with the limits as budgets. */
async function measure(
  files: ReadonlyMap<string, Uint8Array | string>,
  config: SearchConfig,
  toolchain: ToolchainChoice,
  root: string,
  services: Services,
): Promise<PipelineResult> {
  const { host } = services;
  const folder = await host.makeTemporaryFolder('found');
  try {
    await host.writeFiles(folder, files);
    const request = { config: configOf(files, config, toolchain, root), root: folder, proposes: false };
    return await runPipeline(request, services);
  } finally {
    await host.removeFolder(folder);
  }
}

function configOf(
  files: ReadonlyMap<string, Uint8Array | string>,
  { target, limits, accuracy, evaluation }: SearchConfig,
  toolchain: ToolchainChoice,
  root: string,
): Config {
  const isTrained = files.has('found.tflite');
  const searched = accuracy?.from === 'supernet' ? accuracy.dataset : undefined;
  return {
    targets: [target],
    toolchain,
    models: [
      {
        name: 'found',
        path: isTrained ? 'found.tflite' : 'found.json',
        budgets: { ...limits, accuracy: undefined },
        objective: 'memory',
        regression: { sram: undefined, flash: undefined, latency: undefined, accuracy: undefined },
        dataset: isTrained ? fromRoot(evaluation ?? searched, root) : undefined,
      },
    ],
  };
}

/** The found network lies elsewhere than its data. */
function fromRoot(dataset: DatasetConfig | undefined, root: string): DatasetConfig | undefined {
  return dataset && { ...dataset, path: resolve(root, dataset.path) };
}

function overLimit({ budgets }: ReportModel): string | undefined {
  const over = budgets.find(({ status }) => status === 'fail');
  if (over === undefined) return undefined;
  const amount = (value: number): string =>
    over.metric === 'latency' ? `${value.toFixed(2)} ms` : `${value.toLocaleString('en')} B`;
  const noun = over.metric === 'sram' ? 'SRAM' : over.metric;
  return `${noun} of ${amount(over.value)}, over the limit of ${amount(over.limit)}`;
}
