/** Worst-case stack over a call graph; what cannot be bounded is reported, never guessed. */
import { at } from '../base/index.ts';
import { indirectCallId } from './call-graph.ts';
import type { CallGraph, CallGraphNode, StackBound, StackFinding } from './types.ts';

type Frame = { readonly symbol: string; readonly frameBytes: number };
type Deepest = { readonly bytes: number; readonly chain: readonly Frame[] };
const nothing: Deepest = { bytes: 0, chain: [] };

/**
 * The deepest chain of calls that starts at the function `root`, in bytes of frames.
 * Recursion, calls through pointers, frames of unknown size and functions without stack information are findings.
 */
export function boundStack(graph: CallGraph, root: string): StackBound {
  const findings: StackFinding[] = [];
  const finished = new Map<string, Deepest>();
  const path: string[] = [];

  const visit = (id: string): Deepest => {
    const known = finished.get(id);
    if (known !== undefined) return known;
    const start = path.indexOf(id);
    if (start !== -1) {
      findings.push({
        kind: 'recursion',
        symbols: path.slice(start).map((member) => symbolOf(graph, member)),
      });
      return nothing;
    }
    const node = graph.get(id);
    const finding = findingOf(
      node,
      id,
      path.length === 0 ? undefined : symbolOf(graph, at(path, path.length - 1)),
    );
    if (finding !== undefined) findings.push(finding);
    path.push(id);
    const deepest = (node?.callees ?? []).map(visit).reduce((a, b) => (b.bytes > a.bytes ? b : a), nothing);
    path.pop();
    const frame = { symbol: symbolOf(graph, id), frameBytes: node?.frameBytes ?? 0 };
    const result = { bytes: frame.frameBytes + deepest.bytes, chain: [frame, ...deepest.chain] };
    // Every caller through a pointer, and every caller of an unknown function, gets its own finding.
    if (finding === undefined || finding.kind === 'dynamic-frame') finished.set(id, result);
    return result;
  };

  const { bytes, chain } = visit(root);
  return { bytes, chain, findings };
}

function symbolOf(graph: CallGraph, id: string): string {
  return graph.get(id)?.symbol ?? id;
}

function findingOf(
  node: CallGraphNode | undefined,
  id: string,
  caller: string | undefined,
): StackFinding | undefined {
  if (id === indirectCallId) return { kind: 'indirect-call', caller: caller ?? id };
  if (node?.hasDynamicFrame === true) return { kind: 'dynamic-frame', symbol: node.symbol };
  if (node?.frameBytes === undefined)
    return { kind: 'no-stack-information', symbol: node?.symbol ?? id, caller };
  return undefined;
}

/** A finding in words, for messages. */
export function describeFinding(finding: StackFinding): string {
  switch (finding.kind) {
    case 'recursion':
      return `recursion through ${finding.symbols.join(', ')}`;
    case 'indirect-call':
      return `${finding.caller} calls through a pointer`;
    case 'dynamic-frame':
      return `${finding.symbol} has a frame whose size is known at run time only`;
    case 'no-stack-information':
      return finding.caller === undefined
        ? `${finding.symbol} has no stack information`
        : `${finding.symbol}, called by ${finding.caller}, has no stack information`;
  }
}
