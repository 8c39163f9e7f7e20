/**
 * The long fuzzing run: damaged copies of small files must give networks or `Failure`s, fast and in little memory.
 * Usage: node scripts/fuzz/main.ts --format tflite,onnx [--count 100000] [--seed 1] [--workers 1] [--out FOLDER]
 *        [--depth graph|"small plans"|plans], or with --format onnx --replay FINDING.bin|INDEX to see one file's end.
 * Worker processes do the work under limits. What they finish is kept in FOLDER, where the next run with the same words
 * goes on; crashes, files that take too long or too much, and files that no worker survives are in FOLDER/findings.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openCorpus } from '../../test/fuzz/corpus.ts';
import { type Depth, exercise } from '../../test/fuzz/exercise.ts';
import { type Format, formats } from '../../test/fuzz/seeds.ts';
import { fixturesFolder } from '../../test/support/fixtures.ts';
import { openWorker } from './open-worker.ts';
import { type Chunk, type ChunkResult, limitMiB, limitMs, type Run } from './run.ts';

const filesOfChunk = 2000;
/** Then a worker is replaced by a fresh one, so that what one file takes shows. */
const chunksOfWorker = 50;

function progressFile({ format, seed, depth, out }: Run): string {
  return join(out, `${format}-${seed}-${depth.replace(' ', '-')}.jsonl`);
}

function finished(run: Run): ChunkResult[] {
  const file = progressFile(run);
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line) as ChunkResult);
}

async function runFormat(run: Run, count: number, workers: number): Promise<ChunkResult[]> {
  mkdirSync(run.out, { recursive: true });
  const results = finished(run);
  const open = gapsBetween(results, count);
  const finish = (result: ChunkResult): void => {
    results.push(result);
    appendFileSync(progressFile(run), `${JSON.stringify(result)}\n`);
    if (results.length % 10 === 0) console.error(line(run, results));
  };
  await Promise.all(Array.from({ length: workers }, (_, worker) => workOff(run, worker, open, finish)));
  return results;
}

/** What no result is of yet, in portions. */
function gapsBetween(results: readonly ChunkResult[], count: number): Chunk[] {
  const gaps: Chunk[] = [];
  let next = 0;
  for (const { from, files } of [...results.toSorted((a, b) => a.from - b.from), { from: count, files: 0 }]) {
    for (; next < from; next += filesOfChunk)
      gaps.push({ from: next, to: Math.min(from, next + filesOfChunk) });
    next = from + files;
  }
  return gaps;
}

async function workOff(
  run: Run,
  name: number,
  open: Chunk[],
  finish: (result: ChunkResult) => void,
): Promise<void> {
  while (open.length > 0) {
    const worker = await openWorker(run, name);
    for (let turn = 0; turn < chunksOfWorker; turn += 1) {
      const chunk = open.shift();
      if (chunk === undefined) break;
      const ended = await worker.work(chunk);
      if ('files' in ended) {
        finish(ended);
        continue;
      }
      writeLost(run, ended);
      finish(lostFile(run, ended));
      const { from, to } = chunk;
      const rest = [
        { from, to: ended.lostAt },
        { from: ended.lostAt + 1, to },
      ];
      open.unshift(...rest.filter((part) => part.from < part.to));
      break;
    }
    worker.close();
  }
}

type Lost = { readonly lostAt: number; readonly reason: string };

function writeLost({ format, seed, depth, out, shared }: Run, { lostAt, reason }: Lost): void {
  const folder = join(out, 'findings');
  mkdirSync(folder, { recursive: true });
  const { bytes, kind, from } = openCorpus(format, seed, shared).mutant(lostAt);
  const name = join(folder, `${format}-${seed}-${lostAt}-lost`);
  writeFileSync(`${name}.bin`, bytes);
  writeFileSync(
    `${name}.json`,
    JSON.stringify({ format, seed, depth, index: lostAt, from, kind, reason }, null, 2),
  );
}

