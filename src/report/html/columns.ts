/** Layers as columns of a chart: one each, or several together where there are more than can be drawn. */
import { at } from '../../base/index.ts';

const mostColumns = 200;

export type Columns<Layer> = {
  /** Layers of each column, in order. */
  readonly groups: readonly (readonly Layer[])[];
  readonly layersPerColumn: number;
  /** Operator index of the first layer of each column. */
  readonly labels: readonly string[];
};

export function columnsOf<Layer extends { readonly index: number }>(
  layers: readonly Layer[],
): Columns<Layer> {
  const layersPerColumn = Math.max(1, Math.ceil(layers.length / mostColumns));
  const groups: Layer[][] = [];
  for (let first = 0; first < layers.length; first += layersPerColumn) {
    groups.push(layers.slice(first, first + layersPerColumn));
  }
  return { groups, layersPerColumn, labels: groups.map((group) => String(at(group, 0).index)) };
}

/** Says so where a column is more than one layer. */
export function columnWords(
  { layersPerColumn }: Pick<Columns<unknown>, 'layersPerColumn'>,
  how: 'largest' | 'sum',
): string {
  return layersPerColumn === 1 ? '' : ` Each column is the ${how} of ${layersPerColumn} layers.`;
}
