/** A chip as data: what answers at which address, how it is clocked, and which interrupt line is whose. */

type StorageKind = 'flash' | 'sram' | 'dtcm' | 'itcm' | 'information';

/** Bytes that lie at one address or at several. */
export type StorageBlock = {
  readonly name: string;
  readonly kind: StorageKind;
  readonly bytes: number;
  /** Addresses of its first byte; the first is the one that programs are linked for. */
  readonly addresses: readonly number[];
};

/** Which branch of the clock tree a peripheral counts with. */
export type ClockBranch = 'ahb' | 'apb1' | 'apb2' | 'apb3' | 'apb4';

/** Clock source of a USART: a field of a register of the RCC, and what its values select (RM0385 5.3.26). */
type KernelClockSelector = {
  readonly registerOffset: number;
  readonly shift: number;
  readonly width: number;
  readonly sources: readonly KernelClock[];
};

export type KernelClock = ClockBranch | 'system' | 'hsi' | 'csi' | 'lse' | 'pll2q' | 'pll3q' | 'none';

type Place = { readonly name: string; readonly start: number };

export type UsartPlace = Place & {
  readonly kind: 'usart';
  readonly interrupt: number;
  readonly clock: KernelClockSelector;
  /** `status-data`: that of the STM32F4, which has one register for data of both directions. */
  readonly layout?: 'status-data';
};

export type TimerPlace = Place & {
  readonly kind: 'timer';
  readonly interrupt: number;
  /** Another line for capture and compare, where the timer has one (TIM1 and TIM8). */
  readonly compareInterrupt?: number;
  readonly counterBits: 16 | 32;
  readonly channels: number;
  readonly branch: 'apb1' | 'apb2';
};

/** Registers that software writes and reads back, and that change nothing else that it can see. */
type StoragePlace = Place & {
  readonly kind: 'storage';
  readonly bytes: number;
  /** `[offset, value]` of registers that are not 0 after reset. */
  readonly resetValues?: readonly (readonly [number, number])[];
};

/** A peripheral of the chip that is not simulated: using it is reported by name, not ignored. */
type UnsupportedPlace = Place & { readonly kind: 'unsupported'; readonly bytes: number };

export type PeripheralPlace =
  | UsartPlace
  | TimerPlace
  | StoragePlace
  | UnsupportedPlace
  | (Place & { readonly kind: 'gpio' | 'rcc' | 'pwr' | 'flash-interface' | 'rng' | 'crc' });

export type CacheShape = { readonly bytes: number; readonly ways: number; readonly lineBytes: number };

/** Chips whose RCC, PWR and FLASH registers are alike. */
export type ChipFamily = 'stm32f4' | 'stm32f7' | 'stm32h74' | 'stm32h7a';

export type Chip = {
  /** As `target` names it, for example `stm32f746`. */
  readonly name: string;
  readonly part: string;
  readonly family: ChipFamily;
  readonly core: 'cortex-m4' | 'cortex-m7';
  /** SCB_CPUID. */
  readonly cpuid: number;
  /** MVFR0, MVFR1, MVFR2: whether the floating-point unit has double precision. */
  readonly floatFeatures: readonly [number, number, number];
  /** Where the vector table lies at reset, with the option bytes as delivered. */
  readonly bootAddress: number;
  readonly interruptCount: number;
  readonly priorityBits: number;
  readonly mpuRegions: number;
  /** Of the core; on the STM32F4 those of the flash interface, which its FLASH_ACR switches. */
  readonly caches: { readonly instruction: CacheShape; readonly data: CacheShape };
  /** `hse` is the crystal or clock of the board that the chip is best known on. */
  readonly oscillatorsHz: { readonly hsi: number; readonly hse: number; readonly csi: number };
  /** The USART that the board's debugger is wired to. */
  readonly console: string;
  readonly storage: readonly StorageBlock[];
  readonly peripherals: readonly PeripheralPlace[];
};
