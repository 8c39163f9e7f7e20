/** The catalogue of kernels with their simulated cycles on usual shapes, and what the estimate says of them. */
import { at, type Toolchain } from '../../src/base/index.ts';
import { countMacs, elementCount, type Graph } from '../../src/graph/index.ts';
import { findKernel } from '../../src/kernels/index.ts';
import type { Target } from '../../src/target/index.ts';
import { catalogueCases, int16CatalogueCases } from './catalogue-cases.ts';
import { int16SideBySide } from './int16-cases.ts';
import { type MeasuredOperator, measureGraph } from './measure-graph.ts';
import { sideBySide } from './side-by-side.ts';

export type CatalogueRow = {
  readonly kernel: string;
  readonly title: string;
  readonly cycles: number;
  readonly instructions: number;
  /** Multiply-accumulates, or elements of the output where there are none. */
  readonly unit: 'MAC' | 'element';
  readonly units: number;
  readonly estimate: number;
};

/** One row for each case, run whole, in the order of the cases. */
export async function measureCatalogue(target: Target, toolchain: Toolchain): Promise<CatalogueRow[]> {
  const rows: CatalogueRow[] = [];
  const batches = [...sideBySide(catalogueCases), ...int16SideBySide(int16CatalogueCases)];
  for (const { cases, graph } of batches) {
    const { operators } = await measureGraph(graph, target, toolchain, { objective: 'speed' });
    for (const [index, { title }] of cases.entries()) {
      const own = operators.find(({ op }) => op === at(graph.ops, index));
      if (own !== undefined) rows.push(rowOf(title, own, graph, target));
    }
  }
  return rows;
}

function rowOf(title: string, measured: MeasuredOperator, graph: Graph, target: Target): CatalogueRow {
  const { op, kernel, cycles, instructions, cached } = measured;
  const macs = countMacs(op, graph);
  const units = macs > 0 ? macs : elementCount(at(graph.tensors, op.output).shape);
  const estimate = findKernel(kernel).estimateCycles(op, graph, target, { cached });
  return { kernel, title, cycles, instructions, unit: macs > 0 ? 'MAC' : 'element', units, estimate };
}

export function catalogueTable(rows: readonly CatalogueRow[]): string {
  const lines = rows.map(({ kernel, title, cycles, instructions, unit, units, estimate }) => {
    const each = `${(cycles / units).toFixed(2)} a ${unit}`;
    const error = `${(100 * (estimate / cycles - 1)).toFixed(1)} %`;
    const count = (value: number): string => value.toLocaleString('en-GB');
    return `| ${kernel} | ${title} | ${count(instructions)} | ${count(cycles)} | ${each} | ${error} |`;
  });
  return [
    '| Kernel | Operator | Instructions | Cycles | Cycles | Error of the estimate |',
    '|---|---|--:|--:|--:|--:|',
    ...lines,
  ].join('\n');
}
