/** YAML as untrusted text: bounded in size, depth and aliases, with the place of every value kept. */
import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
} from 'yaml';
import type { Failure, PathSegment } from '../base/index.ts';
import { configSyntax, configTooLarge } from './failures.ts';

const longestText = 256 * 1024;
const deepestNesting = 16;
const mostAliases = 50;

type Place = { readonly line: number; readonly column: number };

export type YamlText = {
  /** Plain values: objects, arrays, strings, numbers, booleans, null. */
  readonly value: unknown;
  /** Where a value stands, or its key, or the nearest of its parents that exists. */
  placeOf(path: readonly PathSegment[], part: 'key' | 'value'): Place;
};

/** Throws `CONFIG_SYNTAX` or `CONFIG_TOO_LARGE`. */
export function readYaml(text: string, file: string): YamlText {
  if (text.length > longestText) throw configTooLarge(file, `longer than ${longestText} characters`);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true });
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const [problem] = [...document.errors, ...document.warnings];
  if (problem?.code === 'RESOURCE_EXHAUSTION') throw tooDeep(file);
  if (problem !== undefined) throw configSyntax(file, placeAt(problem.pos[0]), problem.message);
  if (nestsDeeper(document.contents, deepestNesting)) throw tooDeep(file);
  return {
    value: plainValue(document, file, placeAt(0)),
    placeOf: (path, part) => placeAt(offsetOf(document, path, part)),
  };
}

function tooDeep(file: string): Failure {
  return configTooLarge(file, `nested deeper than ${deepestNesting} levels`);
}

function nestsDeeper(node: unknown, levels: number): boolean {
  if (levels === 0) return true;
  if (isMap(node)) return node.items.some((pair) => nestsDeeper(pair.value, levels - 1));
  return isSeq(node) && node.items.some((item) => nestsDeeper(item, levels - 1));
}

/** Aliases multiply what a text stands for, and one that is not defined stands for nothing. */
function plainValue(document: Document, file: string, start: Place): unknown {
  try {
    return document.toJS({ maxAliasCount: mostAliases });
  } catch (cause) {
    if (!(cause instanceof ReferenceError)) throw cause;
    if (cause.message.startsWith('Unresolved alias')) throw configSyntax(file, start, cause.message);
    throw configTooLarge(file, cause.message);
  }
}

function offsetOf(document: Document, path: readonly PathSegment[], part: 'key' | 'value'): number {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const [position, segment] of path.entries()) {
    const wantsKey = part === 'key' && position === path.length - 1;
    const child = childOf(isAlias(node) ? node.resolve(document) : node, segment);
    if (child === undefined) return offset;
    offset = (wantsKey ? startOf(child.key) : startOf(child.value)) ?? startOf(child.key) ?? offset;
    node = child.value;
  }
  return offset;
}

function childOf(node: unknown, segment: PathSegment): { key: unknown; value: unknown } | undefined {
  if (isMap(node)) {
    const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(segment));
    return pair === undefined ? undefined : { key: pair.key, value: pair.value };
  }
  const item: unknown = isSeq(node) && typeof segment === 'number' ? node.items[segment] : undefined;
  return item === undefined ? undefined : { key: item, value: item };
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? (node as Node).range?.[0] : undefined;
}
