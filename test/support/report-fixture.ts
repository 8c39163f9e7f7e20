/**
 * Reports as real runs make them, with fixed figures: a keyword-spotting network, a person detector, one that is
 * over its budgets, one that overflows the chip and one that could not be read.
 */
import { Failure } from '../../src/base/index.ts';
import type { BudgetVerdict, LayerMeasurement, Measurement } from '../../src/measurement/index.ts';
import type { Proposal } from '../../src/proposal/index.ts';
import { composeReport, type Report, type ReportEntry } from '../../src/report/index.ts';

export const fixtureGenerator = { name: 'mcunet', version: '0.1.0' } as const;

type LayerRow = readonly [
  op: string,
  shape: readonly number[],
  macs: number,
  cycles: number,
  weights: number,
];

/** The layers of MLPerf Tiny's keyword-spotting network, with figures as an estimate gives them. */
const keywordSpottingRows: readonly LayerRow[] = [
  ['CONV_2D', [1, 25, 5, 64], 320_000, 512_400, 3072],
  ['DEPTHWISE_CONV_2D', [1, 25, 5, 64], 72_000, 201_600, 1088],
  ['CONV_2D', [1, 25, 5, 64], 512_000, 409_600, 4608],
  ['DEPTHWISE_CONV_2D', [1, 25, 5, 64], 72_000, 201_600, 1088],
  ['CONV_2D', [1, 25, 5, 64], 512_000, 409_600, 4608],
  ['DEPTHWISE_CONV_2D', [1, 25, 5, 64], 72_000, 201_600, 1088],
  ['CONV_2D', [1, 25, 5, 64], 512_000, 409_600, 4608],
  ['DEPTHWISE_CONV_2D', [1, 25, 5, 64], 72_000, 201_600, 1088],
  ['CONV_2D', [1, 25, 5, 64], 512_000, 409_600, 4608],
  ['AVERAGE_POOL_2D', [1, 1, 1, 64], 0, 24_300, 0],
  ['FULLY_CONNECTED', [1, 12], 768, 1900, 912],
  ['SOFTMAX', [1, 12], 0, 2100, 0],
];

function bytesOf(shape: readonly number[]): number {
  return shape.reduce((product, dimension) => product * dimension, 1);
}

function makeLayers(rows: readonly LayerRow[], inputBytes: number, prefix: string): LayerMeasurement[] {
  return rows.map(([op, outputShape, macs, cycles, weightBytes], index) => {
    const before = index === 0 ? inputBytes : bytesOf(rows[index - 1]?.[1] ?? []);
    return {
      index,
      name: `${prefix}/${op.toLowerCase()}_${index}`,
      op,
      outputShape,
      macs,
      cycles,
      stalls: null,
      liveBytes: before + bytesOf(outputShape),
      weightBytes,
    };
  });
}

/** Buffers that take turns at both ends of the arena, as a chain of layers places them. */
function makeArena(layers: readonly LayerMeasurement[], inputBytes: number, arenaBytes: number) {
  const outputs = layers.map((layer) => bytesOf(layer.outputShape));
  return [inputBytes, ...outputs].map((bytes, index) => ({
    name: index === 0 ? 'input_1' : (layers[index - 1]?.name ?? ''),
    kind: 'tensor' as const,
    offsetBytes: index % 2 === 0 ? 0 : arenaBytes - bytes,
    bytes,
    firstStep: Math.max(0, index - 1),
    lastStep: Math.min(index, layers.length - 1),
  }));
}

type MeasurementSpec = {
  readonly name: string;
  readonly rows?: readonly LayerRow[];
  readonly inputBytes?: number;
  readonly arenaBytes?: number;
  readonly flashOverheadBytes?: number;
  readonly overflow?: Measurement['overflow'];
  readonly accuracy?: Measurement['accuracy'];
  /** Latency is estimated without it. */
  readonly simulation?: Partial<Measurement['latency']>;
  readonly plan?: Partial<Measurement['plan']>;
  /** Of channels that are in the file alone. */
  readonly idleMacs?: number;
  /** False for an architecture. */
  readonly isTrained?: boolean;
};

