/** MLPerf Tiny's data sets: a folder of raw input files and `y_labels.csv` with lines `file,classes,label`. */
import { parse } from 'csv-parse/sync';
import { at, type Host } from '../../base/index.ts';
import { datasetUnreadable } from '../failures.ts';
import type { LabelledFile, RawSamples } from '../types.ts';

type LabelLine = { readonly file: string; readonly classes: number; readonly label: number };

/** Reads the folder at `path`. */
export async function readMlperfTiny(path: string, host: Host): Promise<RawSamples> {
  const rows = parseLabels(await host.readFile(`${path}/y_labels.csv`), `${path}/y_labels.csv`);
  const files: LabelledFile[] = [];
  for (const [sample, { file, classes, label }] of rows.entries()) {
    const where = `${path}/y_labels.csv: line ${sample + 1}`;
    const bytes = await host.readFile(`${path}/${file}`);
    files.push({ where, path: `${path}/${file}`, classes, label, bytes });
  }
  return { kind: 'raw', path, files };
}

function parseLabels(csv: Uint8Array, where: string): readonly LabelLine[] {
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

function parseRecord(record: readonly string[], where: string, hint: string): LabelLine {
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
