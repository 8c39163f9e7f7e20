/**
 * In which order the operators of a stream make their rows: the last operator's rows are asked for one by one, and each
 * operator makes no row before a consumer needs it.
 */
import { at, invariant } from '../base/index.ts';
import type { RowNode } from './network.ts';

type Read = {
  readonly position: number;
  /** Operator of the stream that makes this input; `undefined` where it comes from outside. */
  readonly maker: number | undefined;
};

type Maker = Pick<RowNode, 'rows'> & { readonly reads: readonly Read[] };

/**
 * For each row that is made, which of `nodes` makes it. `nodes` are in an executable order and all lead to the last;
 * `wholeStorages` must be made to their last row although nobody in the stream asks for it. Who is asked for a row makes
 * its whole band of `band` rows, one after another, as far as its image goes.
 */
export function rowOrderOf(
  nodes: readonly RowNode[],
  wholeStorages: ReadonlySet<number>,
  band: number,
): readonly number[] {
  const makers = makersOf(nodes);
  const made = nodes.map(() => 0);
  const order: number[] = [];
  /** First asks for all that the rows up to `end` need, so that they are made without a break. */
  const makeUntil = (node: number, end: number): void => {
    const { rows, reads } = at(makers, node);
    for (const { position, maker } of reads) {
      if (maker !== undefined) makeInput(maker, rows.reads(position, end - 1).end);
    }
    while (at(made, node) < end) {
      order.push(node);
      made[node] = at(made, node) + 1;
    }
  };
  const makeInput = (node: number, end: number): void => {
    const { rows } = at(makers, node);
    const wanted = rows.accumulates && end > 0 ? rows.rowCount : end;
    invariant(
      rows.accumulates || wanted <= rows.rowCount,
      'a reader asks for rows that its input does not have',
    );
    while (at(made, node) < wanted) makeUntil(node, Math.min(at(made, node) + band, rows.rowCount));
  };
  const last = nodes.length - 1;
  makeInput(last, at(makers, last).rows.rowCount);
  for (const [node, { writes, rows }] of nodes.entries()) {
    if (wholeStorages.has(writes)) makeInput(node, rows.rowCount);
  }
  return order;
}

/** Inputs that need the fewest operators come first: what they need of a shared input is gone when the others run. */
function makersOf(nodes: readonly RowNode[]): readonly Maker[] {
  const makerOf = new Map(nodes.map((node, index) => [node.writes, index]));
  const depths: number[] = [];
  return nodes.map((node) => {
    const reads = node.inputs.flatMap((storage, position): Read[] =>
      storage === undefined ? [] : [{ position, maker: makerOf.get(storage) }],
    );
    const depthOf = ({ maker }: Read): number => (maker === undefined ? 0 : at(depths, maker));
    depths.push(1 + Math.max(0, ...reads.map(depthOf)));
    return { rows: node.rows, reads: reads.sort((a, b) => depthOf(a) - depthOf(b)) };
  });
}
