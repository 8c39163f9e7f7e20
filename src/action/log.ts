/** The log of a run. The runner obeys commands that it finds in it, so words from outside must not form any. */
import * as core from '@actions/core';
import type { Progress } from '../base/index.ts';

/** One line that is a command to nobody. */
export function inertLine(text: string): string {
  const line = text.replaceAll(/[\p{C}\p{Zl}\p{Zp}\s]+/gu, ' ').replaceAll('##[', '## [');
  return /^\s*::/.test(line) ? `|${line}` : line;
}

/** One line in a fenced block: nothing there is Markdown, a mention or a link, and without a backtick nothing ends it. */
export function fenced(text: string): string {
  return ['```text', inertLine(text).replaceAll('`', "'").slice(0, 2000), '```'].join('\n');
}

export function info(text: string): void {
  core.info(inertLine(text));
}

/** Long stages are reported at each of this many parts. */
const parts = 4;

export function logProgress(): Progress {
  const reached = new Map<string, number>();
  return {
    stage: info,
    advance(label, done, total) {
      const part = Math.floor((done / total) * parts);
      if (part <= (reached.get(label) ?? 0)) return;
      reached.set(label, part);
      info(`${label}: ${done} of ${total}`);
    },
  };
}
