/** The report as a reader sees it: through parsers of GitHub-flavoured Markdown, with names of the worst kind. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Failure } from '../../src/base/index.ts';
import {
  explainLayer,
  type Report,
  toMarkdown,
  underWaivers,
  waiverSentence,
} from '../../src/report/index.ts';
import { hostileName } from '../support/hostile-names.ts';
import { hasCmark, linkable, linkableWords, parsers, structure } from '../support/markdown-parsers.ts';
import { failingEntry, makeFailedEntry, makeReport, passingEntry } from '../support/report-fixture.ts';

const until = '2026-01-08T00:00:00Z';

/** Every place where words from outside stand, with the names given in turn. */
function reportNaming(names: readonly string[]): Report {
  let used = 0;
  const next = () => names[used++ % names.length] ?? '';
  const failure = new Failure({
    code: 'MODEL_BROKEN',
    kind: 'model',
    message: next(),
    where: next(),
    hint: next(),
  });
  const broken = { ...makeFailedEntry('x', failure), name: next(), path: next() };
  const report = makeReport([failingEntry, passingEntry, broken]);
  const models = report.models.map((model) => ({
    ...model,
    name: next(),
    path: next(),
    target: next(),
    layers: model.layers.slice(0, 4).map((layer) => ({ ...layer, name: next(), op: next().slice(0, 100) })),
    largestSymbols: model.largestSymbols.slice(0, 2).map((symbol) => ({ ...symbol, name: next() })),
    deepestStack: model.deepestStack.map((frame) => ({ ...frame, symbol: next() })),
    toolchain: model.toolchain && { ...model.toolchain, compiler: next() },
    comparison: {
      kind: 'renamed' as const,
      source: 'rebuilt' as const,
      path: next(),
      reason: next(),
      layers: [
        { name: next(), op: next(), state: 'changed' as const, cycles: 1, weightBytes: 1, liveBytes: 1 },
      ],
      symbols: [{ name: next(), bytes: 1 }],
    },
  }));
  const revision = {
    head: 'c0ffee'.padEnd(40, '0'),
    base: null,
    reason: next(),
    limitEdits: [{ model: next(), limit: 'budgets.sram', from: null, to: 1 }],
    deleted: [{ name: next(), path: next() }],
    isBoardWithheld: true,
  };
  const waiver = { metric: 'latency' as const, by: next(), until, reason: next() };
  return underWaivers({ ...report, revision, models }, [waiver]);
}

const namesInReport = 60;
const harmless = reportNaming(Array.from({ length: namesInReport }, (_, index) => `conv${index}`));

test('cmark-gfm is there wherever this must run', ({ skip }) => {
  if (!hasCmark && process.env.CI !== 'true') skip('apt-get install cmark-gfm');
  expect(hasCmark).toBe(true);
});

describe.each(parsers)('through %s', (_name, toHtml) => {
  test('it is seen what a name could do', () => {
    const hostile = '| a |\n|---|\n| <b>@octocat</b> https://evil.test ![x](y) |\n';
    expect(structure(toHtml(hostile))).toMatch(
      /<table>[\s\S]*<b>[\s\S]*<a href="https:\/\/evil.test">[\s\S]*<img/,
    );
    expect(linkableWords(toHtml(hostile))).toMatch(linkable);
    const page = structure(toHtml(toMarkdown(harmless)));
    expect(page.match(/<table>/g)?.length).toBeGreaterThan(10);
    expect(page.match(/<details>/g)?.length).toBeGreaterThan(2);
    expect(page).not.toMatch(/<a |<img/);
  });

  test('10,000 hostile names of models, tensors and files change nothing but the words', () => {
    const expected = structure(toHtml(toMarkdown(harmless)));
    const names = fc.sample(hostileName, { numRuns: 10_000, seed: 7 });
    expect(new Set(names).size).toBeGreaterThan(9000);
    let shown = 0;
    for (const batch of inBatches(names, namesInReport)) {
      const html = toHtml(toMarkdown(reportNaming(batch)));
      expect(structure(html), JSON.stringify(batch)).toBe(expected);
      expect(linkableWords(html)).not.toMatch(linkable);
      shown += batch.length;
    }
    expect(shown).toBe(10_000);
  }, 300_000);

  test('the same in answers to commands', () => {
    const expected = structure(toHtml(answersNaming(Array.from({ length: 25 }, () => 'conv'))));
    for (const batch of inBatches(fc.sample(hostileName, { numRuns: 1000, seed: 8 }), 25)) {
      const html = toHtml(answersNaming(batch));
      expect(structure(html), JSON.stringify(batch)).toBe(expected);
      expect(linkableWords(html)).not.toMatch(linkable);
    }
  }, 120_000);
});

function inBatches(names: readonly string[], size: number): readonly (readonly string[])[] {
  const count = Math.ceil(names.length / size);
  return Array.from({ length: count }, (_, index) => names.slice(index * size, (index + 1) * size));
}

/** Answers one below the other. */
function answersNaming(names: readonly string[]): string {
  const answers = names.flatMap((name) => [
    explainLayer(reportNaming([name]), name),
    explainLayer(harmless, `${name}absent`),
    waiverSentence({ metric: 'sram', until, by: name, reason: name }),
  ]);
  return answers.join('\n\n');
}
