/** Programs of this machine: compiled in a workspace of the toolchain, and judged by how they end. */
import { Failure, type ProcessResult, type Toolchain, type Workspace } from '../base/index.ts';
import { hostBuildFailed, hostRunFailed } from './failures.ts';

/** A single inference takes milliseconds on a host; a set that takes minutes hangs. */
export const runTimeoutMs: number = 30 * 60_000;

/**
 * A workspace with these files in which the compiler has run with these arguments.
 *
 * @throws Failure `HOST_BUILD_FAILED` where there is no compiler or it refuses the sources
 */
export async function compileProgram(
  name: string,
  files: ReadonlyMap<string, string>,
  compilerArguments: readonly string[],
  toolchain: Toolchain,
): Promise<Workspace> {
  const workspace = await toolchain.openWorkspace(`host-${name}`, files);
  try {
    const result = await toolchain.exec(workspace, [{ argv: ['cc', ...compilerArguments] }]);
    if (result.exitCode !== 0) throw hostBuildFailed(name, result.stderr);
    return workspace;
  } catch (error) {
    await toolchain.closeWorkspace(workspace);
    throw error instanceof Failure && error.code === 'PROGRAM_NOT_FOUND'
      ? hostBuildFailed(name, 'no C compiler')
      : error;
  }
}

/** Throws a `Failure` (`HOST_RUN_FAILED`) unless the program ended well and gave as many bytes as were asked for. */
export function assertComplete(result: ProcessResult, expectedBytes: number, name: string): void {
  if (result.timedOut) throw hostRunFailed(name, `no end after ${runTimeoutMs / 60_000} minutes`);
  if (result.exitCode !== 0)
    throw hostRunFailed(name, `exit status ${result.exitCode ?? 'none, ended by a signal'}`);
  if (result.stdout.length !== expectedBytes) {
    throw hostRunFailed(name, `${result.stdout.length} bytes of output instead of ${expectedBytes}`);
  }
}
