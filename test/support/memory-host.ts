/** A machine in memory: files in a map, commands answered by a function; no disk, no processes. */
import { type Command, Failure, type Host, type ProcessResult } from '../../src/base/index.ts';

export type MemoryHost = Host & { readonly files: Map<string, Uint8Array> };

export function memoryHost(
  files: Readonly<Record<string, Uint8Array | string>> = {},
  run: (command: Command) => Promise<ProcessResult> = (command) =>
    Promise.reject(new Error(`no command expected, got ${command.argv.join(' ')}`)),
): MemoryHost {
  const encode = (contents: Uint8Array | string): Uint8Array =>
    typeof contents === 'string' ? new TextEncoder().encode(contents) : contents;
  const stored = new Map(Object.entries(files).map(([path, contents]) => [path, encode(contents)]));
  let folders = 0;
  return {
    files: stored,
    async readFile(path) {
      const contents = stored.get(path);
      if (contents === undefined) {
        throw new Failure({ code: 'FILE_NOT_FOUND', kind: 'usage', message: 'no such file', where: path });
      }
      return contents;
    },
    async fileExists(path) {
      return stored.has(path);
    },
    async listFolder(path) {
      const names = [...stored.keys()].filter((file) => file.startsWith(`${path}/`));
      return [...new Set(names.map((file) => file.slice(path.length + 1).split('/')[0] ?? ''))].sort();
    },
    async glob(pattern, root) {
      const parts = pattern.replaceAll('.', '\\.').split('**/');
      const names = parts.map((part) => part.replaceAll('*', '[^/]*')).join('(?:.*/)?');
      const expression = new RegExp(`^${root}/${names}$`);
      return [...stored.keys()]
        .filter((file) => expression.test(file))
        .map((file) => file.slice(root.length + 1));
    },
    async writeFiles(folder, written) {
      for (const [path, contents] of written) stored.set(`${folder}/${path}`, encode(contents));
    },
    openSerialPort: (path) => Promise.reject(new Error(`no serial port expected, got ${path}`)),
    async makeTemporaryFolder(label) {
      folders++;
      return `/temporary/${label}-${folders}`;
    },
    async removeFolder(path) {
      for (const file of stored.keys()) if (file.startsWith(`${path}/`)) stored.delete(file);
    },
    run,
    processors: 2,
    memoryBytes: 4 * 1024 ** 3,
  };
}
