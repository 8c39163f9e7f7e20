/** Turns what the schema refuses into sentences with a place, and names the nearest of the known keys. */
import { distance } from 'fastest-levenshtein';
import type { z } from 'zod';
import type { ConfigProblem } from './failures.ts';
import type { PathSegment, YamlText } from './yaml-text.ts';

type JsonSchema = Readonly<Record<string, unknown>>;

/** One problem for each issue, and one for each unknown key. */
export function describeIssues(
  issues: readonly z.core.$ZodIssue[],
  yaml: YamlText,
  schema: JsonSchema,
): readonly ConfigProblem[] {
  return issues.flatMap((issue) => {
    const path = issue.path.filter((segment): segment is PathSegment => typeof segment !== 'symbol');
    if (issue.code !== 'unrecognized_keys')
      return [problemAt(yaml, path, 'value', issueWords(issue, valueAt(yaml.value, path)))];
    const known = knownKeys(schema, path);
    return issue.keys.map((key) => problemAt(yaml, [...path, key], 'key', unknownKeyWords(key, known)));
  });
}

export function problemAt(
  yaml: YamlText,
  path: readonly PathSegment[],
  part: 'key' | 'value',
  message: string,
): ConfigProblem {
  return { path: pathText(path), ...yaml.placeOf(path, part), message };
}

/** `models[0].budgets.latency`. */
function pathText(path: readonly PathSegment[]): string {
  const text = path
    .map((segment) => (typeof segment === 'number' ? `[${segment}]` : `.${segment.slice(0, 60)}`))
    .join('')
    .replace(/^\./, '');
  return text === '' ? 'the configuration' : text;
}

function issueWords(issue: z.core.$ZodIssue, value: unknown): string {
  if (value === undefined && issue.code !== 'custom') return 'is missing';
  if (issue.code === 'invalid_value') {
    const allowed = issue.values.map(String);
    return `expected one of ${allowed.join(', ')}${suggestion(String(value), allowed)}`;
  }
  if (issue.code === 'invalid_type' && issue.message.startsWith('Invalid input'))
    return `expected ${typeWords(issue.expected)}, found ${typeWords(typeOf(value))}`;
  return issue.message;
}

function unknownKeyWords(key: string, known: readonly string[]): string {
  const shown = JSON.stringify(key.slice(0, 60));
  if (known.length === 0) return `unknown key ${shown}: nothing is allowed here in this version`;
  return `unknown key ${shown}${suggestion(key, known)}: known are ${known.join(', ')}`;
}

/** The nearest name, where it is near enough to have been meant. */
function suggestion(word: string, known: readonly string[]): string {
  const short = word.slice(0, 60).toLowerCase();
  const [nearest] = known
    .map((name) => ({ name, edits: distance(short, name.toLowerCase()) }))
    .sort((a, b) => a.edits - b.edits);
  const near = nearest !== undefined && nearest.edits <= Math.max(2, Math.ceil(nearest.name.length / 3));
  return near ? `, did you mean ${nearest.name}?` : '';
}

/** Keys that the JSON Schema allows at a path; of alternatives, the keys of all. */
function knownKeys(schema: JsonSchema, path: readonly PathSegment[]): readonly string[] {
  let places: readonly JsonSchema[] = alternatives(schema);
  for (const segment of path) {
    places = places.flatMap((place) => alternatives(childSchema(place, segment)));
  }
  return [...new Set(places.flatMap((place) => Object.keys((place.properties as JsonSchema) ?? {})))];
}

function alternatives(schema: JsonSchema): readonly JsonSchema[] {
  const choices = [schema.oneOf, schema.anyOf].flatMap((list) => (list as readonly JsonSchema[]) ?? []);
  return [schema, ...choices.flatMap(alternatives)];
}

function childSchema(schema: JsonSchema, segment: PathSegment): JsonSchema {
  if (typeof segment === 'number') return (schema.items as JsonSchema) ?? {};
  return ((schema.properties as JsonSchema)?.[segment] as JsonSchema) ?? {};
}

function valueAt(root: unknown, path: readonly PathSegment[]): unknown {
  return path.reduce<unknown>(
    (value, segment) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, segment)
        ? (value as Readonly<Record<PathSegment, unknown>>)[segment]
        : undefined,
    root,
  );
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

function typeWords(type: string): string {
  const words: Readonly<Record<string, string>> = {
    array: 'a list',
    object: 'a mapping',
    record: 'a mapping',
    string: 'a text',
    number: 'a number',
    null: 'nothing',
    boolean: 'true or false',
  };
  return words[type] ?? type;
}
