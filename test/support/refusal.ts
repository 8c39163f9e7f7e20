/** The `Failure` that some call has to end with. */
import { Failure } from '../../src/base/index.ts';

/** Runs `body` and returns the `Failure` that it throws; anything else is an error of its own. */
export function refusalOf(body: () => unknown): Failure {
  try {
    body();
  } catch (thrown) {
    if (thrown instanceof Failure) return thrown;
    throw thrown;
  }
  throw new Error('expected a Failure, but nothing was thrown');
}