function lostFile({ format }: Run, { lostAt, reason }: Lost): ChunkResult {
  const file = `${format} #${lostAt}`;
  return {
    from: lostAt,
    files: 1,
    outcomes: [[`worker: ${reason}`, 1]],
    slowest: { ms: 0, file },
    peak: { mib: 0, file },
    findings: 1,
  };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

function line({ format, depth }: Run, results: readonly ChunkResult[]): string {
  const slowest = Math.max(...results.map((result) => result.slowest.ms));
  const peak = Math.max(...results.map((result) => result.peak.mib));
  const own = Math.max(0, ...results.map((result) => result.own?.mib ?? 0));
  return (
    `${format}, ${depth}: ${sum(results.map(({ files }) => files))} files, ` +
    `${sum(results.map(({ findings }) => findings))} findings, slowest ${slowest.toFixed(0)} ms of processor time, ` +
    `most memory ${peak.toFixed(0)} MiB, of one file ${own.toFixed(0)} MiB`
  );
}

function print(run: Run, results: readonly ChunkResult[]): void {
  const outcomes = new Map<string, number>();
  for (const [kind, files] of results.flatMap((result) => result.outcomes))
    outcomes.set(kind, (outcomes.get(kind) ?? 0) + files);
  for (const [kind, files] of [...outcomes].sort((a, b) => b[1] - a[1]))
    console.log(`${String(files).padStart(8)}  ${kind}`);
  const [slowest] = results.toSorted((a, b) => b.slowest.ms - a.slowest.ms);
  const [largest] = results.toSorted((a, b) => b.peak.mib - a.peak.mib);
  console.log(`slowest: ${slowest?.slowest.file}`);
  console.log(`most memory: ${largest?.peak.file}`);
  const [heaviest] = results.toSorted((a, b) => (b.own?.mib ?? 0) - (a.own?.mib ?? 0));
  console.log(`most memory of its own: ${heaviest?.own?.file}`);
  console.log(
    `seed ${run.seed}; ${line(run, results)} (allowed: no findings, ${limitMs} ms, ${limitMiB} MiB)`,
  );
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      format: { type: 'string', default: 'tflite,onnx' },
      count: { type: 'string', default: '100000' },
      seed: { type: 'string', default: '1' },
      workers: { type: 'string', default: '1' },
      depth: { type: 'string', default: 'small plans' },
      out: { type: 'string', default: join(tmpdir(), 'mcunet-fuzz') },
      replay: { type: 'string' },
    },
  });
  for (const name of values.format.split(',')) {
    const format = formats.find((known) => known === name);
    if (format === undefined) throw new Error(`formats are ${formats.join(', ')}`);
    const run = runOf(format, values);
    if (values.replay !== undefined) {
      await replay(run, values.replay);
      continue;
    }
    const results = await runFormat(run, Number(values.count), Number(values.workers));
    print(run, results);
    if (results.some(({ findings }) => findings > 0)) process.exitCode = 1;
  }
}

function runOf(format: Format, { seed, depth, out }: { seed: string; depth: string; out: string }): Run {
  const depths: readonly Depth[] = ['graph', 'small plans', 'plans'];
  const known = depths.find((candidate) => candidate === depth);
  if (known === undefined) throw new Error(`depths are ${depths.join(', ')}`);
  return { format, seed: Number(seed), depth: known, out, shared: fixturesFolder() };
}

/** What a saved file ends in, or one made again from its number, which is saved. */
async function replay(run: Run, what: string): Promise<void> {
  const file = /^\d+$/.test(what) ? saveMutant(run, Number(what)) : what;
  const start = process.cpuUsage();
  const outcome = await exercise(run.format, new Uint8Array(readFileSync(file)), run.depth);
  const { user, system } = process.cpuUsage(start);
  console.log(file, { ...outcome, ms: (user + system) / 1000 });
}

function saveMutant(run: Run, index: number): string {
  const { bytes } = openCorpus(run.format, run.seed, run.shared).mutant(index);
  const file = join(run.out, `${run.format}-${run.seed}-${index}.bin`);
  mkdirSync(run.out, { recursive: true });
  writeFileSync(file, bytes);
  return file;
}

await main();
