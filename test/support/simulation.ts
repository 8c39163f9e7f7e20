/** `mcunet simulate` as a child process that others talk to while it runs. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { bundled } from './bundled.ts';
import type { Ended } from './command-line.ts';

export type Simulation = Disposable & {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves with the first match in what was written to standard error so far or will be. */
  readonly says: (pattern: RegExp) => Promise<RegExpExecArray>;
};

/** Its standard input is open until the caller ends it. */
export function startSimulation(words: readonly string[]): Simulation {
  const child = spawn(process.execPath, [bundled('cli'), 'simulate', ...words], { stdio: 'pipe' });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('latin1').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  // Firmware that ends before it has read everything closes the pipe.
  child.stdin.on('error', () => undefined);
  const ended = once(child, 'close').then(([exitCode]) => ({ exitCode, stdout, stderr }));
  const says = async (pattern: RegExp): Promise<RegExpExecArray> => {
    for (;;) {
      const found = pattern.exec(stderr);
      if (found !== null) return found;
      if (child.exitCode !== null) throw new Error(`it ended without saying ${pattern}: ${stderr}`);
      await Promise.race([once(child.stderr, 'data'), ended]);
    }
  };
  return { process: child, ended, says, [Symbol.dispose]: () => child.kill('SIGKILL') };
}
