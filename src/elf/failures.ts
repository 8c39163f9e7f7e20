/** Failures of reading files that a compiler or linker wrote. */
import { Failure } from '../base/index.ts';

export const elfMalformed = (message: string): Failure =>
  new Failure({
    code: 'ELF_MALFORMED',
    kind: 'usage',
    message: `not a readable 32-bit Arm ELF file: ${message}`,
    hint: 'give the .elf that the linker wrote, whole',
  });

export const callGraphMalformed = (line: string): Failure =>
  new Failure({
    code: 'CALL_GRAPH_MALFORMED',
    kind: 'toolchain',
    message: `cannot read this line of the compiler's call graph: ${line.slice(0, 200)}`,
    hint: 'use GCC 10 or newer, which writes it for -fcallgraph-info=su',
  });
