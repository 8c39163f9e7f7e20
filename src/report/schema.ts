/** `report.json`, version 1: the one source of every table, comment, plot and gate. */
import { z } from 'zod';
import type { Report, ReportModel } from './types.ts';

const bytes = z.number().int().min(0);
const count = z.number().int().min(0);
const text = (longest: number) => z.string().max(longest);

const share = z.number().min(0).max(1);

const status = z.enum(['pass', 'fail', 'error']);
const metric = z.enum(['sram', 'flash', 'latency', 'accuracy']);

const sram = z.strictObject({
  totalBytes: bytes,
  arenaBytes: bytes,
  staticBytes: bytes,
  stackBytes: bytes,
  arenaLowerBoundBytes: bytes,
  stackHighWaterBytes: bytes.nullable().default(null),
  limitBytes: bytes,
});

const flash = z.strictObject({
  totalBytes: bytes,
  codeBytes: bytes,
  kernelBytes: bytes,
  runtimeBytes: bytes,
  weightBytes: bytes,
  dataImageBytes: bytes,
  otherBytes: bytes,
  limitBytes: bytes,
});

const stalls = z.strictObject({
  dataCacheShare: share,
  mispredictionShare: share,
  dualIssueShare: share.nullable().default(null),
});

const latency = z.strictObject({
  milliseconds: z.number().min(0),
  cycles: count,
  instructions: count.nullable(),
  method: z.enum(['simulated', 'estimated', 'board']),
  methodDescription: text(1000),
  relativeError: z.number().min(0).nullable(),
  simulatedCycles: count.nullable().default(null),
  stalls: stalls.nullable(),
  limitMilliseconds: z.number().min(0).nullable(),
});

const accuracy = z.strictObject({
  metric: z.enum(['top1', 'top5', 'auc']),
  value: z.number().min(0).max(1),
  samples: count,
  classes: z.array(text(200)).max(100_000).optional(),
  limit: z.number().min(0).max(1).nullable(),
});

const layer = z.strictObject({
  index: count,
  name: text(1000),
  op: text(100),
  outputShape: z.array(z.number().int()).max(16),
  macs: count,
  cycles: count,
  stalls: stalls.nullable().default(null),
  liveBytes: bytes,
  weightBytes: bytes,
});

const arenaBlock = z.strictObject({
  name: text(1000),
  kind: z.enum(['tensor', 'state', 'scratch', 'line']),
  offsetBytes: bytes,
  bytes,
  firstStep: count,
  lastStep: count,
});

const plan = z.strictObject({
  objective: z.enum(['auto', 'memory', 'speed']),
  peakBytes: bytes,
  lowerBoundBytes: bytes,
  gapBytes: bytes,
  gapShare: z.number().min(0),
  streams: z.array(z.strictObject({ firstLayer: count, lastLayer: count })).max(10_000),
  patched: z
    .array(z.strictObject({ firstLayer: count, lastLayer: count, patches: count, recomputedMacs: count }))
    .max(10_000),
  tradeOff: z
    .array(
      z.strictObject({
        peakBytes: bytes,
        cycles: count,
        milliseconds: z.number().min(0),
        chosen: z.boolean(),
      }),
    )
    .max(100),
});

const proposal = z.strictObject({
  options: z
    .array(
      z.strictObject({
        kind: z.enum(['plan', 'resolution', 'width', 'resolution-and-width']),
        objective: z.enum(['auto', 'memory', 'speed']),
        inputShape: z.array(count).max(16),
        widthFactor: share,
        macs: count,
        sramBytes: bytes,
        flashBytes: bytes,
        milliseconds: z.number().min(0),
        fits: z.boolean(),
      }),
    )
    .max(16),
  plansTried: count,
});

const budget = z.strictObject({
  metric,
  limit: z.number().min(0),
  value: z.number().min(0),
  headroom: z.number(),
  origin: z.enum(['budget', 'chip', 'regression']),
  status: z.enum(['pass', 'fail', 'waived']),
});

const failure = z.strictObject({
  code: text(100),
  message: text(4000),
  where: text(2000).nullable(),
  hint: text(2000).nullable(),
  problems: z
    .array(z.strictObject({ kind: text(200), place: text(1000), reason: text(1000), hint: text(1000) }))
    .max(200)
    .default([]),
});

