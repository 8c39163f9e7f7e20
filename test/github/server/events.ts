/** Events as GitHub documents them, from `@octokit/webhooks-examples`. */
import { createRequire } from 'node:module';

type Examples = readonly {
  readonly name: string;
  readonly examples: readonly Readonly<Record<string, unknown>>[];
}[];

const require = createRequire(import.meta.url);
const documented: Examples = require('@octokit/webhooks-examples');

export function examplesOf(event: string): readonly Readonly<Record<string, unknown>>[] {
  const found = documented.find(({ name }) => name === event);
  if (found === undefined) throw new Error(`no examples of ${event}`);
  return found.examples;
}
