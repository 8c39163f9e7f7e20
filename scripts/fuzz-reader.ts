/**
 * The long fuzzing run: damaged copies of real networks must give networks or `Failure`s, fast and in little memory.
 * The work is done in a worker whose heap is limited, so that a file that needs more ends the run, and which has to show
 * progress, so that a file that hangs does too.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { readModel } from '../src/model/index.ts';
import { type FuzzReport, fuzzReader } from '../test/fuzz/fuzz-reader.ts';
import { type Specimen, specimen } from '../test/fuzz/mutations.ts';

type Run = { readonly count: number; readonly seed: number; readonly models: string };
type Message = { readonly done: number } | { readonly report: FuzzReport };

const limitMs = 1000;
const limitMiB = 256;
/** Leaves of the limit what Node itself, the files and the young generation need. */
const heapMiB = 96;

function readSpecimens(folder: string): readonly Specimen[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.tflite'));
  if (names.length === 0) throw new Error(`no .tflite files in ${folder}`);
  return names.sort().map((name) => {
    const bytes = readFileSync(join(folder, name));
    return specimen(
      name,
      bytes,
      readModel(bytes, name).tensors.flatMap(({ data }) => data ?? []),
    );
  });
}

function runInWorker(run: Run): Promise<FuzzReport> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), {
      workerData: run,
      resourceLimits: { maxOldGenerationSizeMb: heapMiB, maxYoungGenerationSizeMb: 16 },
    });
    let done = 0;
    let doneBefore = -1;
    const watchdog = setInterval(() => {
      if (done === doneBefore) reject(new Error(`the file after #${done} hangs`));
      doneBefore = done;
    }, 60_000);
    worker.on('message', (message: Message) => {
      if ('report' in message) {
        resolve(message.report);
        return;
      }
      done = message.done;
      if (done % 20_000 === 0) console.error(`${done} of ${run.count} files`);
    });
    worker.on('error', reject);
    worker.on('exit', () => clearInterval(watchdog));
  });
}

function print(run: Run, report: FuzzReport, seconds: number, peakMiB: number): void {
  console.log(`${report.files} damaged files, seed ${run.seed}, ${seconds.toFixed(1)} s`);
  for (const [outcome, files] of [...report.outcomes].sort((a, b) => b[1] - a[1])) {
    console.log(`${String(files).padStart(8)}  ${outcome}`);
  }
  console.log(`slowest file: ${report.slowest.ms.toFixed(1)} ms of processor time, ${report.slowest.file}`);
  console.log(`peak memory of the whole process: ${peakMiB.toFixed(0)} MiB`);
  for (const crash of report.crashes) console.error(crash);
}

async function main(): Promise<void> {
  const fixtures = process.env.MCUNET_FIXTURES ?? join(import.meta.dirname, '../../shared/data');
  const { values } = parseArgs({
    options: {
      count: { type: 'string', default: '200000' },
      seed: { type: 'string', default: '1' },
      models: { type: 'string', default: join(fixtures, 'models') },
    },
  });
  const run: Run = { count: Number(values.count), seed: Number(values.seed), models: values.models };
  const start = performance.now();
  const report = await runInWorker(run);
  const seconds = (performance.now() - start) / 1000;
  const peakMiB = process.resourceUsage().maxRSS / 1024;
  print(run, report, seconds, peakMiB);
  if (report.crashes.length === 0 && report.slowest.ms <= limitMs && peakMiB <= limitMiB) return;
  console.error(`failed: no crash, ${limitMs} ms a file and ${limitMiB} MiB are allowed`);
  process.exitCode = 1;
}

function work({ count, seed, models }: Run): void {
  const report = fuzzReader(readSpecimens(models), count, seed, (done) => {
    if (done % 1000 === 0) parentPort?.postMessage({ done } satisfies Message);
  });
  parentPort?.postMessage({ report } satisfies Message);
}

if (isMainThread) await main();
else work(workerData as Run);
