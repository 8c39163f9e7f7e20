/** Whether HTML is well-formed. */
import { expect } from 'vitest';

/** Element names that are open at the end, after checking that each end closes what was opened last. */
export function openElements(html: string): readonly string[] {
  const empty = new Set(['meta', '!doctype']);
  const open: string[] = [];
  for (const [, slash, name = '', rest = ''] of html.matchAll(/<(\/?)([!a-zA-Z][\w-]*)([^>]*)>/g)) {
    if (slash === '/') expect(open.pop()).toBe(name);
    else if (!empty.has(name) && !rest.endsWith('/')) open.push(name);
  }
  return open;
}
