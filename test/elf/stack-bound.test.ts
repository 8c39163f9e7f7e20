/** Stack bounds over GCC's call graphs: sums along the deepest chain, and findings instead of guesses. */
import { describe, expect, test } from 'vitest';
import { boundStack, describeFinding, readCallGraph } from '../../src/elf/index.ts';

/** A unit as GCC 12.2 writes it. */
function unit(file: string, lines: readonly string[]): string {
  return `graph: { title: "${file}"\n${lines.join('\n')}\n}\n`;
}
const defined = (id: string, bytes: number, kind = 'static'): string =>
  `node: { title: "${id}" label: "${id.split(':').at(-1)}\\na.c:1:2\\n${bytes} bytes (${kind})" }`;
const declared = (id: string): string => `node: { title: "${id}" label: "${id}\\na.h:1:2" shape : ellipse }`;
const call = (source: string, target: string): string =>
  `edge: { sourcename: "${source}" targetname: "${target}" label: "a.c:3:4" }`;

const wordsFor = (root: string, ...texts: string[]): readonly string[] =>
  boundStack(readCallGraph(texts), root).findings.map(describeFinding);

test('adds the frames of the deepest chain, across units and through static functions', () => {
  const first = unit('a.c', [
    defined('main', 16),
    declared('far'),
    defined('a.c:near', 40),
    call('main', 'far'),
    call('main', 'a.c:near'),
  ]);
  const second = unit('b.c', [
    defined('far', 8),
    defined('b.c:near', 100, 'dynamic,bounded'),
    call('far', 'b.c:near'),
  ]);
  const bound = boundStack(readCallGraph([first, second]), 'main');
  expect(bound).toEqual({
    bytes: 124,
    chain: [
      { symbol: 'main', frameBytes: 16 },
      { symbol: 'far', frameBytes: 8 },
      { symbol: 'near', frameBytes: 100 },
    ],
    findings: [],
  });
});

test('a function that is called many times is visited once', () => {
  const lines = [defined('f0', 8)];
  for (let level = 1; level <= 60; level++) {
    lines.push(defined(`f${level}`, 8), defined(`g${level}`, 16));
    lines.push(
      call(`f${level}`, `f${level - 1}`),
      call(`f${level}`, `g${level}`),
      call(`g${level}`, `f${level - 1}`),
    );
  }
  expect(boundStack(readCallGraph([unit('a.c', lines)]), 'f60').bytes).toBe(60 * 24 + 8);
});

describe('reports', () => {
  test('recursion, with the functions of the cycle', () => {
    const text = unit('a.c', [
      defined('main', 8),
      defined('even', 8),
      defined('odd', 8),
      call('main', 'even'),
      call('even', 'odd'),
      call('odd', 'even'),
    ]);
    expect(wordsFor('main', text)).toEqual(['recursion through even, odd']);
  });

  test('each function that calls through a pointer', () => {
    const text = unit('a.c', [
      defined('main', 8),
      defined('other', 8),
      'node: { title: "__indirect_call" label: "Indirect Call Placeholder" shape : ellipse }',
      call('main', 'other'),
      call('main', '__indirect_call'),
      call('other', '__indirect_call'),
    ]);
    expect(wordsFor('main', text)).toEqual(['other calls through a pointer', 'main calls through a pointer']);
  });

  test('library functions that nobody compiled here, by name', () => {
    const text = unit('a.c', [
      defined('main', 8),
      'node: { title: "__aeabi_ldivmod" label: "__aeabi_ldivmod\\n<built-in>" shape : ellipse }',
      'edge: { sourcename: "main" targetname: "__aeabi_ldivmod" }',
    ]);
    expect(wordsFor('main', text)).toEqual(['__aeabi_ldivmod, called by main, has no stack information']);
  });

  test('frames that grow at run time', () => {
    const text = unit('a.c', [defined('main', 8), defined('grow', 16, 'dynamic'), call('main', 'grow')]);
    expect(wordsFor('main', text)).toEqual(['grow has a frame whose size is known at run time only']);
  });

  test('a root that does not exist', () => {
    expect(wordsFor('Reset_Handler', unit('a.c', [defined('main', 8)]))).toEqual([
      'Reset_Handler has no stack information',
    ]);
  });
});

test('does not pass over a line that it cannot read', () => {
  expect(() => readCallGraph([unit('a.c', ['cluster: { }'])])).toThrowError(/cannot read this line.*cluster/);
});
