/** Digests of the files that a search depends on. */
import type { Host } from '../../base/index.ts';
import type { SearchConfig } from '../../config/index.ts';
import { tensorsFileOf } from '../../supernet/index.ts';
import { datasetDigests } from '../row-store.ts';
import { joinPath } from '../tasks.ts';

/** By role. The data that the found network is measured on at the end is not among them: it changes no search. */
export async function digestFiles(
  { accuracy }: SearchConfig,
  root: string,
  host: Host,
): Promise<Readonly<Record<string, string>>> {
  const digestOf = datasetDigests(root, host);
  switch (accuracy?.from) {
    case 'supernet': {
      const description = new TextDecoder().decode(await host.readFile(joinPath(root, accuracy.path)));
      const folder = accuracy.path.includes('/')
        ? accuracy.path.slice(0, accuracy.path.lastIndexOf('/') + 1)
        : '';
      return {
        supernet: await digestOf(accuracy.path),
        tensors: await digestOf(`${folder}${tensorsFileOf(description, accuracy.path)}`),
        calibration: await digestOf(accuracy.calibration.path),
        dataset: await digestOf(accuracy.dataset.path),
      };
    }
    case 'predictor':
      return { pairs: await digestOf(accuracy.path) };
    default:
      return {};
  }
}
