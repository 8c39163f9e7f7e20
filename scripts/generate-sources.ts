/**
 * Turns the C headers of `kernels` and the C, assembly and container files of `firmware` into TypeScript text,
 * so that pure rooms hold them without reading files, the kernels' prototypes into the engine's dispatch, and takes in the
 * decoder of JPEG files.
 * `--check` only says whether they are up to date.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { zlibSync } from 'fflate';
import { dispatchModule } from './kernel-dispatch.ts';

const root = join(import.meta.dirname, '..');

const bundles = [
  { folder: 'src/kernels/c', output: 'src/kernels/headers.generated.ts', name: 'kernelHeaders' },
  { folder: 'src/firmware/c', output: 'src/firmware/sources.generated.ts', name: 'firmwareSources' },
  { folder: 'src/firmware/container', output: 'src/firmware/container.generated.ts', name: 'containerFiles' },
  { folder: 'src/evaluation/c', output: 'src/evaluation/sources.generated.ts', name: 'hostSources' },
];

function filesOf(folder: string): ReadonlyMap<string, string> {
  const files = readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(root, folder).length + 1))
    .sort();
  return new Map(files.map((file) => [file, readFileSync(join(root, folder, file), 'utf8')]));
}

function bundle(folder: string, name: string): string {
  const entries = [...filesOf(folder)].map(
    ([file, text]) => `  [${JSON.stringify(file)}, ${JSON.stringify(text)}],\n`,
  );
  return (
    `// Made by scripts/generate-sources.ts from ${folder}; do not edit.\n` +
    `export const ${name}: ReadonlyMap<string, string> = new Map([\n${entries.join('')}]);\n`
  );
}

/** The decoder of JPEG files in WebAssembly, packed, so that it is bundled like everything else. */
function jpegDecoder(): string {
  const file = 'node_modules/@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm';
  const packed = Buffer.from(zlibSync(readFileSync(join(root, file)), { level: 9 })).toString('base64');
  return (
    `// Made by scripts/generate-sources.ts from @jsquash/jpeg, zlib and base64; do not edit.\n` +
    `export const jpegDecoder: string =\n  '${packed}';\n`
  );
}

const outputs: readonly (readonly [path: string, text: string])[] = [
  ...bundles.map(({ folder, output, name }) => [output, bundle(folder, name)] as const),
  ['src/evaluation/dispatch.generated.ts', dispatchModule(filesOf('src/kernels/c'))],
  ['src/evaluation/images/jpeg-decoder.generated.ts', jpegDecoder()],
];

const stale: string[] = [];
for (const [output, text] of outputs) {
  const path = join(root, output);
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
