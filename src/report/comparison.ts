/** Head against base as data: which layers and which symbols changed most, and why there may be nothing to compare. */
import type { LayerMeasurement } from '../measurement/index.ts';
import { figureOf, metrics } from './figures.ts';
import type { BaseRow, LayerChange, ReportComparison, ReportModel, SymbolChange } from './types.ts';

/** Most entries of each list; the largest differences are kept. */
const mostChanges = 20;

type Compared = Pick<ReportModel, 'layers' | 'largestSymbols'>;

/** What changed between a base row and the head of the same model. */
export function compare(base: BaseRow, head: Compared): ReportComparison {
  const { kind, source, path, reason, row } = base;
  const changes =
    row === null
      ? { layers: [], symbols: [] }
      : { layers: layerChanges(row.layers, head.layers), symbols: symbolChanges(row, head) };
  return { kind, source, path, reason, ...changes };
}

/** Whether nothing that a picture could show differs from the base. */
export function isAsBase(model: ReportModel): boolean {
  const { base, comparison } = model;
  if (base === null || comparison === null) return false;
  const isSame = metrics.every((metric) => figureOf(model, metric) === figureOf(base, metric));
  return isSame && comparison.layers.length === 0 && comparison.symbols.length === 0;
}

/** Layers are matched by name, and where several have one name by their order among these. */
function layerChanges(
  before: readonly LayerMeasurement[],
  after: readonly LayerMeasurement[],
): readonly LayerChange[] {
  const old = byKey(before);
  const now = byKey(after);
  const added = [...now].map(([key, layer]) => layerChange(old.get(key), layer));
  const removed = [...old].filter(([key]) => !now.has(key)).map(([, layer]) => layerChange(layer, undefined));
  return [...added, ...removed]
    .filter((change) => change !== undefined)
    .sort(
      (a, b) => Math.abs(b.cycles) - Math.abs(a.cycles) || Math.abs(b.weightBytes) - Math.abs(a.weightBytes),
    )
    .slice(0, mostChanges);
}

function byKey(layers: readonly LayerMeasurement[]): ReadonlyMap<string, LayerMeasurement> {
  const count = new Map<string, number>();
  return new Map(
    layers.map((layer) => {
      const title = `${layer.op} ${layer.name}`;
      const nth = (count.get(title) ?? 0) + 1;
      count.set(title, nth);
      return [`${title} ${nth}`, layer];
    }),
  );
}

function layerChange(
  before: LayerMeasurement | undefined,
  after: LayerMeasurement | undefined,
): LayerChange | undefined {
  const layer = after ?? before;
  if (layer === undefined) return undefined;
  const difference = (figure: 'cycles' | 'weightBytes' | 'liveBytes') =>
    (after?.[figure] ?? 0) - (before?.[figure] ?? 0);
  const change: LayerChange = {
    name: layer.name,
    op: layer.op,
    state: before === undefined ? 'added' : after === undefined ? 'removed' : 'changed',
    cycles: difference('cycles'),
    weightBytes: difference('weightBytes'),
    liveBytes: difference('liveBytes'),
  };
  const isSame = change.cycles === 0 && change.weightBytes === 0 && change.liveBytes === 0;
  return isSame && change.state === 'changed' ? undefined : change;
}

/**
 * A report holds its largest symbols only: one that is missing on a side was smaller there than that side's smallest,
 * which says too little for a difference, so only symbols that both sides hold are compared.
 */
function symbolChanges(before: Compared, after: Compared): readonly SymbolChange[] {
  const old = new Map(before.largestSymbols.map((symbol) => [symbol.name, symbol.bytes]));
  return after.largestSymbols
    .flatMap(({ name, bytes }) => {
      const was = old.get(name);
      return was === undefined || was === bytes ? [] : [{ name, bytes: bytes - was }];
    })
    .sort((a, b) => Math.abs(b.bytes) - Math.abs(a.bytes));
}