/** A measurement whose parts add up. */
export function makeMeasurement(spec: MeasurementSpec): Measurement {
  const inputBytes = spec.inputBytes ?? 490;
  const layers = makeLayers(spec.rows ?? keywordSpottingRows, inputBytes, spec.name.replaceAll('-', '_'));
  const arenaBytes = spec.arenaBytes ?? Math.max(...layers.map((layer) => layer.liveBytes));
  const weightBytes = layers.reduce((sum, layer) => sum + layer.weightBytes, 0);
  const cycles = layers.reduce((sum, layer) => sum + layer.cycles, 0);
  const runtimeBytes = 5120 + (spec.flashOverheadBytes ?? 0);
  return {
    name: spec.name,
    path: `models/${spec.name}.tflite`,
    sha256: 'aeea436800704fce17b17292e4412630ad856e9d777c044c64ef748a880bd0ae',
    target: 'stm32f746',
    toolchain: {
      kind: 'container',
      compiler: 'arm-none-eabi-gcc (15:12.2.rel1-1) 12.2.1 20221205',
      engine: 'podman',
      imageDigest: 'sha256:1f6b1e7e3c8d5a1f0b9d2c7e4a6f8b3d5c1e9f7a2b4d6c8e0f1a3b5c7d9e1f3a',
      imageOrigin: 'published',
    },
    macs: layers.reduce((sum, layer) => sum + layer.macs, 0),
    modelMacs: layers.reduce((sum, layer) => sum + layer.macs, 0) + (spec.idleMacs ?? 0),
    parameters: weightBytes - 1024,
    isTrained: spec.isTrained ?? true,
    sram: {
      arenaBytes,
      staticBytes: 312,
      stackBytes: 744,
      totalBytes: arenaBytes + 312 + 744,
      arenaLowerBoundBytes: arenaBytes,
      stackHighWaterBytes: spec.simulation === undefined ? null : 612,
    },
    flash: {
      kernelBytes: 14_208,
      runtimeBytes,
      weightBytes,
      dataImageBytes: 24,
      otherBytes: 504,
      totalBytes: 14_208 + runtimeBytes + weightBytes + 24 + 504,
    },
    stack: {
      worstCaseBytes: 744,
      deepestChain: [
        { symbol: 'Reset_Handler', frameBytes: 8 },
        { symbol: 'main', frameBytes: 96 },
        { symbol: 'model_invoke', frameBytes: 16 },
        { symbol: `${spec.name.replaceAll('-', '_')}_op0`, frameBytes: 520 },
        { symbol: 'exception frame', frameBytes: 104 },
      ],
    },
    symbols: layers
      .filter((layer) => layer.weightBytes > 0)
      .map((layer) => ({
        name: `op${layer.index}_weights`,
        address: 0x0800_8000 + layer.index * 0x2000,
        bytes: layer.weightBytes,
        section: '.rodata',
      })),
    overflow: spec.overflow ?? { flashBytes: 0, sramBytes: 0 },
    latency: {
      milliseconds: cycles / 216_000,
      cycles,
      instructions: null,
      method: 'estimated',
      methodDescription: 'sum over the layers of a cycle model of each kernel, at 216 MHz; not executed',
      relativeError: null,
      simulatedCycles: null,
      stalls: null,
      ...spec.simulation,
    },
    accuracy: spec.accuracy === undefined ? { metric: 'top1', value: 0.901, samples: 1000 } : spec.accuracy,
    layers,
    plan: {
      objective: 'auto',
      peakBytes: arenaBytes,
      lowerBoundBytes: arenaBytes,
      gapBytes: 0,
      gapShare: 0,
      streams: [],
      patched: [],
      tradeOff: [{ peakBytes: arenaBytes, cycles, milliseconds: cycles / 216_000, chosen: true }],
      ...spec.plan,
    },
    arena: makeArena(layers, inputBytes, arenaBytes),
  };
}

