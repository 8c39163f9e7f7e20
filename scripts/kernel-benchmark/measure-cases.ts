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
export function withCachedArena(target: Target): Target {
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
  for (const { name, graph, options, memory } of cases) {
    const board = memory === 'cached' ? withCachedArena(target) : target;
    const measured = await measureGraph(graph, board, toolchain, options);
    for (const operator of measured.operators) {
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
  }
  return { samples, dispatches };
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
