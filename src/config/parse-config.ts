/** `mcunet.yml` from text to plain numbers, with everything that is wrong with it said at once. */
import { z } from 'zod';
import { Failure } from '../base/index.ts';
import { findTarget } from '../target/index.ts';
import { type ConfigProblem, configInvalid } from './failures.ts';
import { placeIssues, problemAt } from './problems.ts';
import { configSchema } from './schema.ts';
import type { Config } from './types.ts';
import { readYaml, type YamlText } from './yaml-text.ts';

/**
 * Reads a configuration.
 *
 * @param path of the file, for messages
 * @throws Failure `CONFIG_SYNTAX`, `CONFIG_TOO_LARGE`, or `CONFIG_INVALID` with every problem, its configuration path
 *   and its line and column
 */
export function parseConfig(text: string, path: string): Config {
  const yaml = readYaml(text, path);
  const result = configSchema.safeParse(yaml.value ?? {});
  const problems = [
    ...(result.success ? [] : placeIssues(result.error.issues, yaml, configSchema)),
    ...nothingToDo(yaml),
    ...targetProblems(yaml),
    ...repeatedNames(yaml),
    ...limitsWithoutDataset(yaml),
  ].sort((a, b) => a.line - b.line || a.column - b.column);
  if (!result.success || problems.length > 0) throw configInvalid(path, problems);
  return result.data;
}

/** The JSON Schema of `mcunet.yml` as it is written, draft 2020-12, for completion in editors. */
export function configJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(configSchema, { io: 'input' });
  return { ...schema, title: 'mcunet.yml', $id: 'mcunet.schema.json' };
}

/** Entries of a list in a mapping, whatever else is wrong with either. */
function entriesOf(value: unknown, key: string): readonly unknown[] {
  const list: unknown = (value as Readonly<Record<string, unknown>> | null | undefined)?.[key];
  return Array.isArray(list) ? list : [];
}

/** A configuration is for models, for a search, or for both. */
function nothingToDo(yaml: YamlText): readonly ConfigProblem[] {
  const written = yaml.value as Readonly<Record<string, unknown>> | null | undefined;
  const { models = [], search } = written ?? {};
  if (search !== undefined || !Array.isArray(models) || models.length > 0) return [];
  return [problemAt(yaml, ['models'], 'value', 'name at least one model, or what to search')];
}

function targetProblems(yaml: YamlText): readonly ConfigProblem[] {
  const names = entriesOf(yaml.value, 'targets');
  const searched: unknown = (yaml.value as { search?: { target?: unknown } | null } | null)?.search?.target;
  return [
    ...names.flatMap((name, index) =>
      typeof name === 'string' && names.indexOf(name) < index
        ? [problemAt(yaml, ['targets', index], 'value', `${name} is listed twice`)]
        : unknownTarget(yaml, name, ['targets', index]),
    ),
    ...unknownTarget(yaml, searched, ['search', 'target']),
  ];
}

function unknownTarget(
  yaml: YamlText,
  name: unknown,
  place: readonly (string | number)[],
): readonly ConfigProblem[] {
  if (typeof name !== 'string') return [];
  try {
    findTarget(name);
    return [];
  } catch (cause) {
    if (!(cause instanceof Failure)) throw cause;
    const hint = cause.hint === undefined ? '' : ` (${cause.hint})`;
    return [problemAt(yaml, place, 'value', `${cause.message}${hint}`)];
  }
}

function repeatedNames(yaml: YamlText): readonly ConfigProblem[] {
  const firstWithName = new Map<string, number>();
  return entriesOf(yaml.value, 'models').flatMap((model, index) => {
    const name: unknown = (model as { name?: unknown } | null)?.name;
    if (typeof name !== 'string') return [];
    // Outputs go to a folder of this name, and not every file system tells upper from lower case.
    const first = firstWithName.get(name.toLowerCase());
    if (first === undefined) {
      firstWithName.set(name.toLowerCase(), index);
      return [];
    }
    const { line } = yaml.placeOf(['models', first, 'name'], 'value');
    const words = `"${name.slice(0, 80)}" is also the name of models[${first}] (line ${line})`;
    return [problemAt(yaml, ['models', index, 'name'], 'value', words)];
  });
}

function limitsWithoutDataset(yaml: YamlText): readonly ConfigProblem[] {
  return entriesOf(yaml.value, 'models').flatMap((entry, index) => {
    const model = entry as Readonly<Record<string, { accuracy?: unknown } | null | undefined>> | null;
    if (model === null || (model.dataset !== undefined && model.dataset !== null)) return [];
    return ['budgets', 'regression']
      .filter((key) => model[key]?.accuracy !== undefined)
      .map((key) =>
        problemAt(
          yaml,
          ['models', index, key, 'accuracy'],
          'key',
          'accuracy cannot be measured without a dataset; add one to this model',
        ),
      );
  });
}
