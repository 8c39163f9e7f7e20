/** Accuracies by shared weights: every network is cut out of the super-network, made int8, and run by the shipped kernels. */
import type { Host } from '../../base/index.ts';
import type { DatasetConfig, SearchAccuracyConfig, SearchConfig } from '../../config/index.ts';
import {
  accuracyOver,
  type Engine,
  openEngine,
  readCalibration,
  readSamples,
} from '../../evaluation/index.ts';
import { buildGraph } from '../../graph/index.ts';
import { type Model, writeTflite } from '../../model/index.ts';
import { quantise } from '../../quantisation/index.ts';
import { type Genotype, printSpace, type Space, spaceOf, spacesOf } from '../../search/index.ts';
import { extract, readSupernet, type Supernet, tensorsFileOf } from '../../supernet/index.ts';
import { findTarget } from '../../target/index.ts';
import { inParallel } from '../in-parallel.ts';
import { joinPath } from '../tasks.ts';
import type { Services } from '../verify-model.ts';
import type { AccuracySource } from './accuracy.ts';
import { normalisationMismatch, supernetMismatch } from './failures.ts';

type SharedConfig = Extract<SearchAccuracyConfig, { from: 'supernet' }>;

type Compiled = { readonly engine: Engine; readonly accuracyOf: ReturnType<typeof accuracyOver> };

/**
 * @throws Failure those of `readSupernet`, `readSamples`, `readCalibration`; `SUPERNET_SPACE_MISMATCH` for weights of a
 *   space that is none of the family's, `SUPERNET_NORMALISATION_MISMATCH`
 */
export async function openSharedAccuracy(
  config: SearchConfig,
  { path, calibration, dataset }: SharedConfig,
  root: string,
  { host, toolchain, progress }: Services,
): Promise<AccuracySource> {
  progress.stage('read the super-network');
  const where = joinPath(root, path);
  const supernet = await readSupernetFiles(where, host);
  checkSpace(supernet.space, config, where);
  checkNormalisation(dataset, supernet, where);
  const { height, width, channels } = supernet.space.input;
  const { normalisation } = supernet;
  const source = { path: joinPath(root, calibration.path), from: calibration.from, normalisation };
  const shape = [height, width, channels];
  const images = await readCalibration(source, shape, host);
  const samples = await readSamples({ ...dataset, path: joinPath(root, dataset.path) }, shape, host);
  const networkOf = (genotype: Genotype): Model => {
    const { model, calibration: ranges } = extract(supernet, genotype, images, calibration.method);
    return quantise(model, ranges, { biasCorrection: true, edges: 'int8' });
  };
  // Compiled for the first network: shards that are united have evaluated all of theirs.
  let compiled: Promise<Compiled> | undefined;
  const compile = async (): Promise<Compiled> => {
    progress.stage('compile the kernels');
    const target = findTarget(config.target);
    const engine = await openEngine(toolchain, { processors: host.processors, target });
    return { engine, accuracyOf: accuracyOver(engine, samples, dataset.metric) };
  };
  const labelled = samples.kind === 'raw' ? samples.files.length : samples.labels.length;
  return {
    description: { from: 'supernet', metric: dataset.metric, dataset: dataset.path, samples: labelled },
    space: supernet.space,
    evaluate: async (batch, report) => {
      compiled ??= compile();
      const { accuracyOf } = await compiled;
      let done = 0;
      // One more than there are processors: its network is made while the others run.
      const side = { processors: host.processors + 1, memoryBytes: host.memoryBytes };
      return inParallel(batch, side, async ({ genotype }) => {
        const { value, loss } = await accuracyOf(buildGraph(networkOf(genotype)));
        report(++done);
        return { accuracy: value, loss };
      });
    },
    trained: ({ genotype }) => writeTflite(networkOf(genotype)),
    close: async () => (await compiled)?.engine.close(),
  };
}

async function readSupernetFiles(path: string, host: Host): Promise<Supernet> {
  const description = new TextDecoder().decode(await host.readFile(path));
  const folder = path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '.';
  const tensors = await host.readFile(`${folder}/${tensorsFileOf(description, path)}`);
  return readSupernet(description, tensors, path);
}

/** The family has this very space, in everything that the weights depend on. */
function checkSpace(space: Space, { family }: SearchConfig, where: string): void {
  const stated = spaceOf(family, space.width, space.input);
  const [ours, theirs] = [stated, space].map(printSpace);
  for (const key of Object.keys(theirs ?? {})) {
    const [here, there] = [ours?.[key], theirs?.[key]].map((value) => JSON.stringify(value));
    if (here !== there)
      throw supernetMismatch(
        where,
        space.name,
        `its ${key} is ${shorten(there)}, the search has ${shorten(here)}`,
      );
  }
  if (!spacesOf(family).some(({ name }) => name === space.name))
    throw supernetMismatch(
      where,
      space.name,
      'its width or its resolution is not among those to choose from',
    );
}

function shorten(text: string | undefined): string {
  return text === undefined || text.length <= 120 ? String(text) : `${text.slice(0, 117)}...`;
}

function checkNormalisation(dataset: DatasetConfig, { normalisation }: Supernet, supernet: string): void {
  if (dataset.format === 'mlperf-tiny') return;
  const { mean, std } = dataset.normalisation ?? { mean: [0], std: [1] };
  const channels = normalisation.mean.length;
  const isSame = Array.from({ length: channels }, (_, channel) => channel).every(
    (channel) =>
      mean[channel % mean.length] === normalisation.mean[channel] &&
      std[channel % std.length] === normalisation.std[channel],
  );
  if (!isSame) throw normalisationMismatch(dataset.path, supernet);
}
