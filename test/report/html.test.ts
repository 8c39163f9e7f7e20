/** The page: whole on its own, the same every time, with every number also as text. */
import { describe, expect, test } from 'vitest';
import { type ReportEntry, toHtml as toPage } from '../../src/report/index.ts';
import { openElements } from '../support/open-elements.ts';
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

/** Spaces that do not break as others, so that words can be looked for. */
const toHtml = (...given: Parameters<typeof toPage>) => toPage(...given).replaceAll('\u00a0', ' ');

describe('the page', () => {
  const page = toHtml(mixedReport);

  test('asks nothing of the network and runs nothing', () => {
    expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
    expect(page).not.toMatch(/<script|<link|<img|<iframe|\son\w+=|url\(|@import/i);
    const addresses = [...page.matchAll(/https?:\/\/[^"\s<]+/g)].map(([address]) => address);
    expect(new Set(addresses)).toEqual(new Set(['http://www.w3.org/2000/svg']));
  });

  test('is well-formed', () => {
    expect(openElements(page)).toEqual([]);
  });

  test('is the same bytes every time', () => {
    expect(toHtml(mixedReport)).toBe(page);
  });

  test('has four drawings for each measured model and one more where plans were compared, all described', () => {
    expect(page.match(/<svg role="img" aria-labelledby="/g)).toHaveLength(13);
    expect(page.match(/<title id="/g)).toHaveLength(13);
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, id] of page.matchAll(/aria-labelledby="(\S+) /g)) expect(ids).toContain(id);
  });

  test('takes colours from the style, which knows light and dark', () => {
    expect(page).toContain('@media (prefers-color-scheme: dark)');
    const colours = [...page.matchAll(/ (?:fill|stroke)="([^"]+)"/g)].map(([, colour]) => colour ?? '');
    expect(colours.length).toBeGreaterThan(100);
    expect(colours.filter((colour) => !/^(none|transparent|var\(--[\w-]+\))$/.test(colour))).toEqual([]);
  });

  test('defines every colour that it uses', () => {
    const used = new Set([...page.matchAll(/var\((--[\w-]+)\)/g)].map(([, name]) => name ?? ''));
    for (const name of used) expect(page).toContain(` ${name}: #`);
  });

  test('has every layer and every part in tables', () => {
    const text = toHtml(makeReport([failingEntry]));
    expect(text).toContain('>person_detection/depthwise_conv_2d_5</th>');
    expect(text).toContain('9,980,928');
    expect(text).toContain('<td>55,296 B</td><td>54.0 KiB</td>');
    expect(text).toContain('All 10 layers');
  });

  test('folds what changed by layer and symbol since the base, with signs', () => {
    const report = makeReport([passingEntry, failingEntry]);
    const changed = report.models.map((model) => ({
      ...model,
      comparison: {
        kind: 'same-name' as const,
        source: 'rebuilt' as const,
        path: null,
        reason: null,
        layers: [
          {
            name: 'stem/<conv>',
            op: 'CONV_2D',
            state: 'changed' as const,
            cycles: 12_345,
            weightBytes: -64,
            liveBytes: 0,
          },
        ],
        symbols: [{ name: 'model_invoke', bytes: -1024 }],
      },
    }));
    const [first, ...rest] = toHtml({ ...report, models: changed }).split(
      'Layers and symbols against the base',
    );
    expect(rest).toHaveLength(2);
    expect(first).toMatch(/<details><summary>$/);
    expect(rest[0]).toContain(
      '<th scope="row" title="stem/&#60;conv&#62;">stem/&#60;conv&#62;</th><td>CONV_2D</td>',
    );
    expect(rest[0]).toContain('<td>changed</td><td>+12,345</td><td>\u221264</td><td>0</td>');
    expect(rest[0]).toContain('<th scope="row">model_invoke</th><td>\u22121,024</td>');
    expect(openElements(toHtml({ ...report, models: changed }))).toEqual([]);
    expect(toHtml(report)).not.toContain('against the base');
  });

  test('lets no number stand apart from its unit', () => {
    const body = toPage(mixedReport).replace(/<style>[\s\S]*?<\/style>/, '');
    const text = body.replaceAll(/<svg[\s\S]*?<\/svg>|<[^>]+>/g, '');
    expect(text.match(/\d\u00a0(?:KiB|B|ms|%|pp)/g)?.length).toBeGreaterThan(100);
    expect(text.match(/\d (?:KiB|MiB|B|ms|MHz|%|pp)(?!\w)/g)).toBeNull();
  });

  test('says where buffers share bytes', () => {
    const measurement = makeMeasurement({ name: 'a' });
    const [first, second] = measurement.arena;
    if (first === undefined || second === undefined) throw new Error('the fixture has buffers');
    const inPlace = { ...measurement, arena: [first, { ...second, offsetBytes: first.offsetBytes }] };
    const words = 'Where rectangles overlap, a layer works in place.';
    expect(toHtml(makeReport([makeEntry(inPlace)]))).toContain(words);
    expect(toHtml(makeReport([makeEntry(measurement)]))).not.toContain(words);
  });

  test('says what the plans that were considered take, and which was chosen', () => {
    const text = toHtml(makeReport([failingEntry]));
    expect(text).toContain('3 plans were considered');
    expect(text).toContain('Chosen for memory: 54.0 KiB, estimated 63.5 ms, simulated 63.7 ms.');
    expect(text).toContain('while layers 0 to 5 run row by row');
    expect(toHtml(makeReport([passingEntry]))).not.toContain('plans were considered');
  });

  test('shows where the cycles of a simulated inference went', () => {
    const text = toHtml(makeReport([failingEntry]));
    for (const [fact, value] of [
      ['instructions', '11,470,000'],
      ['cycles per instruction', '1.20'],
      ['error band', '±3.0 %'],
      ['D-cache stalls', '4.3 %'],
      ['mispredicted branches', '0.7 %'],
      ['dual-issued', '31.0 %'],
    ]) {
      expect(text).toContain(`<th scope="row">${fact}</th><td>${value}</td>`);
    }
    expect(text).toContain('Cycles, simulated');
    expect(text).toContain('The simulated run used 612 B of the stack.');
  });

  test('draws what a pull request changes or what fails, and says where the rest is drawn', () => {
    const drawings = (entry: ReportEntry, plots: 'all' | 'changed') =>
      toHtml(makeReport([entry]), { plots }).split('<figure>').length - 1;
    const [row] = makeReport([passingEntry]).models;
    const base = { kind: 'same-name', source: 'cache', path: null, reason: null, row: row ?? null } as const;
    const same = { ...passingEntry, base };
    expect(drawings(same, 'all')).toBe(4);
    expect(drawings(same, 'changed')).toBe(0);
    const text = toHtml(makeReport([same]), { plots: 'changed' });
    expect(text).toContain('mcunet report --report report.json --format html');
    expect(text).toContain('All 12 layers');
    if (row?.flash == null) throw new Error('the fixture is measured');
    const smaller = { ...row, flash: { ...row.flash, totalBytes: row.flash.totalBytes - 1 } };
    for (const entry of [passingEntry, { ...passingEntry, base: { ...base, row: smaller } }]) {
      expect(drawings(entry, 'changed')).toBe(4);
    }
    expect(
      drawings(
        { ...failingEntry, base: { ...base, row: makeReport([failingEntry]).models[0] ?? null } },
        'changed',
      ),
    ).toBe(5);
  });

  test('shows a model that failed, and why', () => {
    const text = toHtml(makeReport([passingEntry, makeFailedEntry('gesture-lstm')]));
    expect(text).toContain('gesture-lstm could not be verified');
    expect(text).toContain('<code>MODEL_OP_UNSUPPORTED</code>');
  });

  test('says which limit the picture of SRAM is over', () => {
    const text = toHtml(makeReport([makeEntry(makeMeasurement({ name: 'a' }), { sram: 16_384 })]));
    expect(text).toContain('limit 16 KiB');
    expect(toHtml(makeReport([overflowingEntry]))).toContain('over by 28 B');
  });

  test('escapes names', () => {
    const name = '"><script>alert(1)</script>&\u202e';
    const measurement = makeMeasurement({ name: 'a' });
    const layers = measurement.layers.map((layer) => ({ ...layer, name, op: name }));
    const arena = measurement.arena.map((block) => ({ ...block, name }));
    const entry = { ...makeEntry({ ...measurement, layers, arena }), name, path: name };
    const text = toHtml(makeReport([entry]));
    expect(text).not.toContain('<script');
    expect(text).not.toContain('\u202e');
    expect(openElements(text)).toEqual([]);
  });

  test('stays small and quick for a network of thousands of layers', () => {
    const rows = Array.from({ length: 5000 }, () => ['CONV_2D', [1, 4, 4, 8], 100, 100, 10] as const);
    const text = toHtml(makeReport([makeEntry(makeMeasurement({ name: 'deep', rows }))]));
    expect(text).toContain('Each column is the sum of 25 layers.');
    expect(text).toContain('The 3501 smallest are left out.');
    expect(text.length).toBeLessThan(4_000_000);
  });
});

describe('a history', () => {
  const rows = (count: number, model = 'keyword-spotting') =>
    Array.from({ length: count }, (_, index) => ({
      commit: index.toString(16).padStart(40, '0'),
      model,
      target: 'stm32f746',
      sramBytes: 12_000 + index,
      flashBytes: 60_000,
      latencyMs: 12.5,
      accuracy: null,
    }));

  test('is drawn for models of two commits or more, in the figures that they have', () => {
    const page = toHtml(mixedReport, { history: [...rows(5), ...rows(1, 'once')] });
    const section = page.slice(page.indexOf('id="history"'));
    expect(section.match(/<figure>/g)).toHaveLength(3);
    expect(section).toContain('58.6 KiB');
    expect(section).toContain('unchanged over 5 commits');
    expect(section).not.toContain('once');
    expect(toHtml(mixedReport, { history: rows(1) })).toBe(toHtml(mixedReport));
  });

  test('cannot break the page by its names', () => {
    const page = toHtml(mixedReport, { history: rows(3, '</p><script>alert(1)</script>') });
    expect(page).not.toContain('<script');
  });
});
