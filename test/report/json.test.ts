/** `report.json`: stable, checked both ways, and described by its JSON Schema. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { Failure } from '../../src/base/index.ts';
import { composeReport, parseReport, reportJsonSchema, toJson } from '../../src/report/index.ts';
import {
  failingEntry,
  fixtureGenerator,
  makeEntry,
  makeFailedEntry,
  makeMeasurement,
  makeReport,
  mixedReport,
  overflowingEntry,
  passingEntry,
} from '../support/report-fixture.ts';

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (thrown) {
    if (thrown instanceof Failure) return thrown.code;
    throw thrown;
  }
  return 'nothing thrown';
}

describe('composing', () => {
  test('the worst model decides the status', () => {
    const statusOf = (...entries: Parameters<typeof composeReport>[0]) => makeReport(entries).status;
    expect(statusOf()).toBe('pass');
    expect(statusOf(passingEntry)).toBe('pass');
    expect(statusOf(passingEntry, failingEntry)).toBe('fail');
    expect(statusOf(failingEntry, makeFailedEntry('a'))).toBe('error');
  });

  test('limits are the tightest that apply', () => {
    const [limited, unlimited] = makeReport([passingEntry, overflowingEntry]).models;
    expect(limited?.sram?.limitBytes).toBe(65_536);
    expect(limited?.accuracy?.limit).toBe(0.9);
    expect(unlimited?.sram?.limitBytes).toBe(327_680);
    expect(unlimited?.latency?.limitMilliseconds).toBeNull();
  });

  test('parts add up to totals', () => {
    for (const { flash, sram } of mixedReport.models) {
      if (flash === null || sram === null) continue;
      expect(flash.codeBytes + flash.weightBytes + flash.dataImageBytes + flash.otherBytes).toBe(
        flash.totalBytes,
      );
      expect(sram.arenaBytes + sram.staticBytes + sram.stackBytes).toBe(sram.totalBytes);
    }
  });

  test('a model that was measured and then failed keeps its figures', () => {
    const failure = new Failure({ code: 'DATASET_MISMATCH', kind: 'usage', message: 'no labels' });
    const [model] = makeReport([{ ...passingEntry, failure }]).models;
    expect(model?.status).toBe('error');
    expect(model?.sram?.totalBytes).toBe(17_056);
  });

  test('the largest symbols are those of flash, not the arena', () => {
    const measurement = makeMeasurement({ name: 'a' });
    const arena = { name: 'model_arena', address: 0x2000_0000, bytes: 99_999, section: '.arena' };
    const [model] = makeReport([
      makeEntry({ ...measurement, symbols: [arena, ...measurement.symbols] }),
    ]).models;
    expect(model?.largestSymbols[0]).toMatchObject({ name: 'op2_weights', bytes: 4608 });
    expect(model?.largestSymbols.map(({ name }) => name)).not.toContain('model_arena');
  });

  test('of very many plans it keeps some, both ends and the one that was taken', () => {
    const measurement = makeMeasurement({ name: 'a' });
    const tradeOff = Array.from({ length: 1003 }, (_, index) => ({
      peakBytes: 2000 - index,
      cycles: index,
      milliseconds: index / 216_000,
      chosen: index === 501,
    }));
    const [model] = makeReport([
      makeEntry({ ...measurement, plan: { ...measurement.plan, tradeOff } }),
    ]).models;
    const kept = model?.plan?.tradeOff ?? [];
    expect(kept.length).toBeLessThanOrEqual(100);
    expect(kept.filter(({ chosen }) => chosen).map(({ cycles }) => cycles)).toEqual([501]);
    expect([kept[0]?.cycles, kept.at(-1)?.cycles]).toEqual([0, 1002]);
  });

  test('texts and lists beyond the schema are cut, so that the report can always be written', () => {
    const measurement = makeMeasurement({ name: 'a' });
    const long = 'x'.repeat(10_000);
    const entry = makeEntry({
      ...measurement,
      layers: measurement.layers.map((layer) => ({ ...layer, name: long })),
      stack: { worstCaseBytes: 1, deepestChain: Array(500).fill({ symbol: long, frameBytes: 1 }) },
      symbols: Array(500).fill({ name: long, address: 0, bytes: 1, section: long }),
    });
    const failure = new Failure({ code: long, kind: 'model', message: long, where: long, hint: long });
    const report = composeReport([{ ...entry, name: long, path: long, failure }], fixtureGenerator);
    expect(parseReport(toJson(report)).models[0]?.largestSymbols).toHaveLength(20);
  });
});

describe('a report that is older than plans', () => {
  test('is read, and what it does not say stays unsaid', () => {
    const text = toJson(makeReport([failingEntry]))
      .replace(/"plan": \{[\s\S]*?\n {6}\},\n/, '')
      .replace(/"stackHighWaterBytes": 612,\n/, '')
      .replace(/"mispredictionShare": 0.007,\s+"dualIssueShare": 0.31/, '"mispredictionShare": 0.007');
    expect(text).not.toMatch(/"plan":|HighWater|dualIssue/);
    const [model] = parseReport(text).models;
    expect(model?.plan).toBeNull();
    expect(model?.sram?.stackHighWaterBytes).toBeNull();
    expect(model?.latency?.stalls?.dualIssueShare).toBeNull();
  });
});

describe('report.json', () => {
  test('reads back as it was written, byte for byte', () => {
    const text = toJson(mixedReport);
    expect(toJson(parseReport(text))).toBe(text);
    expect(parseReport(text)).toEqual(mixedReport);
  });

  test('does not depend on the order of keys', () => {
    const { models, ...rest } = mixedReport;
    expect(toJson({ models, ...rest })).toBe(toJson(mixedReport));
  });

  test('a figure that is no number is our bug, not a report', () => {
    const measurement = makeMeasurement({ name: 'a' });
    const broken = { ...measurement, macs: Number.NaN };
    expect(() => toJson(makeReport([makeEntry(broken)]))).toThrow(/internal error.*models\.0\.macs/);
  });

  test.each([
    ['not JSON', '{', 'FILE_NOT_JSON'],
    ['null', 'null', 'REPORT_VERSION_UNKNOWN'],
    ['another version', '{"schemaVersion": 2}', 'REPORT_VERSION_UNKNOWN'],
    ['half a report', '{"schemaVersion": 1}', 'REPORT_INVALID'],
    ['an unknown key', JSON.stringify({ ...mixedReport, extra: 1 }), 'REPORT_INVALID'],
    [
      'a name too long',
      toJson(mixedReport).replace('"gesture-lstm"', `"${'x'.repeat(201)}"`),
      'REPORT_INVALID',
    ],
    [
      'negative bytes',
      toJson(mixedReport).replace('"arenaBytes": 16000', '"arenaBytes": -1'),
      'REPORT_INVALID',
    ],
  ])('refuses %s', (_, text, code) => {
    expect(codeOf(() => parseReport(text))).toBe(code);
  });

  test('follows its JSON Schema, as another validator reads it', () => {
    const validate = new Ajv2020({ strict: false }).compile(reportJsonSchema());
    expect(validate(JSON.parse(toJson(mixedReport)))).toBe(true);
    expect(validate({ ...mixedReport, status: 'green' })).toBe(false);
  });
});