const toolchain = z.strictObject({
  kind: z.enum(['container', 'local']),
  compiler: text(200),
  engine: z.enum(['docker', 'podman']).nullable(),
  imageDigest: text(200).nullable(),
  imageOrigin: z.enum(['published', 'built', 'given']).nullable().default(null),
});

const figures = z.strictObject({ sram, flash, latency, accuracy: accuracy.nullable() });

const sha = z.string().regex(/^[0-9a-f]{40,64}$/);

const offer = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('found'),
    space: text(200),
    dataset: text(4000).nullable(),
    figures,
    runId: count,
  }),
  z.strictObject({ kind: z.literal('search'), sha }),
]);

type MeasuredPart = 'target' | 'status' | 'sram' | 'flash' | 'latency' | 'accuracy' | 'budgets';

/** What was measured of a model and how it was judged, also where it is part of another report. */
export const measuredParts: { readonly [Part in MeasuredPart]: z.ZodType<ReportModel[Part]> } = {
  target: text(100),
  status,
  sram: sram.nullable(),
  flash: flash.nullable(),
  latency: latency.nullable(),
  accuracy: accuracy.nullable(),
  budgets: z.array(budget).max(16),
};

const comparison = z.strictObject({
  kind: z.enum(['same-name', 'renamed', 'added', 'none']),
  source: z.enum(['cache', 'artifact', 'rebuilt', 'file']).nullable(),
  path: text(1000).nullable(),
  reason: text(2000).nullable(),
  layers: z
    .array(
      z.strictObject({
        name: text(1000),
        op: text(100),
        state: z.enum(['added', 'removed', 'changed']),
        cycles: z.number().int(),
        weightBytes: z.number().int(),
        liveBytes: z.number().int(),
      }),
    )
    .max(20),
  symbols: z.array(z.strictObject({ name: text(500), bytes: z.number().int() })).max(50),
});

const limit = z.number().min(0).nullable();

const revision = z.strictObject({
  head: sha,
  base: sha.nullable(),
  reason: text(2000).nullable(),
  limitEdits: z
    .array(z.strictObject({ model: text(200), limit: text(100), from: limit, to: limit }))
    .max(4000),
  deleted: z.array(z.strictObject({ name: text(200), path: text(1000) })).max(1000),
  isBoardWithheld: z.boolean().default(false),
});

const waiver = z.strictObject({
  metric,
  by: text(100),
  until: z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{3})?Z$/),
  reason: text(300),
});

const model = z.strictObject({
  name: text(200),
  path: text(1000),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .nullable(),
  target: measuredParts.target,
  status,
  /** What was measured; null where the model failed before that. */
  macs: count.nullable(),
  modelMacs: count.nullable().default(null),
  parameters: count.nullable(),
  isTrained: z.boolean().nullable().default(null),
  toolchain: toolchain.nullable(),
  sram: measuredParts.sram,
  flash: measuredParts.flash,
  latency: measuredParts.latency,
  accuracy: measuredParts.accuracy,
  base: figures.nullable(),
  comparison: comparison.nullable().default(null),
  overflow: z.strictObject({ flashBytes: bytes, sramBytes: bytes }).nullable(),
  budgets: measuredParts.budgets,
  layers: z.array(layer).max(10_000),
  plan: plan.nullable().default(null),
  proposal: proposal.nullable().default(null),
  offer: offer.nullable().default(null),
  arena: z.array(arenaBlock).max(20_000),
  deepestStack: z.array(z.strictObject({ symbol: text(500), frameBytes: bytes })).max(200),
  largestSymbols: z.array(z.strictObject({ name: text(500), bytes, section: text(100) })).max(50),
  artifacts: z
    .strictObject({ elf: text(1000), bin: text(1000), hex: text(1000), map: text(1000), sources: text(1000) })
    .nullable(),
  error: failure.nullable(),
});

export const reportSchema: z.ZodType<Report> = z.strictObject({
  schemaVersion: z.literal(1),
  generator: z.strictObject({ name: text(100), version: text(100) }),
  status,
  revision: revision.nullable().default(null),
  waivers: z.array(waiver).max(4).default([]),
  models: z.array(model).max(1000),
});
