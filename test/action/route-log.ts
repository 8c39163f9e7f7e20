/** Which routes of GitHub each mode of the action uses: the log behind the README's table of permissions. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunSettings } from './workflow.ts';

export type Mode = 'verify' | 'baseline' | 'publish' | 'command' | 'release' | 'history' | 'search';

/** Routes of each mode, with the permission that each asks for. */
export type RouteLog = Readonly<Record<Mode, Readonly<Record<string, string>>>>;

/** Kept true by permissions.test.ts, read by scripts/write-readme.ts. */
export const routeLogPath: string = join(import.meta.dirname, '../fixtures/github-routes.json');

export function modeOf({ event = 'pull_request', payload, inputs }: RunSettings): Mode {
  if (inputs?.mode === 'search') return 'search';
  const ref = (payload as { readonly ref?: unknown } | undefined)?.ref;
  const isTag = String(ref).startsWith('refs/tags/');
  if (event === 'push' && !isTag && inputs?.['history-branch'] !== undefined) return 'history';
  switch (event) {
    case 'workflow_run':
      return 'publish';
    case 'issue_comment':
      return 'command';
    case 'release':
      return 'release';
    case 'push':
      return isTag ? 'release' : 'baseline';
    default:
      return 'verify';
  }
}

/** Routes of a server's log, without their statuses. */
export function routesIn(log: readonly string[]): readonly string[] {
  return [...new Set(log.map((line) => line.replace(/^\d+ /, '')))].sort();
}

/** What a run asked for beyond what is documented: more permissions than the README tells of. */
export function undocumentedRoutes(mode: Mode, log: readonly string[]): readonly string[] {
  const documented: RouteLog = JSON.parse(readFileSync(routeLogPath, 'utf8'));
  return routesIn(log).filter((route) => documented[mode][route] === undefined);
}