type Limits = {
  readonly sram?: number;
  readonly flash?: number;
  readonly latency?: number;
  readonly accuracy?: number;
};

function judge(
  metric: BudgetVerdict['metric'],
  limit: number,
  value: number,
  origin: BudgetVerdict['origin'],
): BudgetVerdict {
  const headroom = metric === 'accuracy' ? value - limit : limit - value;
  return { metric, limit, value, headroom, origin, status: headroom < 0 ? 'fail' : 'pass' };
}

function makeVerdicts(measurement: Measurement, limits: Limits): BudgetVerdict[] {
  const { sram, flash, latency, accuracy } = measurement;
  const verdicts: BudgetVerdict[] = [];
  if (limits.sram !== undefined) verdicts.push(judge('sram', limits.sram, sram.totalBytes, 'budget'));
  verdicts.push(judge('sram', 327_680, sram.totalBytes, 'chip'));
  if (limits.flash !== undefined) verdicts.push(judge('flash', limits.flash, flash.totalBytes, 'budget'));
  verdicts.push(judge('flash', 1_048_576, flash.totalBytes, 'chip'));
  if (limits.latency !== undefined)
    verdicts.push(judge('latency', limits.latency, latency.milliseconds, 'budget'));
  if (limits.accuracy !== undefined && accuracy !== null)
    verdicts.push(judge('accuracy', limits.accuracy, accuracy.value, 'budget'));
  return verdicts;
}

/** An entry of a model that was measured, judged by `limits` and by the chip. */
export function makeEntry(measurement: Measurement, limits: Limits = {}): ReportEntry {
  const { name, path, sha256, target } = measurement;
  const folder = `${name}-${target}`;
  return {
    name,
    path,
    sha256,
    target,
    measurement,
    earlier: null,
    verdicts: makeVerdicts(measurement, limits),
    base: null,
    artifacts: {
      elf: `${folder}/firmware.elf`,
      bin: `${folder}/firmware.bin`,
      hex: `${folder}/firmware.hex`,
      map: `${folder}/firmware.map`,
      sources: `${folder}/src`,
    },
    failure: null,
  };
}

/** An entry of a model that could not be read. */
export function makeFailedEntry(name: string, failure?: Failure): ReportEntry {
  return {
    name,
    path: `models/${name}.tflite`,
    target: 'stm32f746',
    sha256: null,
    measurement: null,
    earlier: null,
    verdicts: [],
    base: null,
    artifacts: null,
    failure:
      failure ??
      new Failure({
        code: 'MODEL_OP_UNSUPPORTED',
        kind: 'model',
        message: 'operator 7 (UNPACK, "lstm/unstack") is not supported',
        where: `models/${name}.tflite`,
        hint: 'replace it before conversion',
      }),
  };
}

/** Passes all its budgets. */
export const passingEntry: ReportEntry = makeEntry(makeMeasurement({ name: 'keyword-spotting' }), {
  sram: 65_536,
  flash: 131_072,
  latency: 20,
  accuracy: 0.9,
});

const personDetectionSimulation: Partial<Measurement['latency']> = {
  instructions: 11_470_000,
  method: 'simulated',
  methodDescription:
    'the shipped ELF executed on a cycle-approximate chip at 216 MHz, one inference after a warm-up',
  relativeError: 0.03,
  stalls: { dataCacheShare: 0.043, mispredictionShare: 0.007, dualIssueShare: 0.31 },
};

