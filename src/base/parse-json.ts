/** JSON that people hand over: parsed, or one failure that says which file it was. */
import { Failure, type FailureKind } from './failure.ts';

type JsonSource = {
  readonly kind: FailureKind;
  /** The file, where it is known here. */
  readonly where?: string | undefined;
  /** Where a whole one is to be had. */
  readonly hint: string;
};

/** Throws a `Failure` (`FILE_NOT_JSON`). */
export function parseJson(text: string, { kind, where, hint }: JsonSource): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    const message = `this is not JSON: ${cause.message}`;
    throw new Failure({ code: 'FILE_NOT_JSON', kind, message, where, hint, cause });
  }
}
