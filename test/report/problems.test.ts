/** What stands in the way of a model, operator by operator, in every rendering of a report. */
import { describe, expect, test } from 'vitest';
import { Failure } from '../../src/base/index.ts';
import { parseReport, toHtml, toJson, toMarkdown, toTerminalTable } from '../../src/report/index.ts';
import { makeFailedEntry, makeReport } from '../support/report-fixture.ts';

const hint = 'use relu6 instead, and train again';

function reportOf(count: number, name = 'dense/Gelu') {
  const problems = Array.from({ length: count }, (_, operator) => ({
    operator,
    kind: count === 2 ? 'GELU' : `KIND_${operator}`,
    name,
    reason: 'no kernel for it',
    hint,
  }));
  const message = `${count} operators are not supported`;
  const failure = new Failure({ code: 'MODEL_OP_UNSUPPORTED', kind: 'model', message, problems });
  return makeReport([makeFailedEntry('net', failure)]);
}

describe('operators that are in the way', () => {
  test.each([
    ['a terminal', toTerminalTable, 'GELU at operators 0 "dense/Gelu", 1 "dense/Gelu": no kernel for it.'],
    ['Markdown', toMarkdown, '  - `GELU` at operators 0 "dense/Gelu", 1 "dense/Gelu": no kernel for it.'],
    [
      'HTML',
      toHtml,
      '<code>GELU</code> at operators 0 &#34;dense/Gelu&#34;, 1 &#34;dense/Gelu&#34;: no kernel',
    ],
  ])('on %s: each kind once, with places, the reason and what to do', (_, render, words) => {
    const text = render(reportOf(2));
    expect(text).toContain('2 operators are not supported');
    expect(text).toContain(words);
    expect(text).toContain(`To do: ${hint}.`);
  });

  test('in JSON: as data, which older reports lack', () => {
    const text = toJson(reportOf(2));
    const place = 'operators 0 "dense/Gelu", 1 "dense/Gelu"';
    const problems = [{ kind: 'GELU', place, reason: 'no kernel for it', hint }];
    expect(parseReport(text).models[0]?.error?.problems).toEqual(problems);
    const older = JSON.parse(text);
    delete older.models[0].error.problems;
    expect(parseReport(JSON.stringify(older)).models[0]?.error?.problems).toEqual([]);
  });

  test('fit a comment however many they are, and the rest is counted', () => {
    const text = toMarkdown(reportOf(200, 'a/long/name/'.repeat(5)), { maxBytes: 8000 });
    expect(new TextEncoder().encode(text).length).toBeLessThanOrEqual(8000);
    expect(text).toMatch(/KIND_0.*\d+ further reasons are in the report files\./s);
  });

  test('have names that can do nothing', () => {
    const report = reportOf(2, '<img src=x onerror=alert(1)> [x](http://y) @someone');
    expect(toHtml(report)).not.toContain('<img');
    expect(toMarkdown(report)).not.toMatch(/<img|\]\(http|@someone/);
  });
});
