/** The Markdown report: golden texts, the ladder of sizes, and names that try to be more than names. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Failure } from '../../src/base/index.ts';
import { type Report, type ReportModel, toMarkdown } from '../../src/report/index.ts';
import { hostileName } from '../support/hostile-names.ts';
import {
  failingEntry,
  makeEntry,
  makeFailedEntry,
  makeMeasurement,
  makeReport,
  mixedReport,
  overflowingEntry,
  passingEntry,
} from '../support/report-fixture.ts';

const context = '`a1b2c3d` against merge base `9f8e7d6`';
const links = [{ label: 'firmware and full report', url: 'https://example.test/artifacts/1' }];

function model(report: Report, index = 0): ReportModel {
  const found = report.models[index];
  if (found === undefined) throw new Error(`no model ${index}`);
  return found;
}

/** A passing model whose figures moved since the base. */
function withBase(): Report {
  const head = model(makeReport([passingEntry]));
  const { sram, flash, latency, accuracy } = head;
  if (sram === null || flash === null || latency === null) throw new Error('the fixture has figures');
  const row = {
    ...head,
    sram: { ...sram, totalBytes: sram.totalBytes + 3174 },
    flash: { ...flash, totalBytes: flash.totalBytes - 412 },
    latency: { ...latency, milliseconds: latency.milliseconds * 1.0625 },
    accuracy,
  };
  const base = { kind: 'same-name', source: 'rebuilt', path: head.path, reason: null, row } as const;
  return makeReport([{ ...passingEntry, base }]);
}

describe('golden texts', () => {
  test.each([
    ['mixed', mixedReport],
    ['passing', makeReport([passingEntry])],
    ['failing', makeReport([failingEntry])],
    ['overflow', makeReport([overflowingEntry])],
    ['error', makeReport([makeFailedEntry('gesture-lstm')])],
    ['base', withBase()],
    ['empty', makeReport([])],
  ])('%s', async (name, report) => {
    await expect(toMarkdown(report, { context, links })).toMatchFileSnapshot(`expected/${name}.md`);
  });
});

describe('what the comment says', () => {
  test('the first line is the verdict', () => {
    const first = toMarkdown(makeReport([failingEntry])).split('\n')[0];
    expect(first).toContain('❌');
    expect(first).toContain('latency over budget by 3.73 ms, accuracy 0.4 pp below its minimum');
  });

  test('an overflow names its bytes, the chip and the layer and symbol to blame', () => {
    const text = toMarkdown(makeReport([overflowingEntry]));
    expect(text).toContain('flash over by 28 B (1,048,604 B; `stm32f746` has 1,048,576 B)');
    expect(text).toContain('`scene_classifier/fully_connected_10`');
    expect(text).toContain('Largest symbol: `op10_weights`');
  });

  test('what got worse than the base allows is said so, after budgets and chip', () => {
    const worse = {
      metric: 'latency',
      limit: 12.5,
      value: 13.82,
      headroom: -1.32,
      origin: 'regression',
      status: 'fail',
    } as const;
    const text = toMarkdown(makeReport([{ ...passingEntry, verdicts: [...passingEntry.verdicts, worse] }]));
    expect(text.split('\n')[0]).toContain('latency 1.32 ms worse than the base allows');
    expect(text).toContain('**13.8 ms base allows 12.5 ms**');
    const alsoOver = makeReport([{ ...failingEntry, verdicts: [worse, ...failingEntry.verdicts] }]);
    expect(toMarkdown(alsoOver).split('\n')[0]).toContain('latency over budget by 3.73 ms');
  });

  test('an estimate is not compared with a simulation', () => {
    const report = withBase();
    const models = report.models.map((entry) => ({
      ...entry,
      latency: entry.latency === null ? null : { ...entry.latency, method: 'simulated' as const },
    }));
    expect(toMarkdown(report)).toContain('13.8 ms (−5.9 %) of 20 ms');
    expect(toMarkdown({ ...report, models })).toContain('13.8 ms of 20 ms');
  });

  test('a model that failed is a row, and the others keep theirs', () => {
    const rows = toMarkdown(mixedReport)
      .split('\n')
      .filter((line) => /^\| (✅|❌|⚠️)/.test(line));
    expect(rows).toHaveLength(4);
    expect(rows[0]).toContain('16.7 KiB of 64 KiB');
    expect(rows[3]).toBe('| ⚠️ **`gesture-lstm`** | – | – | – | – |');
  });

  test('every kind of number says how it was made', () => {
    const text = toMarkdown(makeReport([passingEntry]));
    expect(text).toMatch(/\*\*Flash\*\*: measured/);
    expect(text).toMatch(/\*\*SRAM\*\*: measured/);
    expect(text).toMatch(/\*\*Latency\*\*: estimated: .*its error is not known/);
    expect(text).toMatch(/\*\*Accuracy\*\*: measured: top-1 of the generated C over 1,000 samples/);
  });

  test('a figure of a board has the simulated one beside it', () => {
    const { measurement } = passingEntry;
    if (measurement === null) throw new Error('the fixture was measured');
    const latency = {
      ...measurement.latency,
      method: 'board',
      milliseconds: 10,
      cycles: 2_160_000,
      simulatedCycles: 2_203_200,
    } as const;
    const text = toMarkdown(makeReport([{ ...passingEntry, measurement: { ...measurement, latency } }]));
    expect(text).toContain('measured; simulated 10.2 ms');
    expect(text).toContain('| simulated | 10.2 ms (+2.0 %) |');
    expect(text).toContain('Cycles, simulated');
  });

  test('a known error is printed', () => {
    const measurement = makeMeasurement({ name: 'a' });
    const latency = { ...measurement.latency, method: 'simulated' as const, relativeError: 0.02 };
    expect(toMarkdown(makeReport([makeEntry({ ...measurement, latency })]))).toContain('error ±2.0 %');
  });

  test('a layer that a converter fused is shown by its first name', () => {
    const measurement = makeMeasurement({ name: 'a' });
    const layers = measurement.layers.map((layer) => ({
      ...layer,
      name: `net/relu_${layer.index};net/conv;net/bias`,
    }));
    const text = toMarkdown(makeReport([makeEntry({ ...measurement, layers })]));
    expect(text).toContain('| `net/relu_3` |');
    expect(text).not.toContain('net/bias');
  });

  test('targets stand at their rows where there are several', () => {
    const other = { ...makeMeasurement({ name: 'b' }), target: 'stm32h743' };
    const text = toMarkdown(makeReport([passingEntry, makeEntry(other)]));
    expect(text).toContain('`b`<br><sub>`stm32h743`</sub>');
  });
});

