/** Chooses the compilers: a container, this machine's own, or the first of these that works. */
import { at, Failure, type Host, type Toolchain } from '../base/index.ts';
import { type ContainerOptions, findContainerImage } from './container-image.ts';
import { containerToolchain, runInImage } from './container-toolchain.ts';
import { toolchainMissing } from './failures.ts';
import { openLocalToolchain } from './local-toolchain.ts';

export type ToolchainOptions = ContainerOptions;

/**
 * Compilers for the chip (`arm-none-eabi-gcc`) and for this machine (`cc`).
 *
 * `container` uses Docker or Podman, whichever has the image or can build it; `local` uses PATH; `auto` takes the
 * container where one really runs and otherwise the local compilers. `identity` says which it became.
 * Throws a `Failure` (`TOOLCHAIN_MISSING`) with the reasons and how to install either.
 */
export async function openToolchain(
  kind: 'auto' | 'container' | 'local',
  host: Host,
  options: ToolchainOptions = {},
): Promise<Toolchain> {
  if (kind === 'local') return openLocalToolchain(host);
  if (kind === 'container') return openContainerToolchain(host, options);
  try {
    return await openContainerToolchain(host, options);
  } catch (container) {
    if (!isMissing(container)) throw container;
    try {
      return await openLocalToolchain(host);
    } catch (local) {
      if (!isMissing(local)) throw local;
      throw toolchainMissing('toolchain', [container.message, local.message], container);
    }
  }
}

function isMissing(error: unknown): error is Failure {
  return error instanceof Failure && error.code === 'TOOLCHAIN_MISSING';
}

/** An engine that answers may still be unable to run anything, so the compiler is asked inside the container. */
async function openContainerToolchain(host: Host, options: ToolchainOptions): Promise<Toolchain> {
  const image = await findContainerImage(host, options);
  const result = await runInImage(host, image, ['arm-none-eabi-gcc', '--version']);
  if (result.exitCode !== 0) {
    const reason = result.stderr.trim().split('\n').at(-1) ?? '';
    throw toolchainMissing('container engine', [`${image.engine} run: ${reason.slice(0, 300)}`]);
  }
  return containerToolchain(host, image, at(new TextDecoder().decode(result.stdout).split('\n'), 0).trim());
}
