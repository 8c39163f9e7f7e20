/** Feeds damaged files to the reader and, where they can still be read, to what comes after it. */
import { at, Failure } from '../../src/base/index.ts';
import { buildGraph } from '../../src/graph/index.ts';
import { readModel } from '../../src/model/index.ts';
import { mutator, type Specimen, seededRandom } from './mutations.ts';

export type FuzzReport = {
  readonly files: number;
  /** How many files ended how: `graph`, or where and with which code they were refused. */
  readonly outcomes: ReadonlyMap<string, number>;
  /** In processor time of this thread, which other work on the machine does not lengthen. */
  readonly slowest: { readonly ms: number; readonly file: string };
  /** Everything thrown that was no `Failure`, at most ten. */
  readonly crashes: readonly string[];
};

/** File `i` of a run is determined by `seed` and `i` alone, so that one that fails can be made again. */
export function fuzzReader(
  specimens: readonly Specimen[],
  count: number,
  seed: number,
  advance: (done: number) => void = () => undefined,
): FuzzReport {
  const mutate = mutator(Math.max(...specimens.map(({ bytes }) => bytes.length)));
  const outcomes = new Map<string, number>();
  const crashes: string[] = [];
  let slowest = { ms: 0, file: 'none' };
  for (let index = 0; index < count; index += 1) {
    const original = at(specimens, index % specimens.length);
    const mutant = mutate(original, seededRandom(Math.imul(seed, 1_000_003) + index));
    const file = `${original.name} #${index} (${mutant.kind})`;
    const start = process.threadCpuUsage();
    const outcome = readAll(mutant.bytes);
    const { user, system } = process.threadCpuUsage(start);
    const ms = (user + system) / 1000;
    if (ms > slowest.ms) slowest = { ms, file };
    if (outcome.crash !== undefined && crashes.length < 10) crashes.push(`${file}: ${outcome.crash}`);
    outcomes.set(outcome.kind, (outcomes.get(outcome.kind) ?? 0) + 1);
    advance(index + 1);
  }
  return { files: count, outcomes, slowest, crashes };
}

type Outcome = { readonly kind: string; readonly crash?: string };

function readAll(bytes: Uint8Array): Outcome {
  let stage = 'reader';
  try {
    const model = readModel(bytes);
    stage = 'graph';
    buildGraph(model);
    return { kind: 'graph: built' };
  } catch (thrown) {
    if (thrown instanceof Failure) return { kind: `${stage}: ${thrown.code}` };
    return {
      kind: `${stage}: CRASH`,
      crash: thrown instanceof Error ? String(thrown.stack) : String(thrown),
    };
  }
}
