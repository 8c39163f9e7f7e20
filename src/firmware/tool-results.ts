/** What a series of tool runs gave, as one result. */
import { at, type Command, type ProcessResult } from '../base/index.ts';

export type ToolCommand = Pick<Command, 'argv' | 'stdin' | 'timeoutMs' | 'onStdout'>;

/** Exit status of the last; output and messages of all. */
export function concatenateResults(results: readonly ProcessResult[]): ProcessResult {
  const last = at(results, results.length - 1);
  if (results.length === 1) return last;
  const stdout = new Uint8Array(results.reduce((total, result) => total + result.stdout.length, 0));
  let offset = 0;
  for (const result of results) {
    stdout.set(result.stdout, offset);
    offset += result.stdout.length;
  }
  return { ...last, stdout, stderr: results.map((result) => result.stderr).join('') };
}
