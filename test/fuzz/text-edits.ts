/** Damage to text of numbers, names and brackets: JSON, tables, headers of arrays. One character is one byte. */
import { at } from '../../src/base/index.ts';
import type { StructureEditor } from './flatbuffer-edits.ts';

const odd = [
  '0',
  '-1',
  '1',
  '2',
  '3',
  '1.5',
  '-0',
  '1e9',
  '1e308',
  '1e999',
  '9007199254740993',
  '4294967296',
  '2147483648',
  '65536',
  'null',
  'true',
  '""',
  '"x"',
  '[]',
  '{}',
  '[3]',
  '[1e9,1e9]',
  '"__proto__"',
  '{"__proto__":1}',
  'NaN',
  'Infinity',
  '\n',
  ',',
  '"',
  '\ufeff',
  '\u0000',
  '-',
  "'",
  '(1,)',
  '0x10',
  '"\\ud800"',
  '999999999999999999999999',
] as const;
const tokens = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|"(?:[^"\\]|\\.)*"|'[^']*'|[A-Za-z]+|[[\]{}(),:\n]/g;

function isNumber(token: string): boolean {
  return /^-?\d/.test(token);
}

/** Makes copies of a text with one to four edits to its tokens. */
export function textEditor(text: string): StructureEditor {
  const places = [...text.matchAll(tokens)].map(({ index, 0: token }) => ({ index, token }));
  const numbers = places.filter(({ token }) => isNumber(token));
  return (random) => {
    const pick = <T>(values: ArrayLike<T>): T => at(values, random(values.length));
    const changes = Array.from({ length: 1 + random(random(2) === 0 ? 1 : 4) }, () => {
      const place = pick(random(2) === 0 && numbers.length > 0 ? numbers : places);
      const other = pick(places).token;
      const { token } = place;
      const nested = `${'['.repeat(1000)}${']'.repeat(1000)}`;
      const doubled = String(Number(token) * pick([2, 10, 1000, -1]));
      const replacements = [
        pick(odd),
        pick(odd),
        pick(odd),
        other,
        '',
        `${token}${token}`,
        `${token},${token}`,
        nested,
        isNumber(token) ? doubled : other,
        isNumber(token) ? String(Number(token) + 1) : other,
      ];
      return { ...place, replacement: pick(replacements) };
    });
    let edited = text;
    for (const { index, token, replacement } of changes.toSorted((a, b) => b.index - a.index))
      edited = edited.slice(0, index) + replacement + edited.slice(index + token.length);
    return { kind: 'changed tokens', bytes: latin1(edited) };
  };
}

/** What does not fit a byte loses its upper half. */
export function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0) & 0xff);
}

export function fromLatin1(bytes: Uint8Array): string {
  let text = '';
  for (let start = 0; start < bytes.length; start += 4096)
    text += String.fromCharCode(...bytes.subarray(start, start + 4096));
  return text;
}
