/** MLPerf Tiny's data sets: a folder of raw input files and `y_labels.csv` with lines `file,classes,label`. */
import { parse } from 'csv-parse/sync';
import { at, type Host } from '../../base/index.ts';
import { datasetMismatch, datasetUnreadable } from '../failures.ts';
import type { Dataset } from '../types.ts';

type LabelledFile = { readonly file: string; readonly classes: number; readonly label: number };

/**
 * Reads the folder at `path`.
 *
 * @param setBytes size of one input set of the network; every file must have it
 * @param classes scores that the network gives for a sample
 */
export async function loadMlperfTiny(
  path: string,
  setBytes: number,
  classes: number,
  host: Host,
): Promise<Dataset> {
  const rows = parseLabels(await host.readFile(`${path}/y_labels.csv`), `${path}/y_labels.csv`);
  const inputs = new Uint8Array(rows.length * setBytes);
  for (const [sample, row] of rows.entries()) {
    const place = `${path}/y_labels.csv: line ${sample + 1}`;
    if (row.classes !== classes) {
      throw datasetMismatch(
        place,
        `the data set has ${row.classes} classes, the network gives ${classes} scores`,
        'use the data set that the network was trained on',
      );
    }
    if (row.label >= classes) {
      throw datasetMismatch(place, `label ${row.label} is not below ${classes}`, 'labels count from 0');
    }
    inputs.set(await readSample(`${path}/${row.file}`, setBytes, host), sample * setBytes);
  }
  return { path, inputs, labels: Int32Array.from(rows, (row) => row.label), samples: rows.length };
}

async function readSample(path: string, setBytes: number, host: Host): Promise<Uint8Array> {
  const bytes = await host.readFile(path);
  if (bytes.length === setBytes) return bytes;
  throw datasetMismatch(
    path,
    `the sample has ${bytes.length} bytes, the network's input ${setBytes}`,
    'samples are raw inputs, little-endian row-major, of the network’s own type and shape',
  );
}

function parseLabels(csv: Uint8Array, where: string): readonly LabelledFile[] {
  const hint = 'every line is file,classes,label, for example tst_000000.bin,12,7';
  let records: readonly (readonly string[])[];
  try {
    records = parse(new TextDecoder().decode(csv), { trim: true, skip_empty_lines: true });
  } catch (error) {
    throw datasetUnreadable(where, error instanceof Error ? error.message : String(error), hint, error);
  }
  if (records.length === 0) throw datasetUnreadable(where, 'no labels', hint);
  return records.map((record, index) => parseRecord(record, `${where}: line ${index + 1}`, hint));
}

function parseRecord(record: readonly string[], where: string, hint: string): LabelledFile {
  if (record.length !== 3) throw datasetUnreadable(where, `${record.length} fields instead of 3`, hint);
  const file = at(record, 0);
  if (file === '' || file.startsWith('/') || file.split('/').includes('..')) {
    throw datasetUnreadable(where, `file name '${file}' is outside the folder`, hint);
  }
  const [classes, label] = [at(record, 1), at(record, 2)].map((field) =>
    /^\d{1,9}$/.test(field) ? Number(field) : -1,
  );
  if (classes === undefined || label === undefined || classes < 1 || label < 0) {
    throw datasetUnreadable(where, 'classes and label must be whole numbers', hint);
  }
  return { file, classes, label };
}
