/** Estimated against simulated cycles of whole networks, none of which coefficients are fitted to. */
import type { Toolchain } from '../../src/base/index.ts';
import type { Graph } from '../../src/graph/index.ts';
import { estimateOperatorCycles, type PlanOptions } from '../../src/schedule/index.ts';
import type { Target } from '../../src/target/index.ts';
import { inParallel } from './measure-cases.ts';
import { measureGraph } from './measure-graph.ts';

export type ValidationCase = {
  readonly name: string;
  readonly graph: Graph;
  readonly options: PlanOptions;
};

export type ValidationRow = {
  readonly name: string;
  readonly simulated: number;
  readonly estimated: number;
  /** Of the estimate, relative to what was simulated. */
  readonly error: number;
};

/** In the order of the cases. */
export async function validateEstimate(
  cases: readonly ValidationCase[],
  target: Target,
  toolchain: Toolchain,
): Promise<ValidationRow[]> {
  const rows = new Map<ValidationCase, ValidationRow>();
  await inParallel(cases, async (one) => {
    const { name, graph, options } = one;
    const { schedule, cycles: simulated } = await measureGraph(graph, target, toolchain, options);
    const estimated = Math.round(estimateOperatorCycles(schedule, target).reduce((sum, own) => sum + own, 0));
    rows.set(one, { name, simulated, estimated, error: estimated / simulated - 1 });
    process.stderr.write(`${name}: simulated ${simulated}, estimated ${estimated}\n`);
  });
  return cases.flatMap((one) => rows.get(one) ?? []);
}

export function validationTable(rows: readonly ValidationRow[]): string {
  const percent = (error: number): string => `${(100 * error).toFixed(1)} %`;
  const count = (value: number): string => value.toLocaleString('en-GB');
  const errors = rows.map(({ error }) => Math.abs(error)).sort((a, b) => a - b);
  const median = errors[Math.floor(errors.length / 2)] ?? 0;
  return [
    '| Network | Simulated cycles | Estimated | Error |',
    '|---|--:|--:|--:|',
    ...rows.map(
      ({ name, simulated, estimated, error }) =>
        `| ${name} | ${count(simulated)} | ${count(estimated)} | ${percent(error)} |`,
    ),
    '',
    `Median ${percent(median)}, worst ${percent(errors.at(-1) ?? 0)}.`,
  ].join('\n');
}
