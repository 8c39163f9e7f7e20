/**
 * Turns the C headers of `kernels` and the C, assembly and container files of `firmware` into TypeScript text,
 * so that pure rooms hold them without reading files. `--check` only says whether they are up to date.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

const bundles = [
  { folder: 'src/kernels/c', output: 'src/kernels/headers.generated.ts', name: 'kernelHeaders' },
  { folder: 'src/firmware/c', output: 'src/firmware/sources.generated.ts', name: 'firmwareSources' },
  { folder: 'src/firmware/container', output: 'src/firmware/container.generated.ts', name: 'containerFiles' },
  { folder: 'src/evaluation/c', output: 'src/evaluation/sources.generated.ts', name: 'hostSources' },
];

function bundle(folder: string, name: string): string {
  const files = readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(root, folder).length + 1))
    .sort();
  const entries = files.map((file) => {
    const text = readFileSync(join(root, folder, file), 'utf8');
    return `  [${JSON.stringify(file)}, ${JSON.stringify(text)}],\n`;
  });
  return (
    `// Made by scripts/generate-sources.ts from ${folder}; do not edit.\n` +
    `export const ${name}: ReadonlyMap<string, string> = new Map([\n${entries.join('')}]);\n`
  );
}

const stale: string[] = [];
for (const { folder, output, name } of bundles) {
  const path = join(root, output);
  const text = bundle(folder, name);
  let current = '';
  try {
    current = readFileSync(path, 'utf8');
  } catch {
    // A first run has nothing to compare with.
  }
  if (current === text) continue;
  if (process.argv.includes('--check')) stale.push(output);
  else writeFileSync(path, text);
}
if (stale.length > 0) {
  process.stderr.write(`out of date, run npm run generate: ${stale.join(', ')}\n`);
  process.exitCode = 1;
}
