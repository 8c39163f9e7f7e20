/** A reader that closes the pipe early, such as `head`, ends the command line quietly. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/** From source, as it also runs. */
const main = join(import.meta.dirname, '../../src/cli/main.ts');

test.each(['--help', 'verify --help'])('mcunet %s into a pipe that nobody reads', async (words) => {
  const child = spawn(process.execPath, [main, ...words.split(' ')], { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.destroy();
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const exitCode = await new Promise((resolve) => child.on('close', resolve));
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
});
