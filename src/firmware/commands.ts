/** Command lines of compiler, linker and objcopy, written so that the same bytes come out on every machine. */
import type { Command } from '../base/index.ts';
import type { SourceTree } from '../code/index.ts';
import type { Target } from '../target/index.ts';

type ToolArguments = Command['argv'];

const compiler: ToolArguments = [
  'env',
  // GCC takes the working folder's name from here where it is right; this name is right in every folder.
  'PWD=/proc/self/cwd',
  'arm-none-eabi-gcc',
];

const codeFlags: readonly string[] = [
  '-std=c11',
  // C11 already says so; the same C must round alike on a host that has no fused multiply-add.
  '-ffp-contract=off',
  '-fno-common',
  '-ffunction-sections',
  '-fdata-sections',
  // Operators alike in every literal would become one function, and some of their symbols names without a stack.
  '-fno-ipa-icf',
  '-fno-unwind-tables',
  '-fno-asynchronous-unwind-tables',
];

const analysisFlags: readonly string[] = ['-fcallgraph-info=su'];

const reproducibilityFlags: readonly string[] = [
  '-g',
  '-gno-record-gcc-switches',
  '-ffile-prefix-map=/proc/self/cwd=.',
  '-Wdate-time',
];

const warningFlags: readonly string[] = ['-Wall', '-Wextra', '-Wconversion', '-Werror'];

const includeFlags: readonly string[] = ['-I../src/model', '-I../src/firmware'];

/** The network is built for speed, and so is what it calls. */
const speed = '-O2';

/** Start-up, drivers and application wait for the UART: there only their size counts. */
const size = '-Os';

/** A loop of `memcpy` must not be recognised as a `memcpy`. */
const runtimeFlags: readonly string[] = ['-ffreestanding', '-fno-tree-loop-distribute-patterns'];

/** The unit of the runtime that the network calls. */
const memoryUnit = 'memory';

function compileFlags(target: Target): readonly string[] {
  return [
    ...target.compilerFlags,
    ...codeFlags,
    ...analysisFlags,
    ...reproducibilityFlags,
    ...warningFlags,
    ...includeFlags,
    '-c',
  ];
}

/** Base names, without ending, of the model's objects and call graphs. */
export function modelObjects(tree: SourceTree): readonly string[] {
  return tree.units.map((_, index) => `model_${index}`);
}

/** One command for each unit of the model. */
export function compileModel(tree: SourceTree, target: Target): readonly { readonly argv: ToolArguments }[] {
  return tree.units.map((unit, index) => ({
    argv: [...compiler, ...compileFlags(target), speed, `../src/model/${unit}`, '-o', `model_${index}.o`],
  }));
}

/** Objects and call graphs take the units' names. */
export function compileRuntime(
  units: readonly string[],
  target: Target,
): readonly { readonly argv: ToolArguments }[] {
  const command = (optimisation: string, some: readonly string[]): { readonly argv: ToolArguments } => ({
    argv: [
      ...compiler,
      ...compileFlags(target),
      ...runtimeFlags,
      optimisation,
      ...some.map((unit) => `../src/firmware/${unit}.c`),
    ],
  });
  const rest = units.filter((unit) => unit !== memoryUnit);
  return [command(size, rest), command(speed, [memoryUnit])];
}

/** Links `firmware.elf` with its map and makes the flash images `.bin` and `.hex` from it. */
export function link(
  objects: readonly string[],
  target: Target,
  script: string,
  stackBytes: number,
): readonly { readonly argv: ToolArguments }[] {
  const linkerFlags = [
    `--script=../src/${script}`,
    `--defsym=__stack_bytes=${stackBytes}`,
    '--gc-sections',
    '--orphan-handling=error',
    '--build-id=none',
    '--no-warn-rwx-segments',
    '--fatal-warnings',
    '--Map=firmware.map',
  ];
  return [
    {
      argv: [
        ...compiler,
        ...target.compilerFlags,
        // No library: whatever an image calls was compiled here, with its stack frame known.
        '-nostdlib',
        ...linkerFlags.map((flag) => `-Wl,${flag}`),
        ...objects.map((object) => `${object}.o`),
        '-o',
        'firmware.elf',
      ],
    },
    { argv: ['arm-none-eabi-objcopy', '--output-target=binary', 'firmware.elf', 'firmware.bin'] },
    { argv: ['arm-none-eabi-objcopy', '--output-target=ihex', 'firmware.elf', 'firmware.hex'] },
  ];
}
