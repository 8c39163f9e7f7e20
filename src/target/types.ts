/** A board as data: memory map, clocks, compiler flags. */

type MemoryRegion = {
  readonly name: string;
  readonly origin: number;
  readonly bytes: number;
  readonly kind: 'flash' | 'sram' | 'itcm';
  readonly waitStates: number;
};

export type Target = {
  /** Name as written in `mcunet.yml`, for example `stm32f746`. */
  readonly name: string;
  readonly chip: string;
  readonly core: 'cortex-m4' | 'cortex-m7';
  readonly clockHz: number;
  /** Limits that budgets and links are judged against, bytes. */
  readonly flashBytes: number;
  readonly sramBytes: number;
  /** Contiguous region that holds stack, data and arena. */
  readonly sramOrigin: number;
  readonly flashOrigin: number;
  readonly memories: readonly MemoryRegion[];
  /** Code-generation flags of `arm-none-eabi-gcc` (processor, FPU, ABI). */
  readonly compilerFlags: readonly string[];
  /** Whether the core has the Armv7E-M DSP extension (SMLAD and its kin). */
  readonly hasDsp: boolean;
};
