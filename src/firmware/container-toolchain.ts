/** The compilers in a container: no network, no privileges, no view of this machine but two folders. */
import type { Host, ProcessResult, Toolchain, ToolchainIdentity, Workspace } from '../base/index.ts';
import { at, invariant } from '../base/index.ts';
import type { ContainerImage } from './container-image.ts';
import { concatenateResults, type ToolCommand } from './tool-results.ts';
import { closeWorkspace, openWorkspace, readOutput } from './workspace.ts';

const defaultTimeoutMs = 120_000;

/** Beyond the limit inside the container, which is the one that acts where the engine itself still answers. */
const engineGraceMs = 30_000;

/** `timeout` from coreutils ends with this when the limit was reached. */
const timeoutExitCode = 124;

/** Runs each `count argument...` group in order, and stops at the first that fails; there is no other shell text. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: a slice of the shell's arguments
const batchScript = 'while (($#)); do "${@:2:$1}" </dev/null || exit; shift $(($1 + 1)); done';

/** What holds for everything that runs in a container, whatever the image. */
const confinement: readonly string[] = [
  '--rm',
  '--pull=never',
  '--network=none',
  '--read-only',
  '--cap-drop=ALL',
  '--security-opt=no-new-privileges',
  '--user=65534:65534',
  '--pids-limit=256',
  '--memory=4g',
  '--tmpfs=/tmp:rw,nosuid,nodev,size=512m',
];

/** The toolchain of an image that is known to run. */
export function containerToolchain(host: Host, image: ContainerImage, compiler: string): Toolchain {
  const identity: ToolchainIdentity = {
    kind: 'container',
    compiler,
    engine: image.engine,
    imageDigest: image.published ?? image.digest,
    imageOrigin: image.origin,
  };
  return {
    identity,
    async openWorkspace(label, files) {
      const workspace = await openWorkspace(host, label, files);
      await openToOtherUsers(host, workspace);
      return workspace;
    },
    exec: (workspace, commands) => runBatches(host, image, workspace, commands),
    readOutput: (workspace, path) => readOutput(host, workspace, path),
    closeWorkspace: (workspace) => closeWorkspace(host, workspace),
  };
}

/** Runs one program in the image, without any folder of this machine. */
export function runInImage(
  host: Host,
  image: ContainerImage,
  argv: readonly string[],
): Promise<ProcessResult> {
  return host.run({
    argv: [image.engine, 'run', ...confinement, ...image.engineArguments, image.digest, ...argv],
    timeoutMs: engineGraceMs,
  });
}

/**
 * The container's user is neither ours nor root, under an engine with or without privileges: it reads `src/` and
 * writes `out/` as anybody could. The folder around them stays closed to the other users of this machine.
 */
async function openToOtherUsers(host: Host, { root }: Workspace): Promise<void> {
  for (const argv of [
    ['chmod', '-R', 'a+rX', `${root}/src`],
    ['chmod', 'a+rwx', `${root}/out`],
  ] as const) {
    const result = await host.run({ argv });
    invariant(result.exitCode === 0, `${argv.join(' ')}: ${result.stderr}`);
  }
}

/** Each start of a container costs time: commands that need no stream of their own share one. */
function batchesOf(commands: readonly ToolCommand[]): ToolCommand[][] {
  const batches: ToolCommand[][] = [];
  let shared: ToolCommand[] | undefined;
  for (const command of commands) {
    const hasStreams = command.stdin !== undefined || command.onStdout !== undefined;
    if (shared === undefined || hasStreams) {
      shared = [];
      batches.push(shared);
    }
    shared.push(command);
    if (hasStreams) shared = undefined;
  }
  return batches;
}

async function runBatches(
  host: Host,
  image: ContainerImage,
  workspace: Workspace,
  commands: readonly ToolCommand[],
): Promise<ProcessResult> {
  invariant(commands.length > 0, 'nothing to run');
  const results: ProcessResult[] = [];
  for (const batch of batchesOf(commands)) {
    const result = await runBatch(host, image, workspace, batch);
    results.push(result);
    if (result.exitCode !== 0) break;
  }
  return concatenateResults(results);
}

async function runBatch(
  host: Host,
  image: ContainerImage,
  { root }: Workspace,
  batch: readonly ToolCommand[],
): Promise<ProcessResult> {
  const limitMs = batch.reduce((total, command) => total + (command.timeoutMs ?? defaultTimeoutMs), 0);
  const { argv, stdin, onStdout } = at(batch, 0);
  const program =
    batch.length === 1
      ? argv
      : [
          'bash',
          '-c',
          batchScript,
          'batch',
          ...batch.flatMap((command) => [`${command.argv.length}`, ...command.argv]),
        ];
  const result = await host.run({
    argv: [
      image.engine,
      'run',
      ...confinement,
      ...(stdin === undefined ? [] : ['--interactive']),
      `--cpus=${host.processors}`,
      `--volume=${root}/src:/build/src:ro,z`,
      `--volume=${root}/out:/build/out:rw,z`,
      '--workdir=/build/out',
      ...image.engineArguments,
      image.digest,
      'timeout',
      '--kill-after=5',
      `${Math.ceil(limitMs / 1000)}`,
      ...program,
    ],
    stdin,
    onStdout,
    timeoutMs: limitMs + engineGraceMs,
  });
  return { ...result, timedOut: result.timedOut || result.exitCode === timeoutExitCode };
}
