/** Firmware whose plan keeps its limit with everything that the image has beside the arena, which only a link tells. */
import type { Toolchain } from '../base/index.ts';
import { buildFirmware, type FirmwareImage } from '../firmware/index.ts';
import type { Target } from '../target/index.ts';
import { type Compiled, compileModel, type Objective, planOptions } from './compile.ts';

export type BuildRequest = {
  readonly bytes: Uint8Array;
  /** Named in messages. */
  readonly path: string;
  readonly name: string;
  readonly target: Target;
  readonly objective: Objective;
  /** Absent: the chip's memory. */
  readonly sramBudgetBytes: number | undefined;
};

export type Built<T> = {
  readonly compiled: Compiled;
  readonly image: FirmwareImage;
  readonly alongside: T;
};

/**
 * Plans for the whole limit first; where static data and stack then do not fit beside the arena, once more for what they
 * leave, as long as that gives a smaller arena.
 *
 * @param alongside runs while the firmware is built, for each plan that is
 */
export async function buildToFit<T>(
  request: BuildRequest,
  toolchain: Toolchain,
  alongside: (compiled: Compiled) => Promise<T>,
): Promise<Built<T>> {
  const { target, name, sramBudgetBytes } = request;
  const limitBytes = Math.min(sramBudgetBytes ?? target.sramBytes, target.sramBytes);
  const build = async (compiled: Compiled): Promise<Built<T>> => {
    const [image, result] = await Promise.all([
      buildFirmware(compiled.tree, target, toolchain, { name }),
      alongside(compiled),
    ]);
    return { compiled, image, alongside: result };
  };
  let built = await build(compileFor(request, 0));
  let besideArenaBytes = 0;
  while (built.image.sram.totalBytes > limitBytes) {
    const { arenaBytes } = built.compiled.schedule;
    besideArenaBytes = Math.max(besideArenaBytes + 1, built.image.sram.totalBytes - arenaBytes);
    const smaller = compileFor(request, besideArenaBytes);
    if (smaller.schedule.arenaBytes >= arenaBytes) break;
    built = await build(smaller);
  }
  return built;
}

function compileFor(request: BuildRequest, besideArenaBytes: number): Compiled {
  const { bytes, path, name, target, objective, sramBudgetBytes } = request;
  const plan = planOptions(objective, sramBudgetBytes, target, besideArenaBytes);
  return compileModel(bytes, path, name, target, plan);
}
