/**
 * Writes networks again as .tflite files, for scripts/check-written-models.py:
 *
 *     node scripts/rewrite-models.ts OUT FILE...
 *
 * A .tflite file is read and written; a net configuration (.json) becomes a float network with seeded random weights.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { netConfigModel, randomWeights, readModel, readNetConfig, writeTflite } from '../src/model/index.ts';

const [folder, ...files] = process.argv.slice(2);
if (folder === undefined || files.length === 0) throw new Error('usage: rewrite-models.ts OUT FILE...');
mkdirSync(folder, { recursive: true });
for (const file of files) {
  const bytes = new Uint8Array(readFileSync(file));
  const model = file.endsWith('.json') ? untrained(bytes, file) : readModel(bytes, file);
  writeFileSync(join(folder, basename(file).replace(/\.json$/, '.tflite')), writeTflite(model));
}

function untrained(bytes: Uint8Array, file: string): ReturnType<typeof netConfigModel> {
  const net = readNetConfig(new TextDecoder().decode(bytes), file);
  return netConfigModel(net, randomWeights(net, 1));
}
