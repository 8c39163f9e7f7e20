/** The toolchains of this machine for tests, and how tests that need one say that they were skipped. */
import { describe, test } from 'vitest';
import { Failure, type Toolchain } from '../../src/base/index.ts';
import { openToolchain } from '../../src/firmware/index.ts';
import { nodeHost } from '../../src/host/index.ts';

/** Where containers run inside a container, only these are allowed; elsewhere they do no harm. */
const nestedArguments = '--runtime=runc --ulimit=nofile=1000:2000 --ulimit=nproc=1000:2000';

type Opened = { readonly toolchain: Toolchain } | { readonly reason: string };

async function open(kind: 'local' | 'container', containerArguments: string): Promise<Opened> {
  try {
    const options = {
      containerArguments: containerArguments.split(' ').filter((argument) => argument !== ''),
      containerImage: process.env.MCUNET_CONTAINER_IMAGE,
    };
    return { toolchain: await openToolchain(kind, nodeHost(), options) };
  } catch (error) {
    if (error instanceof Failure && error.code === 'TOOLCHAIN_MISSING') return { reason: error.message };
    throw error;
  }
}

async function openContainer(): Promise<Opened> {
  const given = process.env.MCUNET_CONTAINER_ARGS;
  const opened = await open('container', given ?? '');
  return 'toolchain' in opened || given !== undefined ? opened : open('container', nestedArguments);
}

const local = await open('local', '');

/** Registers `body` where the Arm compiler is installed, else one test that says so and, if required, fails. */
export function describeWithArmCompiler(title: string, body: (toolchain: Toolchain) => void): void {
  describeWith(title, local, process.env.MCUNET_REQUIRE_COMPILER, body);
}

/** The same for a container engine that runs the toolchain's image. */
export async function describeWithContainer(
  title: string,
  body: (toolchain: Toolchain) => void,
): Promise<void> {
  describeWith(title, await openContainer(), process.env.MCUNET_REQUIRE_CONTAINER, body);
}

function describeWith(
  title: string,
  opened: Opened,
  required: string | undefined,
  body: (toolchain: Toolchain) => void,
): void {
  describe(title, () => {
    if ('toolchain' in opened) return body(opened.toolchain);
    test(`needs what is not here: ${opened.reason}`, ({ skip }) => {
      if (required !== undefined && required !== '') throw new Error(opened.reason);
      skip();
    });
  });
}
