/** Everything that `model` says to a user when a file cannot be used. */
import { Failure } from '../base/index.ts';

/** The bytes contradict the format: damaged, truncated or made to harm. */
export function malformed(message: string): Failure {
  return new Failure({
    code: 'MODEL_MALFORMED',
    kind: 'model',
    message,
    hint: 'the file is damaged or was written by a faulty tool; export it again',
  });
}

/** Not a TensorFlow Lite file; `looksLike` is a noun phrase such as `a JPEG image`. */
export function notTflite(looksLike: string, hint: string): Failure {
  return new Failure({
    code: 'MODEL_NOT_TFLITE',
    kind: 'model',
    message: `this is not a TensorFlow Lite model but ${looksLike}`,
    hint,
  });
}

/** A count or size beyond what any microcontroller could hold, refused before it costs memory or time. */
export function tooLarge(what: string, value: number, limit: number): Failure {
  return new Failure({
    code: 'MODEL_TOO_LARGE',
    kind: 'model',
    message: `${what}: ${value}, the limit is ${limit}`,
    hint: 'networks for microcontrollers are far smaller; check that this is the right file',
    data: { value, limit },
  });
}

/** Well-formed, but with a structure that this project does not execute. */
export function structureUnsupported(message: string, hint: string): Failure {
  return new Failure({ code: 'MODEL_STRUCTURE_UNSUPPORTED', kind: 'model', message, hint });
}

/** A tensor that no operator uses, of a kind that cannot be represented. */
export function tensorUnsupported(reason: string, hint: string | undefined): Failure {
  return new Failure({ code: 'MODEL_TENSOR_UNSUPPORTED', kind: 'model', message: reason, hint });
}

/** Not a net configuration at all. */
export function netConfigNotJson(where: string | undefined, message: string): Failure {
  return new Failure({
    code: 'NET_CONFIG_SYNTAX',
    kind: 'model',
    message: `not valid JSON: ${message}`,
    where,
    hint: "give a net configuration as MCUNet's repository has them, or a .tflite file",
  });
}

/** What is wrong with a net configuration, all of it: at which JSON path, and what. */
export function netConfigInvalid(
  where: string | undefined,
  problems: readonly { readonly path: string; readonly message: string }[],
): Failure {
  const shown = problems.slice(0, 8).map(({ path, message }) => `${path} ${message}`);
  const more = problems.length > shown.length ? `; and ${problems.length - shown.length} more` : '';
  const count = problems.length === 1 ? '' : `${problems.length} problems: `;
  return new Failure({
    code: 'NET_CONFIG_INVALID',
    kind: 'model',
    message: `${count}${shown.join('; ')}${more}`,
    where,
    hint: 'correct the net configuration; it is read as mit-han-lab/tinyml reads it, plain inverted residual blocks only',
    data: { problems },
  });
}

/** Why one operator cannot be used. */
export type OperatorProblem = {
  readonly index: number;
  readonly name: string;
  readonly reason: string;
  readonly hint?: string | undefined;
};

/** All operators that are not supported, at once; those with the same name and reason share an entry. */
export function operatorsUnsupported(problems: readonly OperatorProblem[]): Failure {
  const count = new Set(problems.map((problem) => problem.index)).size;
  const subject = count === 1 ? '1 operator is' : `${count} operators are`;
  return new Failure({
    code: 'MODEL_OP_UNSUPPORTED',
    kind: 'model',
    message: `${subject} not supported: ${listProblems(problems)}`,
    hint: joinHints(problems),
    data: { operators: problems },
  });
}

/** The whole network computes in other numbers than int8; `problems` are what else stands in the way. */
export function notInt8(message: string, hint: string, problems: readonly OperatorProblem[]): Failure {
  const also = problems.length === 0 ? '' : `; besides, not supported: ${listProblems(problems)}`;
  return new Failure({
    code: 'MODEL_NOT_INT8',
    kind: 'model',
    message: `${message}${also}`,
    hint,
    data: { operators: problems },
  });
}

/** For example `SUB at operators 3, 7 (no kernel for it); CONV_2D at operator 9 (fused activation TANH)`. */
function listProblems(problems: readonly OperatorProblem[]): string {
  const groups = new Map<string, { readonly first: OperatorProblem; readonly indices: number[] }>();
  for (const problem of problems) {
    const key = `${problem.name}\n${problem.reason}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { first: problem, indices: [problem.index] });
    else group.indices.push(problem.index);
  }
  return [...groups.values()]
    .map(({ first, indices }) => {
      const place = indices.length === 1 ? 'operator' : 'operators';
      return `${first.name} at ${place} ${indices.join(', ')} (${first.reason})`;
    })
    .join('; ');
}

function joinHints(problems: readonly OperatorProblem[]): string {
  const hints = new Set(problems.map((problem) => problem.hint).filter((hint) => hint !== undefined));
  return hints.size === 0
    ? 'replace these operators in the network and convert it again'
    : [...hints].join('; ');
}
