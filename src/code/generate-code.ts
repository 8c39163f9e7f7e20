/** From a plan to C: model.h, model.c and the kernel headers that they use. */
import { at, invariant } from '../base/index.ts';
import { kernelHeaders } from '../kernels/index.ts';
import type { Schedule } from '../schedule/index.ts';
import type { Target } from '../target/index.ts';
import { placedEdges } from './edges.ts';
import { edgelessNetwork } from './failures.ts';
import { modelHeader } from './model-header.ts';
import { modelSource } from './model-source.ts';
import { operatorText } from './operator-text.ts';
import type { SourceTree } from './types.ts';

type CodeOptions = {
  /** Name of the network, for comments and `MODEL_NAME`; may hold anything. */
  readonly name: string;
  readonly target: Target;
};

/**
 * C11 of a plan, with one `noinline` function and one symbol an operator. The same plan gives the same text. Nothing of
 * the model's names reaches an identifier. Throws a `Failure` for a network without inputs or outputs.
 */
export function generateCode(schedule: Schedule, options: CodeOptions): SourceTree {
  const { graph, steps } = schedule;
  if (graph.inputs.length === 0) throw edgelessNetwork('input');
  if (graph.outputs.length === 0) throw edgelessNetwork('output');
  const operators = steps.map((step) => {
    invariant(step.kind === 'operator', `no code is generated for ${step.kind} steps`);
    return { ...operatorText(schedule, step), operatorIndex: at(graph.ops, step.op).index };
  });
  const symbols = operators.map(({ symbol, operatorIndex }, step) => ({ step, operatorIndex, symbol }));
  invariant(
    new Set(symbols.map(({ symbol }) => symbol)).size === symbols.length,
    'two operators share a symbol',
  );

  const { name, target } = options;
  const edges = placedEdges(schedule);
  const constantBytes = operators.reduce((sum, operator) => sum + operator.constantBytes, 0);
  const headers = headersWithIncludes(operators.map((operator) => operator.header));
  const files = new Map([
    ['model.h', modelHeader(schedule, { name, target, constantBytes, edges })],
    ['model.c', modelSource(name, operators, edges)],
    ...headers.map(({ path, text }): [string, string] => [`kernels/${path}`, text]),
  ]);
  return { files, units: ['model.c'], symbols };
}

/** Headers and what they include of each other, by path. */
function headersWithIncludes(
  roots: readonly string[],
): readonly { readonly path: string; readonly text: string }[] {
  const found = new Map<string, string>();
  const visit = (path: string): void => {
    if (found.has(path)) return;
    const text = kernelHeaders.get(path);
    invariant(text !== undefined, `there is no kernel header ${path}`);
    found.set(path, text);
    for (const [, included] of text.matchAll(/^#include "([^"]+)"/gm)) visit(included ?? '');
  };
  for (const root of roots) visit(root);
  return [...found].map(([path, text]) => ({ path, text })).sort((a, b) => (a.path < b.path ? -1 : 1));
}
