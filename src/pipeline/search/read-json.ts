/** JSON files that people name: parsed, or a failure that says which. */
import { Failure, type Host } from '../../base/index.ts';

/** @throws Failure `FILE_NOT_JSON`, and those of `Host.readFile` */
export async function readJson(path: string, host: Host): Promise<unknown> {
  const text = new TextDecoder().decode(await host.readFile(path));
  try {
    return JSON.parse(text);
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new Failure({
      code: 'FILE_NOT_JSON',
      kind: 'usage',
      message: `this is not JSON: ${cause.message}`,
      where: path,
      hint: 'it may be cut off: make it again',
      cause,
    });
  }
}
