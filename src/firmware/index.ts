/** Door of `firmware`: C in, a linked image and what is in it out. */
export type { FirmwareImage, FlashUse, ImageSymbol, SramUse, StackAnalysis } from './types.ts';
