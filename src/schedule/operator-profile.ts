/** What planning needs to know of an operator, whatever network it stands in. */
import { at, invariant } from '../base/index.ts';
import type { Graph } from '../graph/index.ts';
import { dispatchCycles } from '../kernels/index.ts';
import type { Target } from '../target/index.ts';
import { alignUp, type OverlappableInput, shareableBytes } from './live-bytes.ts';
import { type Network, type Node, networkOf } from './network.ts';

/** Rows of an input that a row needs, away from the borders. */
type RowWindow = {
  readonly height: number;
  readonly stride: number;
  readonly paddingTop: number;
  /** Every row goes into one result. */
  readonly isSummed: boolean;
};

export type OperatorProfile = {
  /** The same for operators that are alike in all that counts here. */
  readonly id: number;
  readonly kernel: string;
  /** Its reads and what it writes are those of a network of its own. */
  readonly node: Node;
  /** For each of the node's reads, and for what it writes. */
  readonly readBytes: readonly number[];
  readonly readHeights: readonly number[];
  readonly outputBytes: number;
  readonly outputHeight: number;
  /** `undefined` where it cannot run row by row. */
  readonly window: RowWindow | undefined;
  /** Scratch memory where it runs row by row. */
  readonly rowScratchBytes: number;
  /** Run whole, all of it in coupled memory, and what is added where its inputs or its output lie beyond. */
  readonly cycles: number;
  readonly slowInputCycles: number;
  readonly slowOutputCycles: number;
  /** Run in calls of so many rows, with what dispatches them. */
  rowCycles(rows: number): number;
  /** Arena bytes of the operator run whole, by the reads that die with it: bit n for read n. */
  wholeBytes(dying: number): number;
};

/** The profile of the only operator of a graph. */
export function profileOf(graph: Graph, target: Target, id: number): OperatorProfile {
  const network = networkOf(graph, target);
  invariant(network.nodes.length === 1, 'a profile is of one operator');
  return nodeProfile(network, at(network.nodes, 0), id);
}

function nodeProfile(network: Network, node: Node, id: number): OperatorProfile {
  const bytesOf = (storage: number): number => at(network.storages, storage).bytes;
  const readBytes = node.reads.map(bytesOf);
  const outputBytes = bytesOf(node.writes);
  const cycles = node.cyclesOf({ input: 0, output: 0 });
  const touched = [...node.reads, node.writes];
  const isReshaped = touched.some((storage) => at(network.storages, storage).tensors.length > 1);
  return {
    id,
    kernel: node.kernel,
    node,
    readBytes,
    readHeights: node.reads.map((storage) => at(network.heights, storage)),
    outputBytes,
    outputHeight: at(network.heights, node.writes),
    window: isReshaped ? undefined : windowOf(node),
    rowScratchBytes: node.rows?.scratchBytes ?? 0,
    cycles,
    slowInputCycles: node.cyclesOf({ input: 1, output: 0 }) - cycles,
    slowOutputCycles: node.cyclesOf({ input: 0, output: 1 }) - cycles,
    rowCycles: rowCyclesOf(node),
    wholeBytes: wholeBytesOf(node, readBytes, outputBytes),
  };
}

function windowOf({ rows, inputs }: Node): RowWindow | undefined {
  if (rows === undefined) return undefined;
  // Two rows in the middle, where no border cuts the window.
  const middle = Math.floor(rows.rowCount / 2);
  const position = inputs.findIndex((storage) => storage !== undefined);
  const window = rows.reads(position, middle);
  const next = rows.reads(position, middle + 1);
  const stride = middle + 1 < rows.rowCount ? next.first - window.first : 1;
  return {
    height: window.end - window.first,
    stride,
    paddingTop: rows.accumulates ? 0 : middle * stride - window.first,
    isSummed: rows.accumulates,
  };
}

/** Calls of some rows do at least the work of one call of all. */
function rowCyclesOf({ rows: form, cyclesOf }: Node): OperatorProfile['rowCycles'] {
  const known: number[] = [];
  const share = { input: 0, output: 0 };
  return (rows) => {
    const calls = (form?.rowCount ?? 0) / rows;
    known[rows] ??= Math.max(calls * cyclesOf({ rows, ...share }), cyclesOf(share)) + calls * dispatchCycles;
    return known[rows];
  };
}

function wholeBytesOf(
  { leads, scratchBytes }: Node,
  readBytes: readonly number[],
  outputBytes: number,
): OperatorProfile['wholeBytes'] {
  const known: number[] = [];
  const all = readBytes.reduce(
    (sum, bytes) => sum + alignUp(bytes),
    alignUp(scratchBytes) + alignUp(outputBytes),
  );
  return (dying) => {
    const inputs = readBytes.flatMap((bytes, read): OverlappableInput[] => {
      const leadBytes = leads[read];
      return leadBytes !== undefined && (dying & (1 << read)) !== 0 ? [{ bytes, leadBytes }] : [];
    });
    known[dying] ??= all - shareableBytes(outputBytes, inputs);
    return known[dying];
  };
}
