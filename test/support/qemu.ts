/**
 * Compiles C for a Cortex-M7 and runs it under QEMU's MPS2 board AN500 (4 MB of code memory, 4 MB of RAM). Programs
 * have a `main`, the C library and the files of the machine that they run on, through semihosting.
 */
import { execFile, execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, test } from 'vitest';

const run = promisify(execFile);

const compiler = 'arm-none-eabi-gcc';
const emulator = 'qemu-system-arm';

const coreFlags = ['-mcpu=cortex-m7', '-mthumb', '-mfpu=fpv5-sp-d16', '-mfloat-abi=hard'] as const;

/** The C library's own start-up code is left out: it would ask QEMU where its stack is, which is answered here. */
const startUp = `
#include <stdint.h>
extern int main(void);
extern void initialise_monitor_handles(void);
extern void exit(int status);
extern uint32_t stack_top[];
/* What exit calls last: there is nothing to take down. */
void _fini(void) {
}
void reset(void) {
  *(volatile uint32_t *)0xe000ed88 |= 0xf00000; /* CPACR: floating point */
  __asm volatile("dsb\\n isb");
  initialise_monitor_handles();
  exit(main());
}
/* SYS_EXIT with "run-time error": a fault ends QEMU with 1 instead of hanging it. */
void fault(void) {
  register uint32_t operation __asm("r0") = 0x18;
  register uint32_t reason __asm("r1") = 0x20023;
  __asm volatile("bkpt 0xab" : : "r"(operation), "r"(reason));
  for (;;) {
  }
}
__attribute__((section(".vectors"), used)) static void *const vectors[16] = {
    stack_top, reset, fault, fault, fault, fault, fault, fault,
    fault, fault, fault, fault, fault, fault, fault, fault};
`;

const linkerScript = `
MEMORY { code (rx) : ORIGIN = 0, LENGTH = 4M  ram (rwx) : ORIGIN = 0x20000000, LENGTH = 4M }
ENTRY(reset)
stack_top = ORIGIN(ram) + LENGTH(ram);
SECTIONS {
  .text : { KEEP(*(.vectors)) *(.text*) *(.rodata*) . = ALIGN(8); } > code
  .ARM.exidx : { *(.ARM.exidx*) *(.ARM.extab*) } > code
  __fini_array_start = .; __fini_array_end = .; __preinit_array_start = .; __preinit_array_end = .;
  .data : { . = ALIGN(8); *(.data*) . = ALIGN(8); } > ram
  .bss : { . = ALIGN(8); *(.bss*) *(COMMON) . = ALIGN(8); end = .; } > ram
}
`;

/**
 * The emulator's programs see files, so a program of standard streams, built with -Dmain=run_sets, gets them from here:
 * `input.bin` and `output.bin`.
 */
export const mainOnFiles = `
#undef main
#include <stdio.h>
int run_sets(void);
int main(void) {
  if (freopen("input.bin", "rb", stdin) == NULL || freopen("output.bin", "wb", stdout) == NULL) {
    return 2;
  }
  return run_sets();
}
`;

export type ArmBuild = {
  /** C files, compiled side by side. */
  readonly units: readonly string[];
  readonly includeFolders: readonly string[];
  /** Optimisation, warnings, definitions, ... */
  readonly flags: readonly string[];
};

/** Builds `program.elf` in a folder of the caller's; resolves to its path. */
export async function buildForQemu(folder: string, build: ArmBuild): Promise<string> {
  const elf = join(folder, 'program.elf');
  const script = join(folder, 'program.ld');
  const start = join(folder, 'start-up.c');
  writeFileSync(script, linkerScript);
  writeFileSync(start, startUp);
  const includes = build.includeFolders.flatMap((path) => ['-I', path]);
  const objects = await Promise.all(
    [...build.units, start].map(async (unit, index) => {
      const object = join(folder, `unit${index}.o`);
      const flags = unit === start ? ['-O2'] : [...build.flags, ...includes];
      await run(compiler, [...coreFlags, '-std=gnu11', ...flags, '-c', unit, '-o', object]);
      return object;
    }),
  );
  const link = ['--specs=rdimon.specs', '-nostartfiles', '-Wl,--no-warn-rwx-segments', '-T', script];
  await run(compiler, [...coreFlags, ...link, ...objects, '-o', elf]);
  return elf;
}

/**
 * Runs a program in `folder`, where it finds and leaves its files under relative names. Resolves to its standard
 * output; rejects where it faults, ends with another status than 0, or runs for longer than `timeoutMs`.
 */
export async function runOnQemu(
  elf: string,
  folder: string,
  timeoutMs: number,
  emulatorFlags: readonly string[] = [],
): Promise<string> {
  const machine = [
    '-M',
    'mps2-an500',
    '-cpu',
    'cortex-m7',
    '-nographic',
    '-monitor',
    'none',
    '-serial',
    'none',
  ];
  const semihosting = ['-semihosting-config', 'enable=on,target=native'];
  const { stdout } = await run(emulator, [...machine, ...semihosting, ...emulatorFlags, '-kernel', elf], {
    cwd: folder,
    timeout: timeoutMs,
    maxBuffer: 2 ** 26,
  });
  return stdout;
}

function canRun(program: string): boolean {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Which of the programs that Arm tiers need is not here, or `undefined`. */
function missingTool(): string | undefined {
  return [compiler, emulator].find((program) => !canRun(program));
}

/**
 * Registers `body` where the Arm compiler and QEMU are. Elsewhere one test says what is missing: it fails under
 * CI=true, where the tier must run, and is skipped on a machine of one's own.
 */
export function describeWithArm(title: string, body: () => void): void {
  const missing = missingTool();
  if (missing === undefined) {
    describe(title, body);
    return;
  }
  describe(title, () => {
    test(`needs ${missing}: apt-get install gcc-arm-none-eabi libnewlib-arm-none-eabi qemu-system-arm`, ({
      skip,
    }) => {
      if (process.env.CI === 'true') throw new Error(`${missing} is missing, and CI must run this tier`);
      skip();
    });
  });
}
