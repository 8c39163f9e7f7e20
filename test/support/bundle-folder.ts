/** Before all tests: a folder for what the test files of one run share, gone after it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export function setup(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'mcunet-bundle-'));
  process.env.MCUNET_TEST_BUNDLE = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}
