/** Questions and orders to a container engine, which may not be installed or may not answer. */
import { Failure, type Host, type ProcessResult } from '../base/index.ts';

export type Engine = 'docker' | 'podman';

export const engines: readonly Engine[] = ['docker', 'podman'];

/** Packages or layers of some hundred MB are downloaded. */
const downloadTimeoutMs = 15 * 60_000;
const questionTimeoutMs = 30_000;

type Reply = { readonly ok: boolean; readonly text: string; readonly reason: string };

export async function answers(host: Host, engine: Engine): Promise<boolean> {
  return (await ask(host, [engine, 'info'])).ok;
}

export type Inspection = {
  readonly engine: Engine;
  /** Digest of the image's configuration; `undefined` where the engine has no such image. */
  readonly id: string | undefined;
  readonly reason: string;
};

export async function inspect(host: Host, engine: Engine, name: string): Promise<Inspection> {
  const reply = await ask(host, [engine, 'image', 'inspect', '--format', '{{.Id}}', name]);
  const digest = /^(?:sha256:)?([0-9a-f]{64})$/.exec(reply.text.trim())?.[1];
  return { engine, id: digest === undefined ? undefined : `sha256:${digest}`, reason: reply.reason };
}

/** Each of these gives why it did not work, or undefined. */
export async function pull(host: Host, engine: Engine, reference: string): Promise<string | undefined> {
  return order(host, [engine, 'pull', '--quiet', reference]);
}

export async function build(
  host: Host,
  engine: Engine,
  name: string,
  text: string,
): Promise<string | undefined> {
  return order(host, [engine, 'build', '--tag', name, '-'], new TextEncoder().encode(text));
}

export async function load(host: Host, engine: Engine, file: string): Promise<string | undefined> {
  return order(host, [engine, 'load', '--input', file]);
}

/** Under its name only when it is whole. */
export async function save(
  host: Host,
  engine: Engine,
  name: string,
  folder: string,
  file: string,
): Promise<string | undefined> {
  const part = `${folder}/${file}.part`;
  return (
    (await order(host, ['mkdir', '-p', '--', folder])) ??
    (await order(host, ['rm', '-f', '--', part])) ??
    (await order(host, [engine, 'save', '--output', part, name])) ??
    order(host, ['mv', '--', part, `${folder}/${file}`])
  );
}

async function order(
  host: Host,
  argv: readonly [string, ...string[]],
  stdin?: Uint8Array,
): Promise<string | undefined> {
  const result = await host.run({ argv, stdin, timeoutMs: downloadTimeoutMs });
  if (result.timedOut) return 'not done in time';
  return result.exitCode === 0 ? undefined : lastLine(result);
}

async function ask(host: Host, argv: readonly [string, ...string[]]): Promise<Reply> {
  try {
    const result = await host.run({ argv, timeoutMs: questionTimeoutMs });
    const text = new TextDecoder().decode(result.stdout);
    return { ok: result.exitCode === 0, text, reason: lastLine(result) };
  } catch (error) {
    if (error instanceof Failure && error.code === 'PROGRAM_NOT_FOUND') {
      return { ok: false, text: '', reason: 'not installed' };
    }
    throw error;
  }
}

function lastLine({ stderr }: ProcessResult): string {
  return stderr.trim().split('\n').at(-1)?.trim().slice(0, 200) ?? '';
}
