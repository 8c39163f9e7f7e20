/** Child processes: argument arrays, a clean environment, a wall-clock limit, nothing left running. */

import { Buffer } from 'node:buffer';
import { type ChildProcess, spawn } from 'node:child_process';
import type { Command, ProcessResult } from '../base/index.ts';
import { errorCodeOf, programNotFound } from './failures.ts';
import { plainBytes } from './plain-bytes.ts';

/** What tools may know of our environment: no tokens, no runner variables. */
const passedVariables = /^(PATH|HOME|TMPDIR|XDG_RUNTIME_DIR|DOCKER_[A-Z_]+|CONTAINERS?_[A-Z_]+)$/;

const running = new Set<ChildProcess>();

/** Runs a command to its end. Throws `PROGRAM_NOT_FOUND` where the program does not exist. */
export function runProcess(command: Command): Promise<ProcessResult> {
  const [program, ...programArguments] = command.argv;
  return new Promise((resolve, reject) => {
    const child = spawn(program, programArguments, {
      cwd: command.cwd,
      env: toolEnvironment(),
      // A group of its own, so that a limit ends grandchildren too.
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    running.add(child);
    let timedOut = false;
    const limit =
      command.timeoutMs === undefined
        ? undefined
        : setTimeout(() => {
            timedOut = true;
            killGroup(child);
          }, command.timeoutMs);
    const stdout: Uint8Array[] = [];
    const stderr: Uint8Array[] = [];
    child.stdout.on('data', (chunk: Uint8Array) => {
      stdout.push(chunk);
      command.onStdout?.(chunk);
    });
    child.stderr.on('data', (chunk: Uint8Array) => stderr.push(chunk));
    // A program that ends without reading its input is judged by its exit status.
    child.stdin.on('error', () => undefined);
    child.stdin.end(command.stdin ?? new Uint8Array());
    child.on('error', (error) => {
      clearTimeout(limit);
      running.delete(child);
      const missing = errorCodeOf(error) === 'ENOENT' || errorCodeOf(error) === 'EACCES';
      reject(missing ? programNotFound(program, error) : error);
    });
    child.on('close', (exitCode) => {
      clearTimeout(limit);
      running.delete(child);
      resolve({
        exitCode: exitCode ?? undefined,
        timedOut,
        stdout: plainBytes(Buffer.concat(stdout)),
        stderr: Buffer.concat(stderr).toString('utf8'),
      });
    });
  });
}

/** Ends every child that still runs, with its descendants. */
export function killRunningProcesses(): void {
  for (const child of running) killGroup(child);
  running.clear();
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has ended by itself in the meantime.
  }
}

function toolEnvironment(): NodeJS.ProcessEnv {
  const passed = Object.entries(process.env).filter(([name]) => passedVariables.test(name));
  return { ...Object.fromEntries(passed), LC_ALL: 'C' };
}
