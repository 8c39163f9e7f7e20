/** Takes damaged files through the rooms, one after the other, and keeps what each of them cost. */
import type { Corpus } from './corpus.ts';
import { type Depth, exercise, type Outcome } from './exercise.ts';

export type FuzzReport = {
  readonly files: number;
  /** How many files ended how: `plan: done`, or where and with which code they were refused. */
  readonly outcomes: ReadonlyMap<string, number>;
  /** In processor time of this thread, which other work on the machine does not lengthen. */
  readonly slowest: { readonly ms: number; readonly file: string };
  /** Everything thrown that was no `Failure`, at most ten. */
  readonly crashes: readonly string[];
};

export type Ended = Outcome & {
  readonly index: number;
  /** Seed and damage. */
  readonly file: string;
  readonly bytes: Uint8Array;
  readonly ms: number;
};

/** One in so many files is taken further than to its graph, as that takes most of the time; all where plans are asked for. */
const filesOfThorough = 16;

/** Files `from` to `to` of a corpus; `before` and `after` are told of each. */
export async function fuzz(
  corpus: Corpus,
  { from, to, depth }: { readonly from: number; readonly to: number; readonly depth: Depth },
  before: (index: number) => void = () => undefined,
  after: (ended: Ended) => Promise<void> | void = () => undefined,
): Promise<FuzzReport> {
  const every = depth === 'plans' ? 1 : filesOfThorough;
  const outcomes = new Map<string, number>();
  const crashes: string[] = [];
  let slowest = { ms: 0, file: 'none' };
  for (let index = from; index < to; index += 1) {
    before(index);
    const mutant = corpus.mutant(index);
    const file = `${corpus.format} #${index}, ${mutant.from}: ${mutant.kind}`;
    const start = process.threadCpuUsage();
    const outcome = await exercise(corpus.format, mutant.bytes, index % every === 0 ? depth : 'graph');
    const { user, system } = process.threadCpuUsage(start);
    const ms = (user + system) / 1000;
    if (ms > slowest.ms) slowest = { ms, file };
    if (outcome.crash !== undefined && crashes.length < 10) crashes.push(`${file}: ${outcome.crash}`);
    outcomes.set(outcome.kind, (outcomes.get(outcome.kind) ?? 0) + 1);
    await after({ ...outcome, index, file, bytes: mutant.bytes, ms });
  }
  return { files: to - from, outcomes, slowest, crashes };
}
