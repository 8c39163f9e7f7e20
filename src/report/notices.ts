/** What a reader should know of a whole report, in sentences of our own. */
import type { Report } from './types.ts';

export function notices({ revision }: Report): readonly string[] {
  if (revision?.isBoardWithheld !== true) return [];
  return ['Latency is simulated, not measured: no board is flashed for a pull request from a fork.'];
}
