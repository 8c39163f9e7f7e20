/** A process that takes damaged files through the rooms and writes down which one it is at, should it not come back. */
import { mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { openCorpus } from '../../test/fuzz/corpus.ts';
import { exercise } from '../../test/fuzz/exercise.ts';
import { type Ended, fuzz } from '../../test/fuzz/fuzz.ts';
import { type Chunk, type ChunkResult, limitMiB, limitMs, type Run } from './run.ts';
import { watchMemory } from './watch-memory.ts';

const run = JSON.parse(process.argv[2] ?? '') as Run & { readonly positionFile: string };
const corpus = openCorpus(run.format, run.seed, run.shared);
const position = openSync(run.positionFile, 'w');

const memory = watchMemory();

function writeDown(index: number): void {
  writeSync(position, String(index).padEnd(12), 0);
  memory.beginFile();
}

/** Stack traces of what is refused, most files, would take a tenth of the time; crashes are run once more for theirs. */
Error.stackTraceLimit = 0;

async function stackOf({ bytes }: Ended): Promise<string | undefined> {
  Error.stackTraceLimit = 20;
  const { crash } = await exercise(run.format, bytes, run.depth);
  Error.stackTraceLimit = 0;
  return crash;
}

/** Saved so that it can be looked at; `--replay` makes it again from its number. */
async function report(problem: string, ended: Ended): Promise<void> {
  const { index, file, bytes, kind, ms } = ended;
  const folder = join(run.out, 'findings');
  mkdirSync(folder, { recursive: true });
  const name = join(folder, `${run.format}-${run.seed}-${index}-${problem}`);
  writeFileSync(`${name}.bin`, bytes);
  const crash = ended.crash === undefined ? undefined : await stackOf(ended);
  writeFileSync(
    `${name}.json`,
    JSON.stringify({ ...run, index, file, kind, ms, peakMiB: memory.peakMiB(), crash }, null, 2),
  );
}

async function work({ from, to }: Chunk): Promise<void> {
  let peak = memory.peakMiB();
  let raised = 'none';
  let own: ChunkResult['own'];
  let findings = 0;
  const find = async (problem: string, ended: Ended): Promise<void> => {
    findings += 1;
    await report(problem, ended);
  };
  const result = await fuzz(corpus, { from, to, depth: run.depth }, writeDown, async (ended) => {
    if (ended.crash !== undefined) await find('crash', ended);
    if (ended.ms > limitMs) await find('slow', ended);
    const mib = memory.addedMiB();
    if (mib !== undefined && mib > (own?.mib ?? -1)) own = { mib, file: ended.file };
    const now = memory.peakMiB();
    if (now <= peak) return;
    if (now > limitMiB && peak <= limitMiB) await find('memory', ended);
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
    own,
    findings,
  } satisfies ChunkResult);
}

process.on('message', (chunk: Chunk) => void work(chunk));
process.send?.('ready');
