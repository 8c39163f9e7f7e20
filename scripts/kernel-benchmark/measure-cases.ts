/** Runs the benchmark's networks and gathers, for each kernel, what its calls did and the cycles that they took. */
import type { Toolchain } from '../../src/base/index.ts';
import { heightOf, workOf } from '../../src/kernels/cycles/call-work.ts';
import { shapeOf } from '../../src/kernels/cycles/operator-shape.ts';
import type { CallForm, Work } from '../../src/kernels/cycles/work.ts';
import type { Target } from '../../src/target/index.ts';
import type { BenchmarkCase } from './cases.ts';
import type { Sample } from './fit.ts';
import { type MeasuredGraph, type MeasuredOperator, measureGraph } from './measure-graph.ts';

/** The whole arena behind the data cache, but for its first bytes: the stack, which lies before it, stays coupled. */
function withCachedArena(target: Target): Target {
  const origin = 0x2000_fc00;
  return {
    ...target,
    sramOrigin: origin,
    sramBytes: target.sramOrigin + target.sramBytes - origin,
  };
}

export type Measurements = {
  /** By kernel. */
  readonly samples: ReadonlyMap<string, readonly Sample[]>;
  /** Calls in streams, and what their dispatch took. */
  readonly dispatches: readonly Sample[];
};

export async function measureCases(
  cases: readonly BenchmarkCase[],
  target: Target,
  toolchain: Toolchain,
): Promise<Measurements> {
  const samples = new Map<string, Sample[]>();
  const dispatches: Sample[] = [];
  await inParallel(cases, async ({ name, graph, options, memory }) => {
    const board = memory === 'cached' ? withCachedArena(target) : target;
    const measured = await measureGraph(graph, board, toolchain, options);
    for (const operator of measured.operators) {
      // A tail call of a copy, or of the function of an equal operator, is counted elsewhere.
      if (operator.cycles < leastCycles) continue;
      const shape = shapeOf(operator.op, graph, operator.kernel);
      const own = samples.get(operator.kernel) ?? [];
      samples.set(operator.kernel, own);
      const work = sumOf(
        formsOf(operator, heightOf(shape)).map((form) => workOf(shape, form, operator.cached)),
      );
      own.push({ work, cycles: operator.cycles });
    }
    dispatches.push(...dispatchesOf(measured));
    process.stderr.write(`${name}: ${measured.operators.length} operators, ${measured.cycles} cycles\n`);
  });
  return { samples: new Map([...samples].map(([kernel, own]) => [kernel, inOrder(own)])), dispatches };
}

/** Sums of squares depend on their order in the last digit. */
function inOrder(samples: readonly Sample[]): Sample[] {
  const key = ({ work, cycles }: Sample): string => JSON.stringify([cycles, work]);
  return samples.toSorted((a, b) => a.cycles - b.cycles || key(a).localeCompare(key(b)));
}

const leastCycles = 50;

/** Compilers run beside the simulator. */
const most = 3;

/** What is gathered must not depend on the order in which cases end: callers sort, or add up. */
export async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items];
  const lanes = Array.from({ length: most }, async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  });
  await Promise.all(lanes);
}

function formsOf({ calls }: MeasuredOperator, height: number): CallForm[] {
  return calls?.map((rows) => ({ rows, isStreamed: true })) ?? [{ rows: height, isStreamed: false }];
}

function sumOf(works: readonly Work[]): Work {
  const sum: Record<string, number> = {};
  for (const work of works) {
    for (const [term, count] of Object.entries(work)) sum[term] = (sum[term] ?? 0) + count;
  }
  return sum;
}

function dispatchesOf({ operators, others }: MeasuredGraph): Sample[] {
  const call = operators.reduce((sum, { calls }) => sum + (calls?.length ?? 0), 0);
  const cycles = [...others].reduce((sum, [symbol, own]) => sum + (/stream/.test(symbol) ? own : 0), 0);
  return call === 0 ? [] : [{ work: { call }, cycles }];
}
