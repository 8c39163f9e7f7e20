/** `search.json`: stable, checked both ways, and described by its JSON Schema. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { parseSearchReport, searchReportJsonSchema, toSearchJson } from '../../../src/report/index.ts';
import { refusalOf } from '../../support/refusal.ts';
import {
  commandReport,
  flopsReport,
  foundReport,
  overReport,
  predictorReport,
  spacesReport,
} from './search-fixture.ts';

const reports = [foundReport, spacesReport, overReport, flopsReport, predictorReport, commandReport];
const validate = new Ajv2020({ strict: false }).compile(searchReportJsonSchema());

describe('search.json', () => {
  test('reads back as it was written, byte for byte', () => {
    for (const report of reports) {
      const text = toSearchJson(report);
      expect(parseSearchReport(text)).toEqual(report);
      expect(toSearchJson(parseSearchReport(text))).toBe(text);
    }
  });

  test('does not depend on the order of keys', () => {
    const { surveys, ...rest } = foundReport;
    expect(toSearchJson({ surveys, ...rest })).toBe(toSearchJson(foundReport));
  });

  test('what is not limited stays so', () => {
    const limits = { sramBytes: 9216, flashBytes: undefined, latencyMs: undefined };
    const text = toSearchJson({ ...foundReport, limits });
    expect(text).not.toContain('"latencyMs": 6,');
    expect(parseSearchReport(text).limits).toStrictEqual(limits);
  });

  test('a predictor may promise more than is possible', () => {
    if (predictorReport.evolution === null) throw new Error('the fixture has an evolution');
    const found = { ...predictorReport.evolution.found, accuracy: 1.02 };
    const report = { ...predictorReport, evolution: { ...predictorReport.evolution, found } };
    expect(parseSearchReport(toSearchJson(report))).toEqual(report);
  });

  test('a figure that is no number is our bug, not a report', () => {
    const limits = { ...foundReport.limits, sramBytes: Number.NaN };
    expect(() => toSearchJson({ ...foundReport, limits })).toThrow(/internal error.*limits\.sramBytes/);
  });

  test.each([
    ['not JSON', '{', 'FILE_NOT_JSON'],
    ['a report of `mcunet verify` of another time', '{"schemaVersion": 2}', 'REPORT_VERSION_UNKNOWN'],
    ['half a report', '{"schemaVersion": 1}', 'REPORT_INVALID'],
    ['an unknown key', JSON.stringify({ ...foundReport, extra: 1 }), 'REPORT_INVALID'],
    [
      'an unknown source of accuracy',
      toSearchJson(flopsReport).replace('"flops"', '"hope"'),
      'REPORT_INVALID',
    ],
    [
      'negative bytes',
      toSearchJson(foundReport).replace('"sramBytes": 9216', '"sramBytes": -1'),
      'REPORT_INVALID',
    ],
  ])('refuses %s', (_, text, code) => {
    expect(refusalOf(() => parseSearchReport(text)).code).toBe(code);
  });

  test('a refusal names the file and what writes it', () => {
    expect(refusalOf(() => parseSearchReport('{')).toLine()).toContain(
      'search.json that `mcunet search` wrote',
    );
  });

  test('follows its JSON Schema, as another validator reads it', () => {
    for (const report of reports) expect(validate(JSON.parse(toSearchJson(report)))).toBe(true);
    expect(validate({ ...foundReport, chosen: 1 })).toBe(false);
  });
});
