/** A toolchain that compiles a program for this machine once, however often tests ask: the same sources, the same program. */
import { createHash } from 'node:crypto';
import type { Command, ProcessResult, Toolchain, Workspace } from '../../src/base/index.ts';

type Remembering = {
  readonly toolchain: Toolchain;
  /** Removes the workspaces; to be called when all tests have ended. */
  readonly close: () => Promise<void>;
};

/** Firmware is built each time, in workspaces of its own. */
export function rememberingToolchain(toolchain: Toolchain): Remembering {
  const opened = new Map<string, Promise<Workspace>>();
  const compiled = new Map<string, Promise<ProcessResult>>();
  const isKept = async (workspace: Workspace): Promise<boolean> =>
    (await Promise.all(opened.values())).some(({ root }) => root === workspace.root);
  return {
    toolchain: {
      ...toolchain,
      openWorkspace: (label, files) => {
        if (label !== 'host-engine') return toolchain.openWorkspace(label, files);
        const key = digestOf(files);
        const workspace = opened.get(key) ?? toolchain.openWorkspace(label, files);
        opened.set(key, workspace);
        return workspace;
      },
      exec: (workspace, commands) => {
        if (!commands.every(isHostCompiler)) return toolchain.exec(workspace, commands);
        const key = JSON.stringify([workspace.root, commands.map(({ argv }) => argv)]);
        const result = compiled.get(key) ?? toolchain.exec(workspace, commands);
        compiled.set(key, result);
        return result;
      },
      closeWorkspace: async (workspace) => {
        if (!(await isKept(workspace))) await toolchain.closeWorkspace(workspace);
      },
    },
    close: async () => {
      for (const workspace of opened.values()) await toolchain.closeWorkspace(await workspace);
    },
  };
}

function isHostCompiler({ argv, stdin }: Pick<Command, 'argv' | 'stdin'>): boolean {
  return argv[0] === 'cc' && stdin === undefined;
}

function digestOf(files: ReadonlyMap<string, string | Uint8Array>): string {
  const hash = createHash('sha256');
  for (const [path, contents] of files) hash.update(`${path}\0`).update(contents).update('\0');
  return hash.digest('hex');
}