describe('the ladder of sizes', () => {
  const nameOf = (index: number) => `model-${index}-${'x'.repeat(index % 40)}`;
  const manyModels = (count: number) =>
    makeReport(
      Array.from({ length: count }, (_, index) =>
        index % 3 === 0
          ? makeFailedEntry(nameOf(index))
          : makeEntry(makeMeasurement({ name: nameOf(index) }), { latency: index % 3 === 1 ? 20 : 10 }),
      ),
    );

  test.each([1000, 65_536, 400_000])('fills but never exceeds %i bytes', (maxBytes) => {
    for (const count of [1, 4, 20, 150]) {
      const text = toMarkdown(manyModels(count), { maxBytes, context, links });
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(maxBytes);
      expect(text.split('\n')[0]).toMatch(/^### (✅|❌|⚠️) mcunet: /);
    }
  });

  test('says less step by step, the verdict last of all', () => {
    const report = manyModels(60);
    const full = toMarkdown(report);
    const trimmed = toMarkdown(report, { maxBytes: 65_536 });
    const failures = toMarkdown(report, { maxBytes: 9000 });
    const verdict = toMarkdown(report, { maxBytes: 500 });
    expect(full).toContain('```mermaid');
    expect(full.length).toBeGreaterThan(65_536);
    expect(trimmed).toContain(nameOf(2));
    expect(trimmed.match(/^\| (✅|❌|⚠️)/gm)).toHaveLength(60);
    expect(failures).not.toMatch(/^\| ✅/m);
    expect(failures).toContain('rows do not fit here');
    expect(verdict).not.toContain('|');
    expect(verdict).toContain('of 60 models');
  });

  test('a long network keeps its slowest layers and its peak', () => {
    const rows = Array.from(
      { length: 700 },
      (_, index) => ['CONV_2D', [1, 8, 8, index === 350 ? 64 : 8], 1000, 5000 + index, 90] as const,
    );
    const report = makeReport([makeEntry(makeMeasurement({ name: 'deep', rows }))]);
    const text = toMarkdown(report, { maxBytes: 20_000 });
    expect(text).toContain('13 of 700 layers: the slowest and the one at the peak of SRAM.');
    expect(text).toContain('`deep/conv_2d_350`');
    expect(text).toContain('`deep/conv_2d_699`');
    expect(text).toContain('each column is the largest of 9 layers');
  });

  test('fits whatever the names, the counts and the limit', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'grapheme', maxLength: 300 }), { maxLength: 5 }),
        fc.integer({ min: 400, max: 6000 }),
        fc.string({ maxLength: 500 }),
        (names, maxBytes, title) => {
          const report = makeReport(names.map((name) => ({ ...failingEntry, name })));
          expect(Buffer.byteLength(toMarkdown(report, { maxBytes, title }))).toBeLessThanOrEqual(maxBytes);
        },
      ),
      { numRuns: 150 },
    );
  });
});

