/** The folder pair that tools work in: `src/` for what they read, `out/` for what they write. */
import type { Host, Workspace } from '../base/index.ts';

/** A workspace in a temporary folder of our own. */
export async function openWorkspace(
  host: Host,
  label: string,
  files: ReadonlyMap<string, string | Uint8Array>,
): Promise<Workspace> {
  const root = await host.makeTemporaryFolder(label);
  const placed = new Map<string, string | Uint8Array>([
    ['src/.workspace', ''],
    ['out/.workspace', ''],
  ]);
  for (const [path, contents] of files) placed.set(`src/${path}`, contents);
  try {
    await host.writeFiles(root, placed);
  } catch (error) {
    await host.removeFolder(root);
    throw error;
  }
  return { root };
}

export function readOutput(host: Host, workspace: Workspace, path: string): Promise<Uint8Array> {
  return host.readFile(`${workspace.root}/out/${path}`);
}

export function closeWorkspace(host: Host, workspace: Workspace): Promise<void> {
  return host.removeFolder(workspace.root);
}
