/** Puts the place into failures that are thrown below it, so that readers need not carry it along. */
import { Failure } from '../../base/index.ts';

/** Runs `body`; a `Failure` from it says where it arose. */
export function within<T>(where: string, body: () => T): T {
  try {
    return body();
  } catch (thrown) {
    throw thrown instanceof Failure ? thrown.at(where) : thrown;
  }
}