/** Its first six layers run row by row, in place. */
const personDetectionPlan: Partial<Measurement['plan']> = {
  objective: 'memory',
  peakBytes: 55_296,
  lowerBoundBytes: 54_272,
  gapBytes: 1024,
  gapShare: 1024 / 54_272,
  streams: [{ firstLayer: 0, lastLayer: 5 }],
  patched: [],
  tradeOff: [
    { peakBytes: 92_160, cycles: 13_500_000, milliseconds: 62.5, chosen: false },
    { peakBytes: 73_728, cycles: 13_608_000, milliseconds: 63, chosen: false },
    { peakBytes: 55_296, cycles: 13_716_000, milliseconds: 63.5, chosen: true },
  ],
};

const personDetectionOption = {
  kind: 'plan',
  objective: 'auto',
  inputShape: [1, 96, 96, 3],
  widthFactor: 1,
  macs: 2_829_264,
  sramBytes: 56_352,
  flashBytes: 24_872,
  milliseconds: 63.7,
  fits: false,
} as const;

const personDetectionProposal: Proposal = {
  options: [
    { ...personDetectionOption, objective: 'speed', sramBytes: 74_784, milliseconds: 63.2 },
    {
      ...personDetectionOption,
      kind: 'resolution',
      inputShape: [1, 88, 88, 3],
      macs: 2_377_368,
      sramBytes: 47_520,
      milliseconds: 53.6,
      fits: true,
    },
    {
      ...personDetectionOption,
      kind: 'width',
      widthFactor: 0.875,
      macs: 2_164_320,
      sramBytes: 49_392,
      flashBytes: 24_105,
      milliseconds: 55.1,
      fits: true,
    },
  ],
  plansTried: 10,
};

/** Over its latency budget and under its accuracy minimum. */
const personDetection: ReportEntry = makeEntry(
  makeMeasurement({
    name: 'person-detection',
    inputBytes: 27_648,
    rows: [
      ['CONV_2D', [1, 48, 48, 8], 497_664, 1_244_160, 320],
      ['DEPTHWISE_CONV_2D', [1, 48, 48, 8], 165_888, 580_608, 136],
      ['CONV_2D', [1, 48, 48, 16], 294_912, 442_368, 256],
      ['DEPTHWISE_CONV_2D', [1, 24, 24, 16], 82_944, 290_304, 272],
      ['CONV_2D', [1, 24, 24, 32], 294_912, 412_876, 768],
      ['DEPTHWISE_CONV_2D', [1, 24, 24, 32], 903_168, 9_980_928, 1824],
      ['CONV_2D', [1, 24, 24, 32], 589_824, 766_771, 1280],
      ['AVERAGE_POOL_2D', [1, 1, 1, 32], 0, 46_080, 0],
      ['FULLY_CONNECTED', [1, 2], 64, 400, 80],
      ['SOFTMAX', [1, 2], 0, 700, 0],
    ],
    accuracy: { metric: 'top1', value: 0.846, samples: 500 },
    simulation: personDetectionSimulation,
    idleMacs: 1_000_000,
    plan: personDetectionPlan,
  }),
  { sram: 81_920, flash: 131_072, latency: 60, accuracy: 0.85 },
);

export const failingEntry: ReportEntry = { ...personDetection, proposal: personDetectionProposal };

/** Links only beyond the chip's flash, by 28 bytes. */
export const overflowingEntry: ReportEntry = makeEntry(
  makeMeasurement({
    name: 'scene-classifier',
    rows: keywordSpottingRows.map(
      ([op, shape, macs, cycles, weights], index): LayerRow => [
        op,
        shape,
        macs,
        cycles,
        index === 10 ? 1_002_892 : weights,
      ],
    ),
    overflow: { flashBytes: 28, sramBytes: 0 },
    accuracy: null,
  }),
);

export function makeReport(entries: readonly ReportEntry[]): Report {
  return composeReport(entries, fixtureGenerator);
}

/** One of each: pass, fail, overflow, error. */
export const mixedReport: Report = makeReport([
  passingEntry,
  failingEntry,
  overflowingEntry,
  makeFailedEntry('gesture-lstm'),
]);
