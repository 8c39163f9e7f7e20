/** Holds the house to its plan: who may import whom, through which door, how pure, how large. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { describe, expect, test } from 'vitest';

const source = join(import.meta.dirname, '../src');

type Room = { readonly pure: boolean; readonly mayImport: readonly string[] };

const upToReport = [
  'base',
  'target',
  'config',
  'model',
  'graph',
  'search',
  'quantisation',
  'supernet',
  'kernels',
  'schedule',
  'cost',
  'code',
  'firmware',
  'simulator',
  'evaluation',
  'board',
  'measurement',
  'proposal',
  'report',
];

/** The plan: rooms from the ground floor up, and what each may import. */
const rooms: Readonly<Record<string, Room>> = {
  base: { pure: true, mayImport: [] },
  target: { pure: true, mayImport: ['base'] },
  config: { pure: true, mayImport: ['base', 'target', 'search'] },
  model: { pure: true, mayImport: ['base'] },
  graph: { pure: true, mayImport: ['base', 'model'] },
  search: { pure: true, mayImport: ['base', 'model'] },
  reference: { pure: true, mayImport: ['base', 'graph'] },
  kernels: { pure: true, mayImport: ['base', 'graph', 'target'] },
  schedule: { pure: true, mayImport: ['base', 'graph', 'kernels', 'target'] },
  quantisation: { pure: true, mayImport: ['base', 'model', 'graph'] },
  supernet: { pure: true, mayImport: ['base', 'model', 'quantisation', 'search'] },
  cost: { pure: true, mayImport: ['base', 'graph', 'model', 'schedule', 'target'] },
  code: { pure: true, mayImport: ['base', 'graph', 'kernels', 'schedule', 'target'] },
  elf: { pure: true, mayImport: ['base'] },
  firmware: { pure: false, mayImport: ['base', 'code', 'elf', 'target'] },
  simulator: { pure: true, mayImport: ['base', 'elf', 'target'] },
  evaluation: { pure: false, mayImport: ['base', 'model', 'graph', 'kernels', 'code', 'target'] },
  board: { pure: false, mayImport: ['base'] },
  measurement: {
    pure: true,
    mayImport: ['base', 'config', 'graph', 'schedule', 'firmware', 'simulator', 'evaluation', 'target'],
  },
  proposal: { pure: true, mayImport: ['base', 'graph', 'schedule', 'target'] },
  report: { pure: true, mayImport: ['base', 'measurement', 'proposal', 'search'] },
  pipeline: { pure: false, mayImport: upToReport },
  host: { pure: false, mayImport: ['base'] },
  github: { pure: false, mayImport: ['base', 'report'] },
  cli: { pure: false, mayImport: [...upToReport, 'pipeline', 'host', 'github'] },
  action: { pure: false, mayImport: [...upToReport, 'pipeline', 'host', 'github'] },
};

/** Rooms that may know the environment: the edges. */
const edges = new Set(['cli', 'action', 'host']);

const files = readdirSync(source, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
  .map((entry) => join(entry.parentPath, entry.name).slice(source.length + 1))
  .sort();

const texts = new Map(files.map((file) => [file, readFileSync(join(source, file), 'utf8')]));
const roomOf = (file: string): string => file.split('/')[0] ?? '';

type Import = { readonly from: string; readonly specifier: string };

const imports: readonly Import[] = files.flatMap((file) =>
  [...(texts.get(file) ?? '').matchAll(/(?:^|\n)\s*(?:import|export)\s[^;]*?from\s+'([^']+)'/g)].map(
    ([, specifier = '']) => ({ from: file, specifier }),
  ),
);

const crossings = imports
  .filter(({ specifier }) => specifier.startsWith('.'))
  .map(({ from, specifier }) => ({ from, to: posix.join(posix.dirname(from), specifier) }))
  .filter(({ from, to }) => roomOf(from) !== roomOf(to));

describe('rooms', () => {
  test('every folder of src is a room of the plan, with a door', () => {
    for (const file of files) expect(Object.keys(rooms), file).toContain(roomOf(file));
    for (const room of new Set(files.map(roomOf))) {
      const door = edges.has(room) && room !== 'host' ? `${room}/main.ts` : `${room}/index.ts`;
      expect(files).toContain(door);
    }
  });

  test('imports between rooms exist, go through a door, and run down the plan', () => {
    expect(crossings.length).toBeGreaterThan(50);
    const wrongDoor = crossings.filter(({ to }) => to !== `${roomOf(to)}/index.ts`);
    expect(wrongDoor).toEqual([]);
    const uphill = crossings.filter(({ from, to }) => !rooms[roomOf(from)]?.mayImport.includes(roomOf(to)));
    expect(uphill).toEqual([]);
  });

  test('nothing outside src is imported by path', () => {
    expect(crossings.filter(({ to }) => to.startsWith('..'))).toEqual([]);
  });

  test('pure rooms use no machine, no clock, no unseeded randomness', () => {
    const impure = /\bprocess\.|\bDate\.now|\bnew Date\(\)|\bMath\.random|\bperformance\.|\bsetTimeout/;
    const pureFiles = files.filter((file) => rooms[roomOf(file)]?.pure && !file.endsWith('.generated.ts'));
    expect(pureFiles.length).toBeGreaterThan(20);
    for (const file of pureFiles) expect(withoutComments(texts.get(file) ?? ''), file).not.toMatch(impure);
    const machine = imports.filter(
      ({ from, specifier }) => rooms[roomOf(from)]?.pure && /^(node:|@actions\/|@octokit\/)/.test(specifier),
    );
    expect(machine).toEqual([]);
  });

  test('only the edges read the environment', () => {
    for (const file of files) {
      if (edges.has(roomOf(file)) || file.endsWith('.generated.ts')) continue;
      expect(withoutComments(texts.get(file) ?? ''), file).not.toMatch(/\bprocess\.(env|argv|cwd)/);
    }
  });
});

describe('size', () => {
  test('no file is over 300 lines, and each begins with a sentence about itself', () => {
    for (const file of files) {
      if (file.endsWith('.generated.ts')) continue;
      const text = texts.get(file) ?? '';
      expect(text.split('\n').length - 1, file).toBeLessThanOrEqual(300);
      expect(text.startsWith('/**') || text.startsWith('#!'), `${file} has no head comment`).toBe(true);
    }
  });
});

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/(^|\s)\/\/.*$/gm, '');
}
