/** Folders of pictures as data sets: one sub-folder a class. */
import type { Host } from '../../base/index.ts';
import { datasetMismatch, datasetUnreadable } from '../failures.ts';
import { readImages } from '../images/read-images.ts';
import type { ClassOrder, DatasetSource, NumericSamples } from '../types.ts';

const hint = 'the folder has one sub-folder for each class, with PNG or JPEG files in it';
/** Names that a message lists. */
const namesListed = 8;

/**
 * Reads the pictures below each sub-folder. Names that begin with a dot, and files that are no pictures, are left out.
 *
 * @param shape of the network's input, which the pictures are brought to
 */
export async function readImageFolder(
  source: Extract<DatasetSource, { format: 'image-folder' }>,
  shape: readonly number[],
  host: Host,
): Promise<NumericSamples> {
  const { path, normalisation } = source;
  const folders = await foldersOf(path, host);
  const classes = labelled([...folders.keys()], source.classes, path);
  const samples = classes.flatMap(({ folder, label }) =>
    (folders.get(folder) ?? []).map((file) => ({ file: `${path}/${file}`, label })),
  );
  const files = samples.map(({ file }) => file);
  const values = await readImages(files, source, shape, path, host);
  return {
    kind: 'numbers',
    path,
    inputsAt: path,
    labelsAt: path,
    shape: [samples.length, ...shape.slice(-3)],
    values,
    labels: samples.map(({ label }) => label),
    storedAs: undefined,
    normalisation,
    classes: source.classes === 'numbered' ? undefined : classes.map(({ folder }) => folder),
  };
}

/**
 * Paths of the pictures at any depth, sorted.
 *
 * @throws Failure `DATASET_UNREADABLE` for pictures of other kinds: without them it would be another data set
 */
export async function listPictures(path: string, host: Host): Promise<readonly string[]> {
  const files = (await host.glob('**/*', path)).filter((file) => !/(^|\/)\./.test(file));
  const other = files.find((file) => /\.(bmp|gif|webp|tiff?|p[bgnp]m|avif|heic)$/i.test(file));
  if (other !== undefined) {
    throw datasetUnreadable(
      `${path}/${other}`,
      'neither PNG nor JPEG by its name',
      'convert it, or remove it',
    );
  }
  return files.filter((file) => /\.(png|jpe?g)$/i.test(file));
}

/** The pictures of each sub-folder, by its name. */
async function foldersOf(path: string, host: Host): Promise<ReadonlyMap<string, readonly string[]>> {
  const entries = await host.listFolder(path);
  const files = await listPictures(path, host);
  const loose = files.find((file) => !file.includes('/'));
  if (loose !== undefined) throw datasetUnreadable(`${path}/${loose}`, 'a picture outside all classes', hint);
  const others = new Set(await host.glob('*', path));
  const folders = entries.filter((entry) => !entry.startsWith('.') && !others.has(entry));
  if (folders.length === 0) throw datasetUnreadable(path, 'no sub-folders', hint);
  return new Map(
    folders.map((folder) => {
      const own = files.filter((file) => file.startsWith(`${folder}/`));
      if (own.length > 0) return [folder, own];
      throw datasetUnreadable(`${path}/${folder}`, 'a class without PNG or JPEG files', `${hint}; remove it`);
    }),
  );
}

type Labelled = { readonly folder: string; readonly label: number };

function labelled(folders: readonly string[], order: ClassOrder, path: string): readonly Labelled[] {
  if (order === 'sorted') return folders.map((folder, label) => ({ folder, label }));
  if (order === 'numbered') return folders.map((folder) => ({ folder, label: numberOf(folder, path) }));
  const unknown = folders.find((folder) => !order.includes(folder));
  if (unknown !== undefined) {
    throw datasetMismatch(`${path}/${unknown}`, 'a sub-folder that is none of the classes', namesOf(order));
  }
  return order.map((folder, label) => {
    if (folders.includes(folder)) return { folder, label };
    throw datasetMismatch(path, `no sub-folder for class '${folder}'`, namesOf(folders));
  });
}

function namesOf(names: readonly string[]): string {
  const more = names.length > namesListed ? `, ... (${names.length} in all)` : '';
  return `there are ${names.slice(0, namesListed).join(', ')}${more}`;
}

function numberOf(folder: string, path: string): number {
  if (/^\d{1,9}$/.test(folder)) return Number(folder);
  const message = `sub-folder '${folder}' is not a class index`;
  throw datasetMismatch(path, message, 'with classes: numbered, sub-folders are called 0, 1, 2 and so on');
}
