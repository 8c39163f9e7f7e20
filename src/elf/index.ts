/** Door of `elf`: linked images and objects, call graphs, worst-case stack. */
export { readCallGraph } from './call-graph.ts';
export { readElf } from './read-elf.ts';
export { boundStack, describeFinding } from './stack-bound.ts';
export type { ElfFile } from './types.ts';
