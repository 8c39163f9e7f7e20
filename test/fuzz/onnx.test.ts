/** What reads ONNX files throws nothing but `Failure`, whatever the file, and soon. */
import { describe, expect, test } from 'vitest';
import { onnxFixtures } from '../model/onnx-fixtures.ts';
import { fuzzReader } from './fuzz-reader.ts';
import { specimen } from './mutations.ts';

describe('damaged ONNX files', () => {
  test('of every fixture', () => {
    const specimens = onnxFixtures.map(({ name, bytes }) => specimen(name, bytes, []));
    const report = fuzzReader(specimens, 8000, 1);
    expect(report.crashes).toEqual([]);
    expect(report.slowest.ms).toBeLessThan(1000);
    // Damage that is always noticed at once, or never, would test nothing.
    expect(report.outcomes.get('graph: built')).toBeGreaterThan(400);
    expect(report.outcomes.get('reader: MODEL_MALFORMED')).toBeGreaterThan(800);
    expect(report.outcomes.get('reader: MODEL_OP_UNSUPPORTED')).toBeGreaterThan(200);
  });
});
