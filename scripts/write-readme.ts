/**
 * Fills the README's tables of inputs and outputs from action.yml, so that they cannot disagree; `--check` only says
 * whether they do.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

type Entry = { readonly description: string; readonly default?: string };
type Action = {
  readonly inputs: Readonly<Record<string, Entry>>;
  readonly outputs: Readonly<Record<string, Entry>>;
};

const root = join(import.meta.dirname, '..');
const readmePath = join(root, 'README.md');
const action: Action = parse(readFileSync(join(root, 'action.yml'), 'utf8'));

function cell(text: string): string {
  return text
    .trim()
    .replaceAll(/\s*\n\s*/g, ' ')
    .replaceAll('|', '\\|');
}

function inputTable(): string {
  const rows = Object.entries(action.inputs).map(([name, entry]) => {
    const preset = entry.default ? `\`${entry.default}\`` : '';
    return `| \`${name}\` | ${preset} | ${cell(entry.description)} |`;
  });
  return ['| Input | Default | |', '|---|---|---|', ...rows].join('\n');
}

function outputTable(): string {
  const rows = Object.entries(action.outputs).map(
    ([name, { description }]) => `| \`${name}\` | ${cell(description)} |`,
  );
  return ['| Output | |', '|---|---|', ...rows].join('\n');
}

function fill(text: string, section: string, table: string): string {
  const pattern = new RegExp(`(<!-- ${section} -->\\n)[\\s\\S]*?(<!-- /${section} -->)`);
  if (!pattern.test(text)) throw new Error(`README.md has no section ${section}`);
  return text.replace(pattern, (_, start: string, end: string) => `${start}${table}\n${end}`);
}

const current = readFileSync(readmePath, 'utf8');
const filled = fill(fill(current, 'inputs', inputTable()), 'outputs', outputTable());
if (filled !== current && process.argv.includes('--check')) {
  process.stderr.write('README.md disagrees with action.yml: run npm run generate\n');
  process.exitCode = 1;
} else if (filled !== current) {
  writeFileSync(readmePath, filled);
}
