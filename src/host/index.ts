/** Door of `host`: the only room with files and child processes. */
import { availableParallelism } from 'node:os';
import type { Host } from '../base/index.ts';
import { tuneEngine } from './engine.ts';
import { nodeFiles, removeTemporaryFolders } from './files.ts';
import { offerInterruption } from './interruption.ts';
import { killRunningProcesses, runProcess } from './processes.ts';
import { openSerialPort } from './serial-port.ts';

export type { ByteLink } from './byte-link.ts';
export { tuneEngine } from './engine.ts';
export { takeInterruption } from './interruption.ts';
export { listenForOne, openPseudoTerminal, openStandardStreams } from './open-link.ts';

let cleansUpAtExit = false;

/** This machine. Temporary folders and children are gone when the process ends, also by a signal. */
export function nodeHost(): Host {
  if (!cleansUpAtExit) {
    cleansUpAtExit = true;
    tuneEngine();
    process.once('exit', cleanUp);
    for (const [signal, exitCode] of [
      ['SIGINT', 130],
      ['SIGTERM', 143],
      ['SIGHUP', 129],
    ] as const) {
      process.on(signal, () => {
        if (!offerInterruption(exitCode)) process.exit(exitCode);
      });
    }
  }
  return {
    ...nodeFiles,
    run: runProcess,
    openSerialPort,
    processors: availableParallelism(),
    memoryBytes: process.availableMemory(),
  };
}

function cleanUp(): void {
  killRunningProcesses();
  removeTemporaryFolders();
}
