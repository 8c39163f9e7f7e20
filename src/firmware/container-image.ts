/** Finds the image of the container toolchain, or builds it from its Dockerfile. */
import { Failure, type Host } from '../base/index.ts';
import { containerFiles } from './container.generated.ts';
import { toolchainMissing } from './failures.ts';

export type ContainerImage = {
  readonly engine: 'docker' | 'podman';
  /** Digest of the image's configuration, which names its contents on either engine. */
  readonly digest: string;
  /** Further arguments of `run` that this machine needs. */
  readonly engineArguments: readonly string[];
};

export type ContainerOptions = {
  /** Further arguments of the engine's `run`, for unusual machines (`MCUNET_CONTAINER_ARGS`, split at blanks). */
  readonly containerArguments?: readonly string[] | undefined;
  /** An image that exists, instead of our own (`MCUNET_CONTAINER_IMAGE`). */
  readonly containerImage?: string | undefined;
};

const engines = ['docker', 'podman'] as const;

/** Packages of some 200 MB are downloaded. */
const imageBuildTimeoutMs = 15 * 60_000;
const engineTimeoutMs = 30_000;

/**
 * The image on the first engine that has it; otherwise it is built on the first engine that answers.
 * Throws a `Failure` (`TOOLCHAIN_MISSING`) with what each engine said.
 */
export async function findContainerImage(host: Host, options: ContainerOptions): Promise<ContainerImage> {
  const name = options.containerImage ?? (await ownImageName());
  const engineArguments = options.containerArguments ?? [];
  const inspections = await Promise.all(engines.map((engine) => imageDigest(host, engine, name)));
  const found = inspections.find((inspection) => inspection.digest !== undefined);
  if (found?.digest !== undefined) return { engine: found.engine, digest: found.digest, engineArguments };
  const reasons = inspections.map(({ engine, reason }) => `${engine}: ${reason}`);
  if (options.containerImage !== undefined) throw toolchainMissing(`container image ${name}`, reasons);

  for (const engine of engines) {
    if (!(await engineAnswers(host, engine))) continue;
    const failure = await buildImage(host, engine, name);
    const built = await imageDigest(host, engine, name);
    if (built.digest !== undefined) return { engine, digest: built.digest, engineArguments };
    reasons.push(`${engine} build: ${failure ?? built.reason}`);
  }
  throw toolchainMissing('container engine with the toolchain image', reasons);
}

/** The tag is the digest of the Dockerfile, as in `scripts/make-container-image`. */
async function ownImageName(): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(dockerfile()));
  const tag = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return `localhost/mcunet-toolchain:${tag.slice(0, 12)}`;
}

function dockerfile(): string {
  return containerFiles.get('Dockerfile') ?? '';
}

type Inspection = {
  readonly engine: (typeof engines)[number];
  readonly digest: string | undefined;
  readonly reason: string;
};

async function imageDigest(host: Host, engine: (typeof engines)[number], name: string): Promise<Inspection> {
  const reply = await ask(host, [engine, 'image', 'inspect', '--format', '{{.Id}}', name]);
  const digest = /^(?:sha256:)?([0-9a-f]{64})$/.exec(reply.text.trim())?.[1];
  return { engine, digest: digest === undefined ? undefined : `sha256:${digest}`, reason: reply.reason };
}

async function engineAnswers(host: Host, engine: string): Promise<boolean> {
  return (await ask(host, [engine, 'info'])).ok;
}

/** Why it could not be built, or undefined. */
async function buildImage(host: Host, engine: string, name: string): Promise<string | undefined> {
  const result = await host.run({
    argv: [engine, 'build', '--tag', name, '-'],
    stdin: new TextEncoder().encode(dockerfile()),
    timeoutMs: imageBuildTimeoutMs,
  });
  return result.exitCode === 0 ? undefined : lastLine(result.stderr);
}

/** A short question to an engine that may not be installed, or may not answer. */
async function ask(
  host: Host,
  argv: readonly [string, ...string[]],
): Promise<{ readonly ok: boolean; readonly text: string; readonly reason: string }> {
  try {
    const result = await host.run({ argv, timeoutMs: engineTimeoutMs });
    const text = new TextDecoder().decode(result.stdout);
    return { ok: result.exitCode === 0, text, reason: lastLine(result.stderr) };
  } catch (error) {
    if (error instanceof Failure && error.code === 'PROGRAM_NOT_FOUND') {
      return { ok: false, text: '', reason: 'not installed' };
    }
    throw error;
  }
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)?.trim().slice(0, 200) ?? '';
}
