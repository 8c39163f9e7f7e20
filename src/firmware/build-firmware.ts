/** From generated C to a linked, measured image. */
import type { ProcessResult, Toolchain, Workspace } from '../base/index.ts';
import type { SourceTree } from '../code/index.ts';
import { readElf } from '../elf/index.ts';
import type { Target } from '../target/index.ts';
import { compileModel, compileRuntime, link, modelObjects } from './commands.ts';
import { edgesHeader } from './edges-header.ts';
import { buildFailed, buildTimedOut, stackUnbounded } from './failures.ts';
import { linkerScript } from './linker-script.ts';
import { flashUse, imageSymbols, sramUse } from './memory-use.ts';
import { firmwareSources } from './sources.generated.ts';
import type { FirmwareImage, StackAnalysis } from './types.ts';
import { functionsBeyondCallGraph, worstCaseStack } from './worst-case-stack.ts';

const runtimeUnits = [...firmwareSources.keys()]
  .filter((path) => path.endsWith('.c'))
  .map((path) => path.slice(0, -'.c'.length));

export type BuildOptions = {
  /** Names the temporary folder. */
  readonly name: string;
};

/**
 * Compiles the network with start-up code and application, computes the worst-case stack from the compiler's call graph,
 * links with a stack of that size and reads from the ELF what the image needs.
 *
 * The same sources and compiler version give the same bytes, in whatever folder and on either kind of toolchain. An image
 * that is larger than the chip's memories is linked and measured all the same: see `overflow`.
 * Throws a `Failure`: `FIRMWARE_BUILD_FAILED`, `FIRMWARE_BUILD_TIMEOUT`, `FIRMWARE_STACK_UNBOUNDED`.
 */
export async function buildFirmware(
  tree: SourceTree,
  target: Target,
  toolchain: Toolchain,
  options: BuildOptions,
): Promise<FirmwareImage> {
  const workspace = await toolchain.openWorkspace(`firmware-${options.name}`, firmwareFiles(tree, target));
  try {
    const objects = [...modelObjects(tree), ...runtimeUnits];
    await compile(tree, target, toolchain, workspace);
    const callGraphs = await readTexts(objects, toolchain, workspace);
    const stack = worstCaseStack(callGraphs);
    await linkImage(objects, target, stack, toolchain, workspace);
    return await measureImage({ target, toolchain, workspace, stack, callGraphs });
  } finally {
    await toolchain.closeWorkspace(workspace);
  }
}

/**
 * Everything that the image is made from, by path: the network below `model/`, start-up code and application below
 * `firmware/`, and the linker scripts `real.ld` and `inflated.ld`.
 */
export function firmwareFiles(tree: SourceTree, target: Target): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const [path, text] of tree.files) files.set(`model/${path}`, text);
  for (const [path, text] of firmwareSources) files.set(`firmware/${path}`, text);
  files.set('firmware/edges.h', edgesHeader(tree));
  for (const memory of ['real', 'inflated'] as const) files.set(`${memory}.ld`, linkerScript(target, memory));
  return files;
}

/** The model takes most of the time, so the rest is compiled beside it. */
async function compile(
  tree: SourceTree,
  target: Target,
  toolchain: Toolchain,
  workspace: Workspace,
): Promise<void> {
  const results = await Promise.all([
    toolchain.exec(workspace, compileModel(tree, target)),
    toolchain.exec(workspace, compileRuntime(runtimeUnits, target)),
  ]);
  for (const result of results) demandSuccess(result, 'compiling');
}

async function linkImage(
  objects: readonly string[],
  target: Target,
  stack: StackAnalysis,
  toolchain: Toolchain,
  workspace: Workspace,
): Promise<void> {
  const result = await toolchain.exec(workspace, link(objects, target, 'real.ld', stack.worstCaseBytes));
  if (result.exitCode === 0) return;
  // Too large is a measurement; anything else fails in larger memories too.
  const inflated = await toolchain.exec(
    workspace,
    link(objects, target, 'inflated.ld', stack.worstCaseBytes),
  );
  demandSuccess(inflated, 'linking');
}

function demandSuccess(result: ProcessResult, stage: string): void {
  if (result.timedOut) throw buildTimedOut(stage);
  if (result.exitCode !== 0) throw buildFailed(stage, result.stderr);
}

async function readTexts(
  objects: readonly string[],
  toolchain: Toolchain,
  workspace: Workspace,
): Promise<readonly string[]> {
  const contents = await Promise.all(
    objects.map((object) => toolchain.readOutput(workspace, `${object}.ci`)),
  );
  return contents.map((bytes) => new TextDecoder().decode(bytes));
}

async function measureImage(build: {
  readonly target: Target;
  readonly toolchain: Toolchain;
  readonly workspace: Workspace;
  readonly stack: StackAnalysis;
  readonly callGraphs: readonly string[];
}): Promise<FirmwareImage> {
  const { target, toolchain, workspace, stack } = build;
  const read = (ending: string): Promise<Uint8Array> => toolchain.readOutput(workspace, `firmware.${ending}`);
  const [elfBytes, bin, hex, map] = await Promise.all([read('elf'), read('bin'), read('hex'), read('map')]);
  const elf = readElf(elfBytes);
  const unknown = functionsBeyondCallGraph(elf, build.callGraphs);
  if (unknown.length > 0) throw stackUnbounded(unknown.map((name) => `${name} has no stack information`));
  const flash = flashUse(elf, target);
  const sram = sramUse(elf, target);
  return {
    target: target.name,
    toolchain: toolchain.identity,
    elf: elfBytes,
    bin,
    hex,
    map,
    flash,
    sram,
    stack,
    symbols: imageSymbols(elf),
    overflow: {
      // What is programmed is the .bin: it is judged too, and not only the sections of the ELF.
      flashBytes: Math.max(0, Math.max(flash.totalBytes, bin.length) - target.flashBytes),
      sramBytes: Math.max(0, sram.totalBytes - target.sramBytes),
    },
  };
}
