/** From a plan to C: model.h, model.c and the kernel headers that they use. */
import { at, invariant } from '../base/index.ts';
import { kernelHeaders } from '../kernels/index.ts';
import type { Schedule, Step } from '../schedule/index.ts';
import type { Target } from '../target/index.ts';
import { placedEdges, placedStates } from './edges.ts';
import { edgelessNetwork } from './failures.ts';
import { modelHeader } from './model-header.ts';
import { modelSource } from './model-source.ts';
import { type OperatorText, operatorsOf, operatorText } from './operator-text.ts';
import { patchText } from './patch-text.ts';
import { resetText } from './reset-text.ts';
import { type DriverText, streamText } from './stream-text.ts';
import type { SourceTree, StepText } from './types.ts';

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
  const pieces = steps.map((step, index) => stepText(schedule, step, index));
  const symbols = pieces.flatMap(({ operators }, step) =>
    operators.map(({ symbol, operatorIndex, part }) => ({
      step,
      operatorIndex,
      ...(part !== undefined && { part }),
      symbol,
    })),
  );
  invariant(
    new Set(symbols.map(({ symbol }) => symbol)).size === symbols.length,
    'two operators share a symbol',
  );

  const { name, target } = options;
  const edges = placedEdges(schedule);
  const states = resetText(placedStates(schedule));
  const constantBytes = pieces.reduce((sum, piece) => sum + piece.constantBytes, states?.constantBytes ?? 0);
  const headers = headersWithIncludes(pieces.flatMap((piece) => piece.headers));
  const files = new Map([
    ['model.h', modelHeader(schedule, { name, target, constantBytes, edges })],
    ['model.c', modelSource(name, pieces, edges, states?.text)],
    ...headers.map(({ path, text }): [string, string] => [`kernels/${path}`, text]),
  ]);
  return { files, units: ['model.c'], symbols };
}

/** A step as C: its constants and functions, and the one that runs it. */
function stepText(schedule: Schedule, step: Step, index: number): StepText {
  const { operators, driver } = textsOf(schedule, step, index);
  const parts = driver === undefined ? operators : [...operators, driver];
  return {
    operators,
    symbol: at(parts, parts.length - 1).symbol,
    headers: operators.map(({ header }) => header),
    text: parts.map(({ text }) => text).join('\n'),
    constantBytes: parts.reduce((sum, part) => sum + part.constantBytes, 0),
  };
}

function textsOf(
  schedule: Schedule,
  step: Step,
  index: number,
): { readonly operators: readonly OperatorText[]; readonly driver: DriverText | undefined } {
  if (step.kind === 'patch') return patchText(schedule, step, index);
  const operators = operatorsOf(schedule, step).map((placed) => operatorText(schedule, placed));
  if (step.kind === 'operator') return { operators, driver: undefined };
  const symbols = operators.map(({ symbol }) => symbol);
  return { operators, driver: streamText(step, index, symbols) };
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
