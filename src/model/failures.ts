/** Everything that `model` says to a user when a file cannot be used. */
import { Failure, type OperatorProblem } from '../base/index.ts';

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

/**
 * All that is not supported of a network, at once: operators, and its inputs and outputs.
 *
 * @param unseen operators that could not be looked at, as they read what others would have made
 */
export function operatorsUnsupported(problems: readonly OperatorProblem[], unseen = 0): Failure {
  const operators = problems.filter(({ operator }) => operator !== undefined);
  const counts = [
    counted(problems.filter(({ kind }) => kind === 'input').length, 'input'),
    counted(new Set(operators.map(({ operator }) => operator)).size, 'operator'),
    counted(problems.filter(({ kind }) => kind === 'output').length, 'output'),
  ].filter((words) => words !== '');
  const verb = counts.length === 1 && counts[0]?.startsWith('1 ') ? 'is' : 'are';
  const behind = unseen === 0 ? '' : `, ${counted(unseen, 'operator')} behind them could not be looked at`;
  return new Failure({
    code: 'MODEL_OP_UNSUPPORTED',
    kind: 'model',
    message: `${counts.join(' and ')} ${verb} not supported${behind}`,
    problems,
  });
}

function counted(count: number, noun: string): string {
  return count === 0 ? '' : `${count} ${count === 1 ? noun : `${noun}s`}`;
}

/** The whole network computes in other numbers than int8; `problems` are what else stands in the way. */
export function notInt8(message: string, hint: string, problems: readonly OperatorProblem[]): Failure {
  const also = problems.length === 0 ? '' : '; besides, not supported';
  return new Failure({ code: 'MODEL_NOT_INT8', kind: 'model', message: `${message}${also}`, hint, problems });
}
