/** Reports of searches as real runs make them, with fixed figures: every way to know accuracy, measured or not. */

import type {
  SearchEvolution,
  SearchLayer,
  SearchMeasured,
  SearchNetwork,
  SearchReport,
} from '../../../src/report/index.ts';
import type { Cost, SpaceSurvey } from '../../../src/search/index.ts';
import { makeEntry, makeMeasurement, makeReport } from '../../support/report-fixture.ts';

const kib = 1024;

function makeCost(sramKib: number, flashKib: number, latencyMs: number, macs: number): Cost {
  const sramBytes = sramKib * kib;
  return {
    sramBytes,
    arenaBytes: sramBytes - 1216,
    flashBytes: flashKib * kib,
    latencyMs,
    macs,
    parameters: Math.round(macs / 40),
  };
}

/** Half as many networks, and those the smaller ones. */
function layerwiseOf(satisfying: number, least: number, most: number): SpaceSurvey['layerwise'] {
  const kept = Math.floor(satisfying / 2);
  return { satisfying: kept, macs: kept === 0 ? undefined : spread(least, (least + most) / 2) };
}

function spread(least: number, most: number): NonNullable<SpaceSurvey['macs']> {
  const quantiles = Array.from({ length: 101 }, (_, percent) => least + ((most - least) * percent) / 100);
  return { mean: (least + most) / 2, p80: quantiles[80] ?? 0, quantiles };
}

/** MACs spread evenly from `least` to `most`. */
function makeSurvey(space: string, satisfying: number, least: number, most: number): SpaceSurvey {
  const [, width = '', side = ''] = /w([\d.]+)-r(\d+)/.exec(space) ?? [];
  return {
    space,
    width: Number(width),
    resolution: { height: Number(side), width: Number(side) },
    samples: 1000,
    satisfying,
    macs: satisfying === 0 ? undefined : spread(least, most),
    nearest: makeCost(satisfying === 0 ? 13.5 : 6, satisfying === 0 ? 61 : 30, 7.2, least),
    layerwise: layerwiseOf(satisfying, least, most),
  };
}

const surveys: readonly SpaceSurvey[] = [
  makeSurvey('w0.5-r32', 1000, 120_000, 310_000),
  makeSurvey('w0.75-r32', 960, 190_000, 480_000),
  makeSurvey('w1-r32', 710, 280_000, 640_000),
  makeSurvey('w0.5-r48', 990, 260_000, 690_000),
  makeSurvey('w0.75-r48', 420, 420_000, 930_000),
  makeSurvey('w1-r48', 12, 900_000, 1_020_000),
  makeSurvey('w1-r64', 0, 1_900_000, 3_000_000),
];

const best: SearchNetwork = {
  network: 'k3e1|k5e4,k3e3|k7e6,k3e3',
  accuracy: 0.912,
  loss: 0.2314,
  cost: makeCost(8.5, 44, 5.71, 910_336),
};
const second: SearchNetwork = {
  network: 'k3e1|k3e4,k3e3|k5e6,k3e3',
  accuracy: 0.898,
  loss: 0.2671,
  cost: makeCost(7.75, 43, 4.98, 842_112),
};
const networks: readonly SearchNetwork[] = [
  best,
  second,
  { network: 'k3e1|k3e3|k5e4,k3e3', accuracy: 0.866, loss: 0.3402, cost: makeCost(6.25, 37, 3.9, 633_600) },
  { network: 'k3e1|k3e3|k3e3', accuracy: 0.811, loss: 0.4615, cost: makeCost(6.25, 29, 3.02, 498_432) },
];

type LayerRow = readonly [string, string, number, number, number, number | null, number];

const layers: readonly SearchLayer[] = (
  [
    ['first_conv', 'conv', 24, 24, 12, 3, 4860],
    ['blocks.0.depthwise', 'depthwise', 24, 24, 12, 3, 7488],
    ['blocks.0.project', 'conv', 24, 24, 8, 1, 7488],
    ['blocks.0.add', 'add', 24, 24, 8, null, 7488],
    ['pool', 'mean', 1, 1, 40, null, 1480],
    ['classifier', 'linear', 1, 1, 5, null, 45],
  ] as const satisfies readonly LayerRow[]
).map(([name, kind, height, width, channels, kernel, peakBytes]) => {
  const parameters = kernel === null ? (kind === 'linear' ? 205 : 0) : kernel * kernel * channels + channels;
  return {
    name,
    kind,
    output: [height, width, channels],
    kernel: kernel === null ? null : [kernel, kernel],
    macs: parameters * height * width,
    parameters,
    constantBytes: parameters * 2,
    peakBytes,
  };
});

