/** Door of `firmware`: C in, a linked image and what is in it out. */
export { buildFirmware, firmwareFiles } from './build-firmware.ts';
export { containerOptions } from './container-image.ts';
export { openToolchain, type ToolchainOptions } from './open-toolchain.ts';
export type { FirmwareImage, FlashUse, ImageSymbol, SramUse, StackAnalysis } from './types.ts';
