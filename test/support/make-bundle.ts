/** Bundles the command line and the action into a folder: `node make-bundle.ts FOLDER`. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type OutputOptions, rolldown } from 'rolldown';
import bundling from '../../rolldown.config.ts';

const folder = process.argv[2] ?? '';
const { output, ...input } = bundling;
writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
const bundle = await rolldown({
  ...input,
  cwd: join(import.meta.dirname, '../..'),
  logLevel: 'silent',
  shimMissingExports: true,
});
await bundle.write({ ...(output as OutputOptions), dir: join(folder, 'dist'), cleanDir: false });
await bundle.close();
