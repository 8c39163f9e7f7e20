/** Turns what a zod schema refuses into sentences with a path, and names the nearest of the known keys. */
import { distance } from 'fastest-levenshtein';
import { z } from 'zod';

type JsonSchema = Readonly<Record<string, unknown>>;

export type PathSegment = string | number;

export type SchemaProblem = {
  readonly path: readonly PathSegment[];
  /** What is wrong at the path: the key itself, or its value. */
  readonly part: 'key' | 'value';
  readonly message: string;
};

/** One problem for each issue of a schema with a value, and one for each unknown key. */
export function describeIssues(
  issues: readonly z.core.$ZodIssue[],
  value: unknown,
  schema: z.ZodType,
): readonly SchemaProblem[] {
  const json = z.toJSONSchema(schema, { io: 'input' });
  return issues.flatMap((issue) => describeIssue(issue, [], value, json));
}

function describeIssue(
  issue: z.core.$ZodIssue,
  above: readonly PathSegment[],
  value: unknown,
  schema: JsonSchema,
): readonly SchemaProblem[] {
  const below = issue.path.filter((segment): segment is PathSegment => typeof segment !== 'symbol');
  const path = [...above, ...below];
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(schema, path);
    return issue.keys.map((key) => ({
      path: [...path, key],
      part: 'key',
      message: unknownKeyWords(key, known),
    }));
  }
  const meant = issue.code === 'invalid_union' ? meantAlternative(issue) : undefined;
  if (meant !== undefined) return meant.flatMap((inner) => describeIssue(inner, path, value, schema));
  return [{ path, part: 'value', message: issueWords(issue, valueAt(value, path)) }];
}

/** What is wrong with the alternative whose kind of value was given, where the union has no words of its own. */
function meantAlternative(issue: z.core.$ZodIssueInvalidUnion): readonly z.core.$ZodIssue[] | undefined {
  if (!issue.message.startsWith('Invalid input')) return undefined;
  return issue.errors.find((issues) =>
    issues.every(({ code, path }) => path.length > 0 || !['invalid_type', 'invalid_value'].includes(code)),
  );
}

/** `models[0].budgets.latency`; the empty text for the whole. */
export function pathText(path: readonly PathSegment[]): string {
  return path
    .map((segment) => (typeof segment === 'number' ? `[${segment}]` : `.${segment.slice(0, 60)}`))
    .join('')
    .replace(/^\./, '');
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
