/** Starts a worker process under limits and watches that it comes on. */
import { fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Chunk, ChunkResult, Run } from './run.ts';

export type FuzzWorker = {
  /** The result, or the number of the file that the worker did not survive. */
  readonly work: (
    chunk: Chunk,
  ) => Promise<ChunkResult | { readonly lostAt: number; readonly reason: string }>;
  readonly close: () => void;
};

/** MiB: what Node itself, its code and the files need must fit beside it. */
const heapLimits = ['--max-old-space-size=112', '--max-semi-space-size=16'];
/** A file that a worker is at for so long hangs, however busy the machine is. */
const patienceMs = 60_000;

export async function openWorker(run: Run, name: number): Promise<FuzzWorker> {
  const positionFile = join(run.out, `position-${run.format}-${run.seed}-${name}`);
  const child = fork(join(import.meta.dirname, 'worker.ts'), [JSON.stringify({ ...run, positionFile })], {
    execArgv: heapLimits,
    env: { ...process.env, NODE_COMPILE_CACHE: join(run.out, 'compiled') },
  });
  const position = (): number => Number(readFileSync(positionFile, 'utf8').trim());
  await new Promise<void>((resolve, reject) => {
    child.once('message', () => resolve());
    child.once('exit', () => reject(new Error('a worker did not start')));
  });
  child.removeAllListeners('exit');
  return {
    work: (chunk) =>
      new Promise((resolve) => {
        let reason = 'died';
        let before = -1;
        const watchdog = setInterval(() => {
          const now = position();
          if (now === before) {
            reason = 'hung';
            child.kill('SIGKILL');
          }
          before = now;
        }, patienceMs);
        const end = (result: ChunkResult | { lostAt: number; reason: string }): void => {
          clearInterval(watchdog);
          child.removeAllListeners();
          resolve(result);
        };
        child.once('message', (result: ChunkResult) => end(result));
        child.once('exit', () => end({ lostAt: position(), reason }));
        child.send(chunk);
      }),
    close: () => child.kill(),
  };
}
