/** Logs of the EEMBC runner: which input was loaded, and what the device answered. */
import { readFileSync } from 'node:fs';

export type PublishedResult = {
  /** Name of the input's file. */
  readonly input: string;
  /** What stands between the brackets of `m-results-[...]`. */
  readonly results: string;
};

/** Inputs that are loaded whole by one command and answered by one line of results. */
export function readPublishedResults(path: string): readonly PublishedResult[] {
  const found: PublishedResult[] = [];
  let input: string | undefined;
  for (const line of readFileSync(path, 'latin1').split('\n')) {
    const load = /Command "bload dut "(?:[^"]*[/\\])?([^"/\\]+)""/.exec(line)?.[1];
    const results = /m-results-\[([^\]]*)\]/.exec(line)?.[1];
    if (load !== undefined) input = load;
    if (results !== undefined && input !== undefined) {
      found.push({ input, results });
      input = undefined;
    }
  }
  return found;
}
