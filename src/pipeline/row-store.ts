/** Rows of earlier reports, kept by the digest of everything that they depend on. */
import { createHash } from 'node:crypto';
import { Failure, type Host, type ToolchainIdentity } from '../base/index.ts';
import { composeReport, parseReport, type ReportModel, toJson } from '../report/index.ts';
import { planOptions } from './compile.ts';
import { joinPath, type Task } from './tasks.ts';
import { generator } from './version.ts';

/** Where rows are kept; `undefined` for a key that is not there. */
export type RowStore = {
  read(key: string): Promise<string | undefined>;
  write(key: string, text: string): Promise<void>;
};

/** What a row is made from: equal keys, equal figures. */
export function rowKey(
  { name, target, model }: Task,
  sha256: string,
  toolchain: ToolchainIdentity,
  datasetDigest: string | null,
  latency: 'simulated' | 'board',
): string {
  // Where the samples lie changes nothing.
  const dataset = model.dataset === undefined ? null : { ...model.dataset, path: datasetDigest };
  const plan = planOptions(model.objective, model.budgets.sramBytes, target);
  const parts = [generator, name, target, sha256, toolchain.compiler, plan, dataset, latency];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/** Digest of a data set's file or folder, names and bytes; each is read once a run. */
export function datasetDigests(root: string, host: Host): (path: string) => Promise<string> {
  const known = new Map<string, Promise<string>>();
  return (path) => {
    const digest = known.get(path) ?? digestOf(joinPath(root, path), host);
    known.set(path, digest);
    return digest;
  };
}

async function digestOf(path: string, host: Host): Promise<string> {
  const hash = createHash('sha256');
  const files = await host.glob('**/*', path);
  if (files.length === 0) return hash.update(await host.readFile(path)).digest('hex');
  for (const file of files) {
    const bytes = await host.readFile(joinPath(path, file));
    hash.update(`${file}\0${bytes.length}\0`).update(bytes);
  }
  return hash.digest('hex');
}

/** The row of a key, checked again: one that is damaged or of another model counts as not there. */
export async function readRow(
  store: RowStore,
  key: string,
  sha256: string,
  { name, target }: Task,
): Promise<ReportModel | undefined> {
  const text = await store.read(key);
  if (text === undefined) return undefined;
  try {
    const [row] = parseReport(text).models;
    const isRight = row?.sha256 === sha256 && row.name === name && row.target === target.name;
    return isRight && row.error === null ? row : undefined;
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

/** Keeps what was measured, without limits, verdicts or base: these belong to the run that asks. */
export async function writeRow(store: RowStore, key: string, row: ReportModel): Promise<void> {
  const { name, path, target, sha256 } = row;
  const bare = { measurement: null, verdicts: [], base: null, artifacts: null, failure: null };
  const entry = { ...bare, name, path, target, sha256, earlier: row };
  await store.write(key, toJson(composeReport([entry], generator)));
}
