/** Errors that the user can act on, and assertions for those that only we can. */

import { listProblems, type OperatorProblem, problemLines } from './operator-problems.ts';

/** Who can act on a failure; decides the exit code of the command line (see `exitCodeOf`). */
export type FailureKind = 'usage' | 'model' | 'toolchain';

export type FailureDetails = {
  /** Stable, documented reason, for example `MODEL_OP_UNSUPPORTED`. */
  readonly code: string;
  readonly kind: FailureKind;
  /** What is wrong, as one sentence without a full stop. */
  readonly message: string;
  /** File, operator index and name, or configuration path. */
  readonly where?: string | undefined;
  /** What to do about it; that of each of the `problems` unless something holds for the whole. */
  readonly hint?: string | undefined;
  /** Operators that are in the way, all of them; listed behind the message. */
  readonly problems?: readonly OperatorProblem[] | undefined;
  /** Machine-readable particulars. */
  readonly data?: Readonly<Record<string, unknown>> | undefined;
  readonly cause?: unknown;
};

/** A user error: it has a code, a place and a hint, and never needs a stack trace to be understood. */
export class Failure extends Error {
  readonly code: string;
  readonly kind: FailureKind;
  readonly where: string | undefined;
  readonly hint: string | undefined;
  readonly data: Readonly<Record<string, unknown>>;
  /** The message without the list of problems. */
  readonly summary: string;
  readonly problems: readonly OperatorProblem[];
  /** The hint for the whole, where there is one. */
  readonly advice: string | undefined;

  constructor(details: FailureDetails) {
    const problems = details.problems ?? [];
    const list = problems.length === 0 ? '' : `: ${listProblems(problems)}`;
    super(`${details.message}${list}`, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'Failure';
    this.code = details.code;
    this.kind = details.kind;
    this.where = details.where;
    this.summary = details.message;
    this.problems = problems;
    this.advice = details.hint;
    this.hint = details.hint ?? commonHint(problems);
    this.data = details.data ?? {};
  }

  /** The same failure, placed: `where` is put in front of the place that is known already. */
  at(where: string): Failure {
    return new Failure({
      code: this.code,
      kind: this.kind,
      message: this.summary,
      where: this.where === undefined ? where : `${where}: ${this.where}`,
      hint: this.advice,
      problems: this.problems,
      data: this.data,
      cause: this.cause ?? this,
    });
  }

  /** One line: place, what, what to do. */
  toLine(): string {
    const place = this.where === undefined ? '' : `${this.where}: `;
    const hint = this.hint === undefined ? '' : `; ${this.hint}`;
    return `${place}${this.message}${hint} [${this.code}]`.replaceAll(/\s*\n\s*/g, ' ');
  }

  /** For a terminal: as one line, but problems of operators on lines of their own, each with what to do about it. */
  toText(): string {
    return [this.toHeadline(), ...problemLines(this.problems)].join('\n');
  }

  /** One line without the list of problems. */
  toHeadline(): string {
    const { code, kind, where, summary: message, advice: hint } = this;
    return this.problems.length === 0
      ? this.toLine()
      : new Failure({ code, kind, where, message, hint }).toLine();
  }
}

/** More hints than this in one line would not be read. */
const mostHints = 6;

function commonHint(problems: readonly OperatorProblem[]): string | undefined {
  const hints = [...new Set(problems.map(({ hint }) => hint))];
  return hints.length === 0 ? undefined : hints.slice(0, mostHints).join('; ');
}

/** Exit codes of the command line: 0 and 1 are verdicts, not errors. */
export const exitCodes = {
  pass: 0,
  budgetExceeded: 1,
  usage: 2,
  model: 3,
  toolchain: 4,
  internal: 5,
} as const;

/** The exit code for anything that was thrown: a `Failure` by its kind, all else is our own bug. */
export function exitCodeOf(thrown: unknown): number {
  return thrown instanceof Failure ? exitCodes[thrown.kind] : exitCodes.internal;
}

/**
 * Asserts what must hold whatever the input was; a violation is a bug of this project.
 *
 * @param message a function where much is asserted, since making words that nobody reads takes longer than looking
 */
export function invariant(condition: unknown, message: string | (() => string)): asserts condition {
  if (condition) return;
  throw new Error(`internal error: ${typeof message === 'string' ? message : message()}`);
}

/** Element of an array that is known to be there; reading outside is a bug of this project. */
export function at<T>(values: ArrayLike<T>, index: number): T {
  const value = values[index];
  if (value === undefined) throw new Error(`internal error: index ${index} of ${values.length}`);
  return value;
}
