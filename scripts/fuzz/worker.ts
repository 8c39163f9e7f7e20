/** A process that takes damaged files through the rooms and writes down which one it is at, should it not come back. */
import { mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { openCorpus } from '../../test/fuzz/corpus.ts';
import { type Ended, fuzz } from '../../test/fuzz/fuzz.ts';
import { type Chunk, type ChunkResult, limitMiB, limitMs, type Run } from './run.ts';

const run = JSON.parse(process.argv[2] ?? '') as Run & { readonly positionFile: string };
const corpus = openCorpus(run.format, run.seed, run.shared);
const position = openSync(run.positionFile, 'w');

const peakMiB = (): number => process.resourceUsage().maxRSS / 1024;

function writeDown(index: number): void {
  writeSync(position, String(index).padEnd(12), 0);
}

/** Saved so that it can be looked at; `--replay` makes it again from its number. */
function report(problem: string, { index, file, bytes, crash, kind, ms }: Ended): void {
  const folder = join(run.out, 'findings');
  mkdirSync(folder, { recursive: true });
  const name = join(folder, `${run.format}-${run.seed}-${index}-${problem}`);
  writeFileSync(`${name}.bin`, bytes);
  writeFileSync(
    `${name}.json`,
    JSON.stringify({ ...run, index, file, kind, ms, peakMiB: peakMiB(), crash }, null, 2),
  );
}

async function work({ from, to }: Chunk): Promise<void> {
  let peak = peakMiB();
  let raised = 'none';
  let findings = 0;
  const find = (problem: string, ended: Ended): void => {
    findings += 1;
    report(problem, ended);
  };
  const result = await fuzz(corpus, { from, to, depth: run.depth }, writeDown, (ended) => {
    if (ended.crash !== undefined) find('crash', ended);
    if (ended.ms > limitMs) find('slow', ended);
    const now = peakMiB();
    if (now <= peak) return;
    if (now > limitMiB && peak <= limitMiB) find('memory', ended);
    [peak, raised] = [now, ended.file];
  });
  const { files, slowest } = result;
  const outcomes = [...result.outcomes];
  process.send?.({
    from,
    files,
    outcomes,
    slowest,
    peak: { mib: peak, file: raised },
    findings,
  } satisfies ChunkResult);
}

process.on('message', (chunk: Chunk) => void work(chunk));
process.send?.('ready');
