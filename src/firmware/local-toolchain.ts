/** The compilers on this machine's PATH. */
import type { Host, ProcessResult, Toolchain, ToolchainIdentity, Workspace } from '../base/index.ts';
import { at, Failure, invariant } from '../base/index.ts';
import { toolchainMissing } from './failures.ts';
import { concatenateResults, type ToolCommand } from './tool-results.ts';
import { closeWorkspace, openWorkspace, readOutput } from './workspace.ts';

const defaultTimeoutMs = 120_000;
const compilerProgram = 'arm-none-eabi-gcc';

/** Throws a `Failure` (`TOOLCHAIN_MISSING`) where the Arm compiler is not on PATH or does not run. */
export async function openLocalToolchain(host: Host): Promise<Toolchain> {
  const identity: ToolchainIdentity = { kind: 'local', compiler: await localCompiler(host) };
  return {
    identity,
    openWorkspace: (label, files) => openWorkspace(host, label, files),
    exec: (workspace, commands) => runInOrder(host, workspace, commands),
    readOutput: (workspace, path) => readOutput(host, workspace, path),
    closeWorkspace: (workspace) => closeWorkspace(host, workspace),
  };
}

async function localCompiler(host: Host): Promise<string> {
  try {
    const result = await host.run({ argv: [compilerProgram, '--version'], timeoutMs: 20_000 });
    if (result.exitCode === 0) return at(new TextDecoder().decode(result.stdout).split('\n'), 0).trim();
    throw toolchainMissing('local compiler', [`${compilerProgram} --version ends with ${result.exitCode}`]);
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'PROGRAM_NOT_FOUND') throw error;
    throw toolchainMissing('local compiler', [`${compilerProgram} is not on PATH`], error);
  }
}

async function runInOrder(
  host: Host,
  workspace: Workspace,
  commands: readonly ToolCommand[],
): Promise<ProcessResult> {
  invariant(commands.length > 0, 'nothing to run');
  const results: ProcessResult[] = [];
  for (const command of commands) {
    const result = await host.run({
      timeoutMs: defaultTimeoutMs,
      ...command,
      cwd: `${workspace.root}/out`,
    });
    results.push(result);
    if (result.exitCode !== 0) break;
  }
  return concatenateResults(results);
}
