/** `search.json`, version 1: the one source of everything that is shown of a search. */
import { z } from 'zod';
import { measuredParts } from '../schema.ts';
import type { SearchReport } from './types.ts';

const count = z.number().int().min(0);
const amount = z.number().min(0);
const share = z.number().min(0).max(1);
const text = (longest: number) => z.string().max(longest);
const network = text(2000);
const extent = z.number().int().min(1);

const cost = z.strictObject({
  sramBytes: amount,
  arenaBytes: amount,
  flashBytes: amount,
  latencyMs: amount,
  macs: amount,
  parameters: amount,
});

/** What is not limited is absent. */
const limits = z
  .strictObject({
    sramBytes: amount.optional(),
    flashBytes: amount.optional(),
    latencyMs: amount.optional(),
  })
  .transform(({ sramBytes, flashBytes, latencyMs }) => ({ sramBytes, flashBytes, latencyMs }));

/** `macs` is absent where no network keeps the limits. */
const satisfying = {
  satisfying: count,
  macs: z.strictObject({ mean: amount, p80: amount, quantiles: z.array(amount).length(101) }).optional(),
};

const survey = z
  .strictObject({
    space: text(200),
    width: amount,
    resolution: z.strictObject({ height: extent, width: extent }),
    samples: count,
    ...satisfying,
    nearest: cost,
    layerwise: z.strictObject(satisfying).transform(({ satisfying, macs }) => ({ satisfying, macs })),
  })
  .transform(({ macs, nearest, layerwise, ...rest }) => ({ ...rest, macs, nearest, layerwise }));

const accuracy = z.discriminatedUnion('from', [
  z.strictObject({
    from: z.literal('supernet'),
    metric: z.enum(['top1', 'top5', 'auc']),
    dataset: text(4000),
    samples: count,
  }),
  z.strictObject({
    from: z.literal('predictor'),
    pairs: count,
    meanAbsoluteError: amount,
    kendallTau: z.number().min(-1).max(1).nullable(),
  }),
  z.strictObject({ from: z.literal('command'), command: z.array(text(4000)).max(1000) }),
  z.strictObject({ from: z.literal('flops') }),
]);

const options = z.strictObject({
  strategy: z.enum(['evolution', 'random']),
  population: count,
  generations: count,
  islands: count,
  parentShare: share,
  mutationShare: share,
  mutationProbability: share,
  seed: z.number().int(),
});

/** A predictor may leave 0 ... 1. */
const found = { network, accuracy: z.number(), loss: z.number().nullable(), cost };

const layer = z.strictObject({
  name: text(1000),
  kind: text(100),
  output: z.tuple([extent, extent, extent]),
  kernel: z.tuple([extent, extent]).nullable(),
  macs: amount,
  parameters: amount,
  constantBytes: amount,
  peakBytes: amount,
});

const evolution = z.strictObject({
  space: text(200),
  accuracy,
  options,
  evaluations: count,
  curve: z
    .array(z.strictObject({ generation: count, evaluations: count, best: z.number(), mean: z.number() }))
    .max(100_000),
  front: z.array(z.strictObject(found)).max(1_000_000),
  found: z.strictObject({ ...found, layers: z.array(layer).max(10_000) }),
  rejected: z.array(z.strictObject({ network, reason: text(4000) })).max(10_000),
});

const measured = z.strictObject({ ...measuredParts, dataset: text(4000).nullable() });

export const searchReportSchema: z.ZodType<SearchReport> = z.strictObject({
  schemaVersion: z.literal(1),
  generator: z.strictObject({ name: text(100), version: text(100) }),
  target: text(100),
  limits,
  rule: z.strictObject({ by: z.enum(['mean', 'p80']), leastShare: share }),
  surveys: z.array(survey).max(100_000),
  chosen: text(200),
  chosenLayerwise: text(200).nullable(),
  remarks: z.array(text(4000)).max(1000),
  evolution: evolution.nullable(),
  measured: measured.nullable(),
  command: text(20_000),
});
