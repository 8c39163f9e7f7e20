/** Tables as data sets: a line of column names, then one sample a line. */
import { parse } from 'csv-parse/sync';
import { at, type Host } from '../../base/index.ts';
import { datasetMismatch, datasetUnreadable } from '../failures.ts';
import type { DatasetSource, NumericSamples } from '../types.ts';

/** Larger tables take minutes and gigabytes to read as text. */
const limitBytes = 256 * 1024 * 1024;
const hint =
  'the first line names the columns, every other line is a sample: its class index and its values, with commas between';
/** Column names that a message lists. */
const namesListed = 8;

/** Reads the table at the source's path; all columns but that of the labels are values, in their order. */
export async function readCsv(
  source: Extract<DatasetSource, { format: 'csv' }>,
  host: Host,
): Promise<NumericSamples> {
  const { path, labels: labelColumn, normalisation } = source;
  const [first, ...lines] = parseTable(await host.readFile(path), path);
  if (first === undefined || lines.length === 0) throw datasetUnreadable(path, 'no samples', hint);
  const names = first.cells;
  const labelIndex = columnOf(names, labelColumn, path);
  if (names.length === 1) throw datasetUnreadable(path, `no column beside '${labelColumn}'`, hint);
  const elements = names.length - 1;
  const labels = new Float64Array(lines.length);
  const values = new Float64Array(lines.length * elements);
  for (const [sample, { line, cells }] of lines.entries()) {
    for (const [column, cell] of cells.entries()) {
      const value = numberOf(cell, () => `${path}: line ${line}, column '${at(names, column)}'`);
      if (column === labelIndex) labels[sample] = value;
      else values[sample * elements + column - (column > labelIndex ? 1 : 0)] = value;
    }
  }
  return {
    kind: 'numbers',
    path,
    inputsAt: path,
    labelsAt: `${path}: ${labelColumn}`,
    shape: undefined,
    values,
    labels,
    storedAs: undefined,
    normalisation,
  };
}

type Line = { readonly line: number; readonly cells: readonly string[] };

function parseTable(bytes: Uint8Array, path: string): readonly Line[] {
  if (bytes.length > limitBytes) {
    throw datasetUnreadable(
      path,
      `${bytes.length} bytes, over the limit of 256 MiB`,
      'save the samples as npz',
    );
  }
  const lines: Line[] = [];
  try {
    parse(bytes, {
      bom: true,
      trim: true,
      skip_empty_lines: true,
      on_record: (cells: string[], { lines: line }) => {
        lines.push({ line, cells });
        return null;
      },
    });
    return lines;
  } catch (error) {
    throw datasetUnreadable(path, error instanceof Error ? error.message : String(error), hint, error);
  }
}

function columnOf(names: readonly string[], wanted: string, path: string): number {
  const index = names.indexOf(wanted);
  if (index >= 0 && index === names.lastIndexOf(wanted)) return index;
  if (index >= 0) throw datasetUnreadable(path, `two columns '${wanted}'`, 'names of columns differ');
  const listed = names.slice(0, namesListed).join(', ');
  const more = names.length > namesListed ? `, ... (${names.length} in all)` : '';
  throw datasetMismatch(
    path,
    `no column '${wanted}'`,
    `the columns are ${listed}${more}; name one in mcunet.yml`,
  );
}

function numberOf(cell: string, where: () => string): number {
  const value = cell === '' ? Number.NaN : Number(cell);
  if (Number.isFinite(value)) return value;
  const shown = JSON.stringify(cell.slice(0, 40));
  throw datasetUnreadable(
    where(),
    `${shown} is not a number`,
    'leave only the label and the values in the table',
  );
}
