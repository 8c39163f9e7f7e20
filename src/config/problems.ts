/** Places what the schema refuses in the text of the configuration. */
import type { z } from 'zod';
import { describeIssues, type PathSegment, pathText } from '../base/index.ts';
import type { ConfigProblem } from './failures.ts';
import type { YamlText } from './yaml-text.ts';

/** One problem for each issue, and one for each unknown key. */
export function placeIssues(
  issues: readonly z.core.$ZodIssue[],
  yaml: YamlText,
  schema: z.ZodType,
): readonly ConfigProblem[] {
  return describeIssues(issues, yaml.value, schema).map(({ path, part, message }) =>
    problemAt(yaml, path, part, message),
  );
}

export function problemAt(
  yaml: YamlText,
  path: readonly PathSegment[],
  part: 'key' | 'value',
  message: string,
): ConfigProblem {
  return { path: pathText(path) || 'the configuration', ...yaml.placeOf(path, part), message };
}
