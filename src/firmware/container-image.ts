/** Finds the image of the container toolchain: here already, published, kept from an earlier build, or built now. */
import type { Host } from '../base/index.ts';
import {
  answers,
  build,
  type Engine,
  engines,
  type Inspection,
  inspect,
  load,
  pull,
  save,
} from './engines.ts';
import { toolchainMissing } from './failures.ts';
import { digestOf, dockerfile, dockerfileTag, publishedImage } from './published-image.ts';

export type ContainerImage = {
  readonly engine: Engine;
  /** Digest of the image's configuration, which names its contents on either engine. */
  readonly digest: string;
  /** Digest under which it was pulled. */
  readonly published: string | undefined;
  readonly origin: 'published' | 'built' | 'given';
  /** Further arguments of `run` that this machine needs. */
  readonly engineArguments: readonly string[];
};

export type ContainerOptions = {
  /** Further arguments of the engine's `run`, for unusual machines (`MCUNET_CONTAINER_ARGS`, split at blanks). */
  readonly containerArguments?: readonly string[] | undefined;
  /** An image instead of our own (`MCUNET_CONTAINER_IMAGE`): one that exists, or `name@sha256:...`, which is pulled. */
  readonly containerImage?: string | undefined;
  /** Folder in which an image that was built is kept, for machines that begin anew (`MCUNET_IMAGE_CACHE`). */
  readonly imageFolder?: string | undefined;
  /** `repository@sha256:...` of our own image where another than the recorded one is to be pulled. */
  readonly publishedImage?: string | undefined;
};

/** The options that variables of the environment give. */
export function containerOptions(
  environment: Readonly<Record<string, string | undefined>>,
): ContainerOptions {
  const given = (name: string) => environment[name] || undefined;
  return {
    containerImage: given('MCUNET_CONTAINER_IMAGE'),
    containerArguments: given('MCUNET_CONTAINER_ARGS')
      ?.split(/\s+/)
      .filter((word) => word !== ''),
    imageFolder: given('MCUNET_IMAGE_CACHE'),
  };
}

/** A name under which the image may be found, and what it is then. */
type Candidate = { readonly name: string; readonly origin: ContainerImage['origin'] };

/**
 * The image on the first engine that has it; otherwise the first engine that answers pulls it by digest, loads what was
 * kept, or builds it from the Dockerfile, whichever works first.
 * Throws a `Failure` (`TOOLCHAIN_MISSING`) with what each engine said.
 */
export async function findContainerImage(host: Host, options: ContainerOptions): Promise<ContainerImage> {
  const candidates = await candidatesOf(options);
  const reasons: string[] = [];
  for (const candidate of candidates) {
    const inspections = await Promise.all(engines.map((engine) => inspect(host, engine, candidate.name)));
    const found = inspections.find(({ id }) => id !== undefined);
    if (found !== undefined) return imageOf(found, candidate, options);
    reasons.push(...inspections.map(({ engine, reason }) => `${engine}: ${reason}`));
  }
  for (const engine of engines) {
    if (!(await answers(host, engine))) continue;
    for (const candidate of candidates) {
      const obtained = await obtain(host, engine, candidate, options);
      if (obtained.image !== undefined) return obtained.image;
      reasons.push(...obtained.reasons);
    }
  }
  const { containerImage } = options;
  const wanted =
    containerImage === undefined
      ? 'container engine with the toolchain image'
      : `container image ${containerImage}`;
  throw toolchainMissing(wanted, [...new Set(reasons)]);
}

async function candidatesOf(options: ContainerOptions): Promise<readonly Candidate[]> {
  if (options.containerImage !== undefined) return [{ name: options.containerImage, origin: 'given' }];
  const published = options.publishedImage ?? (await publishedImage());
  return [
    ...(published === undefined ? [] : [{ name: published, origin: 'published' as const }]),
    { name: `localhost/mcunet-toolchain:${await dockerfileTag()}`, origin: 'built' },
  ];
}

type Way = { readonly title: string; readonly go: () => Promise<string | undefined> };

async function obtain(
  host: Host,
  engine: Engine,
  candidate: Candidate,
  options: ContainerOptions,
): Promise<{ readonly image?: ContainerImage; readonly reasons: readonly string[] }> {
  const reasons: string[] = [];
  for (const { title, go } of await waysTo(host, engine, candidate, options)) {
    const failure = await go();
    const inspection = await inspect(host, engine, candidate.name);
    if (inspection.id !== undefined) return { image: imageOf(inspection, candidate, options), reasons };
    reasons.push(`${engine} ${title}: ${failure ?? inspection.reason}`);
  }
  return { reasons };
}

async function waysTo(
  host: Host,
  engine: Engine,
  { name, origin }: Candidate,
  { imageFolder }: ContainerOptions,
): Promise<readonly Way[]> {
  if (origin !== 'built') {
    return digestOf(name) === undefined ? [] : [{ title: 'pull', go: () => pull(host, engine, name) }];
  }
  const file = `mcunet-toolchain-${await dockerfileTag()}.tar`;
  const isKept = imageFolder !== undefined && (await host.fileExists(`${imageFolder}/${file}`));
  return [
    ...(isKept ? [{ title: 'load', go: () => load(host, engine, `${imageFolder}/${file}`) }] : []),
    { title: 'build', go: () => buildAndKeep(host, engine, name, imageFolder, file) },
  ];
}

async function buildAndKeep(
  host: Host,
  engine: Engine,
  name: string,
  folder: string | undefined,
  file: string,
): Promise<string | undefined> {
  const failure = await build(host, engine, name, dockerfile());
  // An image that cannot be kept is built again next time.
  if (failure === undefined && folder !== undefined) await save(host, engine, name, folder, file);
  return failure;
}

function imageOf(
  { engine, id }: Inspection,
  { name, origin }: Candidate,
  { containerArguments = [] }: ContainerOptions,
): ContainerImage {
  return { engine, digest: id ?? '', published: digestOf(name), origin, engineArguments: containerArguments };
}
