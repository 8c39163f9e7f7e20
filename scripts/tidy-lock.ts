/**
 * Makes package-lock.json serve every machine: no download hosts, and native builds of tools without the Node versions
 * they ask for. The machine's npm may run on an older Node than the one this project brings along; npm would then leave
 * such builds out without a word, and the tools that need them could not start under the newer Node either.
 * usage: node scripts/tidy-lock.ts [--check]
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

type Entry = {
  resolved?: string;
  engines?: object;
  readonly optional?: boolean;
  readonly os?: readonly string[];
};

const path = join(import.meta.dirname, '../package-lock.json');
const before = readFileSync(path, 'utf8');
const lock: { packages: Record<string, Entry> } = JSON.parse(before);
for (const entry of Object.values(lock.packages)) {
  delete entry.resolved;
  if (entry.optional === true && entry.os !== undefined) delete entry.engines;
}
const after = `${JSON.stringify(lock, null, 2)}\n`;
if (process.argv.includes('--check')) {
  if (after !== before) throw new Error('package-lock.json: run node scripts/tidy-lock.ts');
} else {
  writeFileSync(path, after);
}