const evolution: SearchEvolution = {
  space: 'w0.75-r48',
  accuracy: { from: 'supernet', metric: 'top1', dataset: 'search.npz', samples: 500 },
  options: {
    strategy: 'evolution',
    population: 20,
    generations: 3,
    islands: 2,
    parentShare: 0.25,
    mutationShare: 0.5,
    mutationProbability: 0.1,
    seed: 1,
  },
  evaluations: 68,
  curve: [
    { generation: 0, evaluations: 20, best: 0.871, mean: 0.803 },
    { generation: 1, evaluations: 37, best: 0.889, mean: 0.842 },
    { generation: 2, evaluations: 53, best: 0.912, mean: 0.861 },
    { generation: 3, evaluations: 68, best: 0.912, mean: 0.874 },
  ],
  front: networks,
  found: { ...best, layers },
  rejected: [],
};

function makeMeasured(latencyMs: number): SearchMeasured {
  const measurement = makeMeasurement({
    name: 'found',
    arenaBytes: 7552,
    simulation: {
      milliseconds: latencyMs,
      cycles: Math.round(latencyMs * 216_000),
      instructions: 980_000,
      method: 'simulated',
      methodDescription: 'the shipped ELF executed on a cycle-approximate chip at 216 MHz',
      relativeError: 0.03,
    },
    accuracy: { metric: 'top1', value: 0.9075, samples: 800 },
  });
  const [row] = makeReport([makeEntry(measurement, { sram: 9 * kib, flash: 48 * kib, latency: 6 })]).models;
  if (row === undefined) throw new Error('one model was given');
  const { target, sram, flash, latency, accuracy, budgets } = row;
  const status = budgets.some((verdict) => verdict.status === 'fail') ? 'fail' : 'pass';
  return { target, sram, flash, latency, accuracy, budgets, status, dataset: 'evaluation.npz' };
}

/** Found with a super-network, built and measured within all limits. */
export const foundReport: SearchReport = {
  schemaVersion: 1,
  generator: { name: 'mcunet', version: '0.1.0' },
  target: 'stm32f746',
  limits: { sramBytes: 9 * kib, flashBytes: 48 * kib, latencyMs: 6 },
  rule: { by: 'mean', leastShare: 0.05 },
  surveys,
  chosen: 'w0.75-r48',
  chosenLayerwise: 'w0.75-r32',
  remarks: [],
  evolution,
  measured: makeMeasured(5.64),
  command: 'mcunet search --config examples/tinynas/mcunet.yml --out build/search --seed 1',
};

/** Spaces alone were compared. */
export const spacesReport: SearchReport = { ...foundReport, evolution: null, measured: null };

/** A latency that the estimate missed, and a network that was given up for the like. */
export const overReport: SearchReport = {
  ...foundReport,
  evolution: {
    ...evolution,
    found: { ...second, layers },
    rejected: [{ network: best.network, reason: 'latency 6.4, over its limit of 6' }],
  },
  measured: makeMeasured(6.12),
};

/** The same search with another source of accuracy, not built. */
export function estimatedReport(accuracy: SearchEvolution['accuracy']): SearchReport {
  const unknown = (network: SearchNetwork): SearchNetwork => ({ ...network, loss: null });
  const found = { ...evolution.found, loss: null };
  return {
    ...foundReport,
    measured: null,
    evolution: { ...evolution, accuracy, found, front: networks.map(unknown) },
  };
}

export const flopsReport: SearchReport = estimatedReport({ from: 'flops' });
export const predictorReport: SearchReport = estimatedReport({
  from: 'predictor',
  pairs: 48,
  meanAbsoluteError: 0.0134,
  kendallTau: 0.71,
});
export const commandReport: SearchReport = estimatedReport({
  from: 'command',
  command: ['python', 'train.py', '--net', '{net}'],
});

/** Every place where words from outside stand, with the names given in turn; no two spaces or networks are alike. */
export function searchNaming(names: readonly string[], accuracy: 'supernet' | 'command'): SearchReport {
  let used = 0;
  const next = () => `${names[used % names.length] ?? ''}${used++}`;
  const [first, ...others] = surveys.map((survey) => ({ ...survey, space: next() }));
  const found = {
    ...best,
    network: next(),
    layers: layers.map((layer) => ({ ...layer, name: next(), kind: next() })),
  };
  return {
    ...overReport,
    generator: { name: next(), version: next() },
    target: next(),
    surveys: [...(first === undefined ? [] : [first]), ...others],
    chosen: first?.space ?? '',
    remarks: [next()],
    evolution: {
      ...evolution,
      space: next(),
      accuracy:
        accuracy === 'supernet'
          ? { from: 'supernet', metric: 'top1', dataset: next(), samples: 1 }
          : { from: 'command', command: [next(), next()] },
      front: [found, ...networks.slice(1).map((network) => ({ ...network, network: next() }))],
      found,
      rejected: [{ network: next(), reason: next() }],
    },
    measured: { ...makeMeasured(6.12), dataset: next() },
    command: next(),
  };
}
