/** Where the shared networks and golden vectors are, and how tests that need them say that they were skipped. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'vitest';

/** Folder with `models`, `golden` and `kws01`, or `undefined` where this machine has none. */
export function fixturesFolder(): string | undefined {
  const folder = process.env.MCUNET_FIXTURES ?? join(import.meta.dirname, '../../../shared/data');
  return existsSync(join(folder, 'models')) ? folder : undefined;
}

/** Registers `body` where the fixtures exist, else one test whose name says what was skipped and why. */
export function describeWithFixtures(title: string, body: (folder: string) => void): void {
  const folder = fixturesFolder();
  if (folder === undefined) {
    describe(title, () => {
      test('needs the shared networks: set MCUNET_FIXTURES to their folder', ({ skip }) => skip());
    });
    return;
  }
  describe(title, () => body(folder));
}
