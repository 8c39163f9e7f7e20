/** `mcunet quantize`: a float network and typical inputs in, an int8 network out. */
import { basename, dirname } from 'node:path';
import { at, exitCodes } from '../../base/index.ts';
import { type CalibrationSource, type ImagePreparation, readCalibration } from '../../evaluation/index.ts';
import { buildGraph } from '../../graph/index.ts';
import { type Model, readModel, writeTflite } from '../../model/index.ts';
import { calibrate, equalise, foldConstants, quantise, type RangeMethod } from '../../quantisation/index.ts';
import type { Context } from '../context.ts';
import { usageError } from '../failures.ts';

export type QuantizeOptions = {
  readonly model: string;
  /** `FILE.npz`, `FILE.npz:ARRAY` or a folder of pictures, one for each input of the network. */
  readonly calibration: readonly string[];
  /** How pictures come onto the input; without it, there are none. */
  readonly pictures: ImagePreparation | undefined;
  readonly out: string;
  readonly method: RangeMethod['kind'];
  readonly percentile: number;
  readonly mean: readonly number[] | undefined;
  readonly std: readonly number[] | undefined;
  readonly equalise: boolean;
  readonly biasCorrection: boolean;
  readonly edges: 'int8' | 'float32';
};

/** The file is written when the network can be built from it. */
export async function quantize(options: QuantizeOptions, context: Context): Promise<number> {
  const { host, progress } = context;
  const name = basename(options.model);
  const read = foldConstants(readModel(await host.readFile(options.model), options.model));
  const float = options.equalise ? equalise(read) : read;
  const inputs = await readInputs(float, options, context);
  progress.stage(`calibrate ${name}`);
  const method = methodOf(options);
  const { biasCorrection, edges } = options;
  const int8 = quantise(float, calibrate(float, inputs, method), { biasCorrection, edges });
  buildGraph(int8);
  const bytes = writeTflite(int8);
  progress.end();
  await host.writeFiles(dirname(options.out), new Map([[basename(options.out), bytes]]));
  const samples = at(inputs, 0).length / elementsOf(float, 0);
  context.print(
    context.json
      ? `${JSON.stringify({ output: options.out, bytes: bytes.length, samples, method: method.kind })}\n`
      : `${options.out}: ${bytes.length} bytes, calibrated with ${samples} samples (${method.kind})\n`,
  );
  return exitCodes.pass;
}

function methodOf({ method, percentile }: QuantizeOptions): RangeMethod {
  return method === 'percentile' ? { kind: method, percent: percentile } : { kind: method };
}

async function readInputs(
  model: Model,
  { calibration, pictures, mean, std }: QuantizeOptions,
  { host }: Context,
): Promise<readonly Float32Array[]> {
  if (calibration.length !== model.inputs.length) {
    const hint = 'give --calibration once for each input of the network, in their order';
    throw usageError(`${calibration.length} calibration arrays for ${model.inputs.length} inputs`, hint);
  }
  for (const source of pictures === undefined ? calibration : []) {
    if ((await host.glob('**/*', source)).length === 0) continue;
    throw usageError(`${source} is a folder`, 'pictures need --resize, with the method that training used');
  }
  const normalisation =
    mean === undefined && std === undefined ? undefined : { mean: mean ?? [0], std: std ?? [1] };
  return Promise.all(
    calibration.map((source, position) => {
      const { shape } = at(model.tensors, at(model.inputs, position));
      return readCalibration({ ...splitSource(source, pictures), normalisation }, shape, host);
    }),
  );
}

/** A colon after an archive's ending; others belong to the path. */
function splitSource(
  source: string,
  pictures: ImagePreparation | undefined,
): Pick<CalibrationSource, 'path' | 'from'> {
  const [, path, array] = /^(.*\.npz):([^:/\\]+)$/i.exec(source) ?? [];
  if (path !== undefined && array !== undefined) return { path, from: { array } };
  const isArchive = pictures === undefined || /\.npz$/i.test(source);
  return { path: source, from: isArchive ? { array: 'images' } : pictures };
}

function elementsOf(model: Model, position: number): number {
  const { shape } = at(model.tensors, at(model.inputs, position));
  return shape.reduce((product, size) => product * size, 1);
}
