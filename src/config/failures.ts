/** Everything that can be wrong with a configuration, with its place in the file. */
import { Failure } from '../base/index.ts';

/** One thing that is wrong: where in the configuration, where in the file, what. Lines and columns count from 1. */
export type ConfigProblem = {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
};

/** All problems at once, as one failure whose `data.problems` lists them. */
export function configInvalid(file: string, problems: readonly ConfigProblem[]): Failure {
  const [only] = problems;
  const single = problems.length === 1 && only !== undefined;
  return new Failure({
    code: 'CONFIG_INVALID',
    kind: 'usage',
    message: single ? only.message : `${problems.length} problems: ${problems.map(problemLine).join('; ')}`,
    where: single ? `${file}:${only.line}:${only.column}: ${only.path}` : file,
    data: { problems },
  });
}

function problemLine({ path, line, column, message }: ConfigProblem): string {
  return `${line}:${column} ${path}: ${message}`;
}

export function configSyntax(
  file: string,
  { line, column }: { readonly line: number; readonly column: number },
  message: string,
): Failure {
  return new Failure({
    code: 'CONFIG_SYNTAX',
    kind: 'usage',
    message: `not valid YAML: ${message}`,
    where: `${file}:${line}:${column}`,
    hint: 'see the README for an example',
  });
}

export function configTooLarge(file: string, message: string): Failure {
  return new Failure({
    code: 'CONFIG_TOO_LARGE',
    kind: 'usage',
    message,
    where: file,
    hint: 'write models of one kind as a glob, and without YAML aliases',
  });
}

export function searchLimitInvalid(name: string, problem: string): Failure {
  return new Failure({
    code: 'SEARCH_LIMIT_INVALID',
    kind: 'usage',
    message: problem,
    where: `limit ${name} of the search`,
    hint: 'for example sram 256KiB, flash 1MiB, latency 100ms',
  });
}
