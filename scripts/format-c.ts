/**
 * Holds the C of the project to `.clang-format`. Says what is not formatted and ends with 1; `--write` formats it.
 */
import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const files = globSync('src/**/c/**/*.{h,c}', { cwd: root }).sort();
const flags = process.argv.includes('--write') ? ['-i'] : ['--dry-run', '-Werror'];

if (files.length === 0) throw new Error('found no C files below src');
const { error, status } = spawnSync('clang-format', [...flags, ...files], { cwd: root, stdio: 'inherit' });
if (error !== undefined) {
  process.stderr.write(
    `cannot run clang-format (${error.message}); install it, for example: apt-get install clang-format\n`,
  );
}
process.exitCode = status ?? 1;
