/** Reads the call graph with stack frames that GCC writes for `-fcallgraph-info=su`, in the VCG language. */
import { callGraphMalformed } from './failures.ts';
import type { CallGraph, CallGraphNode } from './types.ts';

/** Callee of every call through a pointer. */
export const indirectCallId = '__indirect_call';

type Draft = {
  symbol: string;
  frameBytes: number | undefined;
  hasDynamicFrame: boolean;
  callees: Set<string>;
};

const nodePattern = /^node: \{ title: "([^"]+)" label: "([^"]*)"(?: shape : ellipse)? \}$/;
const edgePattern = /^edge: \{ sourcename: "([^"]+)" targetname: "([^"]+)"(?: label: "[^"]*")? \}$/;
const framePattern = /\\n(\d+) bytes \((static|dynamic|dynamic,bounded|bounded)\)/;

/**
 * One graph from the `.ci` texts of all units of a program: functions meet by their symbols.
 * A function that no unit defines has no frame. Throws a `Failure` (`CALL_GRAPH_MALFORMED`) for other text.
 */
export function readCallGraph(texts: Iterable<string>): CallGraph {
  const drafts = new Map<string, Draft>();
  for (const text of texts) {
    for (const line of text.split('\n')) readLine(line, drafts);
  }
  return new Map(
    [...drafts].map(([id, draft]): [string, CallGraphNode] => [
      id,
      {
        id,
        symbol: draft.symbol,
        frameBytes: draft.frameBytes,
        hasDynamicFrame: draft.hasDynamicFrame,
        callees: [...draft.callees],
      },
    ]),
  );
}

function readLine(line: string, drafts: Map<string, Draft>): void {
  if (line === '' || line === '}' || line.startsWith('graph: { title: "')) return;
  const node = nodePattern.exec(line);
  if (node !== null) {
    const [, id = '', label = ''] = node;
    defineFrame(draftOf(id, drafts), label);
    return;
  }
  const edge = edgePattern.exec(line);
  if (edge === null) throw callGraphMalformed(line);
  const [, source = '', target = ''] = edge;
  draftOf(source, drafts).callees.add(target);
  draftOf(target, drafts);
}

function draftOf(id: string, drafts: Map<string, Draft>): Draft {
  const known = drafts.get(id);
  if (known !== undefined) return known;
  const draft: Draft = {
    // A static function is called `file:symbol`.
    symbol: id.slice(id.lastIndexOf(':') + 1),
    frameBytes: undefined,
    hasDynamicFrame: false,
    callees: new Set(),
  };
  drafts.set(id, draft);
  return draft;
}

/** A unit that only calls a function describes it without a frame; that adds nothing to the unit that defines it. */
function defineFrame(draft: Draft, label: string): void {
  const frame = framePattern.exec(label);
  if (frame === null) return;
  if (frame[2] === 'dynamic') draft.hasDynamicFrame = true;
  draft.frameBytes = Math.max(draft.frameBytes ?? 0, Number(frame[1]));
}
