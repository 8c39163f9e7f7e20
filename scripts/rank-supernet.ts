/**
 * Does a super-network put its networks in the right order? Completes the study of `scripts/supernet/rank.py`, which
 * trained some of them alone: measures the same networks in int8 with shared weights, as the search measures candidates,
 * and writes both and Kendall's tau of the two into the study's file.
 *
 * `node scripts/rank-supernet.ts FOLDER PICTURES.npz`: FOLDER has `mcunet.yml`, whose search names super-network and
 * calibration, and `ranking.json`; the pictures are those by which rank.py judged.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { invariant } from '../src/base/index.ts';
import { parseConfig } from '../src/config/index.ts';
import { accuracyOver, openEngine, readCalibration, readSamples } from '../src/evaluation/index.ts';
import { openToolchain } from '../src/firmware/index.ts';
import { buildGraph } from '../src/graph/index.ts';
import { nodeHost } from '../src/host/index.ts';
import { quantise } from '../src/quantisation/index.ts';
import { kendallTau, parseGenotype } from '../src/search/index.ts';
import { extract, readSupernet, tensorsFileOf } from '../src/supernet/index.ts';
import { findTarget } from '../src/target/index.ts';

const [folder, pictures] = process.argv.slice(2).map((path) => resolve(path));
if (folder === undefined || pictures === undefined) {
  console.error('usage: node scripts/rank-supernet.ts FOLDER PICTURES.npz');
  process.exit(2);
}

const study = z.looseObject({
  networks: z.array(z.looseObject({ network: z.string(), alone: z.number() })),
});

const host = nodeHost();
const { search } = parseConfig(readFileSync(join(folder, 'mcunet.yml'), 'utf8'), 'mcunet.yml');
invariant(search?.accuracy?.from === 'supernet', 'mcunet.yml searches with a super-network');
const { path, calibration, dataset } = search.accuracy;

const where = join(folder, path);
const description = readFileSync(where, 'utf8');
const tensors = await host.readFile(join(where, '..', tensorsFileOf(description, where)));
const supernet = readSupernet(description, tensors, where);
const { height, width, channels } = supernet.space.input;
const source = { path: join(folder, calibration.path), from: calibration.from };
const shape = [height, width, channels];
const { normalisation } = supernet;
const images = await readCalibration({ ...source, normalisation }, shape, host);
const samples = await readSamples({ ...dataset, path: pictures }, shape, host);
const engine = await openEngine(await openToolchain('auto', host), {
  processors: host.processors,
  target: findTarget(search.target),
});
const accuracyOf = accuracyOver(engine, samples, dataset.metric);

async function sharedInt8(network: string): Promise<number> {
  const genotype = parseGenotype(supernet.space, network);
  const { model, calibration: ranges } = extract(supernet, genotype, images, calibration.method);
  const graph = buildGraph(quantise(model, ranges, { biasCorrection: true, edges: 'int8' }));
  return (await accuracyOf(graph)).value;
}

const file = join(folder, 'ranking.json');
const { networks, ...rest } = study.parse(JSON.parse(readFileSync(file, 'utf8')));
const rows = await Promise.all(
  networks.map(async (row) => ({ ...row, sharedInt8: await sharedInt8(row.network) })),
);
await engine.close();
const tau = kendallTau(
  rows.map((row) => row.sharedInt8),
  rows.map((row) => row.alone),
);
writeFileSync(file, `${JSON.stringify({ ...rest, kendallTauInt8: tau, networks: rows }, undefined, 2)}\n`);
for (const { network, sharedInt8, alone } of rows)
  console.log(`${network}: shared ${sharedInt8.toFixed(4)}, alone ${alone.toFixed(4)}`);
console.log(`Kendall's tau ${tau?.toFixed(3)} over ${rows.length} networks`);
