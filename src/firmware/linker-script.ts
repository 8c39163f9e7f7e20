/** The linker script of a target: memory from its data, one output section for each part that is accounted for. */
import type { Target } from '../target/index.ts';

/** Names of the output sections that the accounting reads. */
export const outputSections = {
  vectors: '.isr_vector',
  runtime: '.text',
  kernels: '.kernels',
  constants: '.rodata',
  weights: '.weights',
  stack: '.stack',
  data: '.data',
  zeroed: '.bss',
  arena: '.arena',
} as const;

/** Objects of the model are named so, whatever their sources are called; the script tells them apart by it. */
const modelObjectPattern = 'model_*.o';

/** Larger than any image that a chip of this kind could hold, and short of the next region of the memory map. */
const inflatedBytes = 0x0400_0000;

/**
 * A linker script for GNU ld. The symbol `__stack_bytes` is given on its command line.
 * `real` holds a link to the chip's memories; `inflated` lets an image that is too large link, so that it can be
 * measured: both place everything at the same addresses.
 */
export function linkerScript(target: Target, memory: 'real' | 'inflated'): string {
  const flashBytes = memory === 'real' ? target.flashBytes : inflatedBytes;
  const sramBytes = memory === 'real' ? target.sramBytes : inflatedBytes;
  return `/* ${target.chip}, made from the target's data. */
ENTRY(Reset_Handler)

MEMORY
{
  FLASH (rx)  : ORIGIN = ${hexadecimal(target.flashOrigin)}, LENGTH = ${flashBytes}
  SRAM  (rwx) : ORIGIN = ${hexadecimal(target.sramOrigin)}, LENGTH = ${sramBytes}
}

__sram_start = ORIGIN(SRAM);
__sram_end = ORIGIN(SRAM) + ${target.sramBytes};

SECTIONS
{
${flashSections}
${sramSections}
${unloadedSections}
}
`;
}

/** GNU ld makes these itself; they stay empty, and are left out, where all code is Thumb and nothing is resolved late. */
const linkerStubs = '*(.glue_7 .glue_7t .vfp11_veneer .v4_bx .iplt)';

const flashSections = `  ${outputSections.vectors} : { KEEP(*(.isr_vector)) } > FLASH
  ${outputSections.kernels} : { ${modelObjectPattern}(.text .text.*) } > FLASH
  ${outputSections.runtime} : { *(.text .text.*) } > FLASH
  ${outputSections.weights} : { ${modelObjectPattern}(.rodata .rodata.*) } > FLASH
  ${outputSections.constants} : { *(.rodata .rodata.*) } > FLASH
  .linker_stubs : { ${linkerStubs} } > FLASH
  .linker_tables : { *(.rel.iplt .igot.plt) } > FLASH
`;

/* The stack lies lowest: where it overflows it leaves the memory, which faults, instead of reaching data. */
const sramSections = `  ${outputSections.stack} (NOLOAD) : { . += __stack_bytes; . = ALIGN(8); __stack_top = .; } > SRAM AT > SRAM
  ${outputSections.data} : ALIGN(4)
  {
    __data_start = .;
    *(.data .data.*)
    . = ALIGN(4);
    __data_end = .;
  } > SRAM AT > FLASH
  __data_load = LOADADDR(${outputSections.data});
  ${outputSections.arena} (NOLOAD) : ALIGN(4)
  {
    __bss_start = .;
    ${modelObjectPattern}(.bss .bss.* COMMON)
  } > SRAM AT > SRAM
  ${outputSections.zeroed} (NOLOAD) : ALIGN(4)
  {
    *(.bss .bss.* COMMON)
    . = ALIGN(4);
    __bss_end = .;
  } > SRAM AT > SRAM
`;

/* Everything is named, so that the linker can refuse what nobody accounts for. */
const unloadedSections = `  .ARM.attributes 0 : { KEEP(*(.ARM.attributes)) }
  .comment 0 : { *(.comment) }
${['info', 'abbrev', 'aranges', 'rnglists', 'ranges', 'line', 'line_str', 'str', 'frame', 'loclists', 'loc']
  .map((kind) => `  .debug_${kind} 0 : { *(.debug_${kind}) }`)
  .join('\n')}
  /DISCARD/ : { *(.ARM.exidx .ARM.exidx.* .ARM.extab .ARM.extab.* .note.GNU-stack) }`;

function hexadecimal(value: number): string {
  return `0x${value.toString(16).padStart(8, '0')}`;
}
