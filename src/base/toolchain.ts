/** A set of compilers, either on this machine or in a container, as a type: `firmware` provides it. */
import type { Command, ProcessResult } from './host.ts';

export type ToolchainIdentity = {
  readonly kind: 'container' | 'local';
  /** First line of `arm-none-eabi-gcc --version`. */
  readonly compiler: string;
  /** Container engine and image digest where `kind` is `container`. */
  readonly engine?: 'docker' | 'podman' | undefined;
  readonly imageDigest?: string | undefined;
  /** Pulled as this project published it, built from its Dockerfile here, or an image of the user's own. */
  readonly imageOrigin?: 'published' | 'built' | 'given' | undefined;
};

/**
 * A folder pair in which tools run: sources are read-only to the tools, outputs are written beside them.
 * Tools run with `out/` as working directory and reach the sources as `../src/...`, on both kinds of toolchain,
 * so that the same bytes come out of either.
 */
export type Workspace = {
  readonly root: string;
};

export type Toolchain = {
  readonly identity: ToolchainIdentity;
  /** Makes a workspace with these files below `src/` (paths relative, `/` separated). */
  openWorkspace(label: string, files: ReadonlyMap<string, string | Uint8Array>): Promise<Workspace>;
  /** Runs commands in order in `out/`; stops at the first that does not end with 0 and returns its result. */
  exec(
    workspace: Workspace,
    commands: readonly Pick<Command, 'argv' | 'stdin' | 'timeoutMs' | 'onStdout'>[],
  ): Promise<ProcessResult>;
  /** A file that a tool wrote below `out/`. */
  readOutput(workspace: Workspace, path: string): Promise<Uint8Array>;
  closeWorkspace(workspace: Workspace): Promise<void>;
};