const invisible = ['\u202e', '\u2066', '\u200b', '\u0000', '\r', '\ud800'];

/** The text with every name taken out: what the reader's browser sees as syntax. */
function skeleton(markdown: string): string {
  return markdown.replaceAll(/<code>[^<>\n]*<\/code>|`[^`|\n]+`/g, 'N');
}

describe('hostile names', () => {
  const named = (name: string): Report => {
    const report = makeReport([passingEntry, failingEntry, overflowingEntry]);
    return {
      ...report,
      models: report.models.map((entry) => ({
        ...entry,
        name,
        target: name,
        layers: entry.layers.map((layer) => ({ ...layer, name, op: name })),
        deepestStack: entry.deepestStack.map((frame) => ({ ...frame, symbol: name })),
        largestSymbols: entry.largestSymbols.map((symbol) => ({ ...symbol, name })),
      })),
    };
  };

  test('change nothing but the names', () => {
    const expected = skeleton(toMarkdown(named('harmless')));
    fc.assert(
      fc.property(hostileName, (name) => {
        expect(skeleton(toMarkdown(named(name)))).toBe(expected);
      }),
      { numRuns: 300 },
    );
  });

  test('show no invisible or direction-changing character', () => {
    fc.assert(
      fc.property(hostileName, (name) => {
        const characters = new Set(toMarkdown(named(name)));
        for (const character of invisible) expect(characters).not.toContain(character);
      }),
      { numRuns: 100 },
    );
  });

  test('in messages neither mention, link nor build anything', () => {
    fc.assert(
      fc.property(hostileName, hostileName, (message, hint) => {
        const failure = new Failure({ code: 'MODEL_BROKEN', kind: 'model', message, hint });
        const text = toMarkdown(makeReport([makeFailedEntry('a', failure)]));
        const line = text.split('\n').find((candidate) => candidate.startsWith('- **`a`**')) ?? '';
        expect(line).not.toBe('');
        const words = skeleton(line).replaceAll('<span>&#36;</span>', '');
        expect(words).not.toMatch(/@\w|(?<!&)#\w|:\/\/|www\.|\bGH-\d|[<>[\]|`~$\\]/);
        expect(skeleton(line).replace('**N**', '')).not.toContain('*');
      }),
      { numRuns: 300 },
    );
  });

  test('are cut in the middle where they are long', () => {
    const text = toMarkdown(makeReport([{ ...passingEntry, name: `${'a'.repeat(100)}${'z'.repeat(100)}` }]));
    expect(text).toContain(`${'a'.repeat(36)}…${'z'.repeat(35)}`);
  });
});

describe('what would help', () => {
  test('is said only where a limit is exceeded, with what is not known', () => {
    expect(toMarkdown(makeReport([failingEntry]))).toContain(
      'Within all limits when planned, not trained, accuracy unknown: input 88×88×3',
    );
    expect(toMarkdown(makeReport([passingEntry]))).not.toContain('not trained');
  });

  test('says so where nothing that was planned fits', () => {
    const { proposal } = failingEntry;
    const options = (proposal?.options ?? []).map((option) => ({ ...option, fits: false }));
    const entry = { ...failingEntry, proposal: { plansTried: 3, options } };
    expect(toMarkdown(makeReport([entry]))).toContain(
      'No version that was planned keeps all limits, down to channels × 0.875',
    );
  });
});

test('layers show where their cycles went, as far as that was counted', () => {
  const stalls = { dataCacheShare: 0.041, mispredictionShare: 0.003, dualIssueShare: 0.38 };
  const { measurement } = passingEntry;
  const [first, ...rest] = measurement?.layers ?? [];
  if (measurement === null || first === undefined) throw new Error('the fixture has layers');
  const counted = { ...measurement, layers: [{ ...first, stalls }, ...rest] };
  const text = toMarkdown(makeReport([{ ...passingEntry, measurement: counted }]));
  expect(text).toMatch(/\| D-cache stalls \| Mispredicted \| Dual-issued \|/);
  expect(text).toContain('| 4.1 % | 0.3 % | 38.0 % |');
  expect(toMarkdown(makeReport([passingEntry]))).not.toContain('Dual-issued');
});
