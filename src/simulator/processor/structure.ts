/**
 * Turns a graph of blocks into nested loops and labelled statements, so that compiled code needs no dispatch. After N. Ramsey,
 * "Beyond Relooper" (ICFP 2022): code follows the dominator tree; a block with several ways in stands after a labelled
 * statement that they break out of, a loop's head in a loop that they continue. Edges that are neither leave the function.
 */

export type Graph = { readonly successors: readonly (readonly number[])[] };

export type Structure = {
  /** Numbers in reverse postorder; a block with a smaller one comes first. */
  readonly order: readonly number[];
  readonly isLoopHead: readonly boolean[];
  /** Whether several forward edges lead to it. */
  readonly isMerge: readonly boolean[];
  /** Blocks that it dominates immediately, in reverse postorder. */
  readonly children: readonly (readonly number[])[];
  /** Whether an edge goes back to a block that does not dominate its source: such a loop has no head. */
  isIrreducible(from: number, to: number): boolean;
};

export function analyse(graph: Graph): Structure {
  const count = graph.successors.length;
  const sequence = reversePostorder(graph);
  const order: number[] = Array.from({ length: count }, () => count);
  sequence.forEach((block, position) => {
    order[block] = position;
  });
  const position = (block: number): number => order[block] ?? count;
  const predecessors = sequence.map((): number[] => []);
  for (const from of sequence) {
    for (const to of graph.successors[from] ?? []) predecessors[position(to)]?.push(position(from));
  }
  const dominators = immediateDominators(predecessors);
  const dominates = (over: number, under: number): boolean => {
    let at = under;
    while (at > over) at = dominators[at] ?? 0;
    return at === over;
  };
  const isBack = (from: number, to: number): boolean => position(to) <= position(from);
  const forwardEdges: number[] = Array.from({ length: count }, () => 0);
  const isLoopHead: boolean[] = Array.from({ length: count }, () => false);
  for (const from of sequence) {
    for (const to of new Set(graph.successors[from])) {
      if (!isBack(from, to)) forwardEdges[to] = (forwardEdges[to] ?? 0) + 1;
      else if (dominates(position(to), position(from))) isLoopHead[to] = true;
    }
  }
  const children: number[][] = Array.from({ length: count }, () => []);
  sequence.forEach((block, at) => {
    if (at > 0) children[sequence[dominators[at] ?? 0] ?? 0]?.push(block);
  });
  return {
    order,
    isLoopHead,
    isMerge: forwardEdges.map((edges) => edges > 1),
    children,
    isIrreducible: (from, to) => isBack(from, to) && !dominates(position(to), position(from)),
  };
}

/** Blocks that are reached from the first, each before those that it leads forward to. */
function reversePostorder({ successors }: Graph): readonly number[] {
  const seen = new Set<number>([0]);
  const postorder: number[] = [];
  const path: { readonly block: number; next: number }[] = [{ block: 0, next: 0 }];
  for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
    const successor = successors[top.block]?.[top.next];
    top.next++;
    if (successor === undefined) {
      postorder.push(top.block);
      path.pop();
    } else if (!seen.has(successor)) {
      seen.add(successor);
      path.push({ block: successor, next: 0 });
    }
  }
  return postorder.reverse();
}

/** Cooper, Harvey and Kennedy's iteration; everything by position in reverse postorder. */
function immediateDominators(predecessors: readonly (readonly number[])[]): readonly number[] {
  const dominators: (number | undefined)[] = predecessors.map((_, at) => (at === 0 ? 0 : undefined));
  const meet = (a: number, b: number): number => {
    let left = a;
    let right = b;
    while (left !== right) {
      if (left > right) left = dominators[left] ?? 0;
      else right = dominators[right] ?? 0;
    }
    return left;
  };
  for (let changed = true; changed; ) {
    changed = false;
    for (let at = 1; at < predecessors.length; at++) {
      let dominator: number | undefined;
      for (const predecessor of predecessors[at] ?? []) {
        if (dominators[predecessor] === undefined) continue;
        dominator = dominator === undefined ? predecessor : meet(dominator, predecessor);
      }
      if (dominator !== dominators[at]) {
        dominators[at] = dominator;
        changed = true;
      }
    }
  }
  return dominators.map((dominator) => dominator ?? 0);
}
