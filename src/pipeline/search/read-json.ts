/** JSON files that people name. */
import { type Host, parseJson } from '../../base/index.ts';

/** @throws Failure `FILE_NOT_JSON`, and those of `Host.readFile` */
export async function readJson(path: string, host: Host): Promise<unknown> {
  const text = new TextDecoder().decode(await host.readFile(path));
  return parseJson(text, { kind: 'usage', where: path, hint: 'it may be cut off: make it again' });
}
