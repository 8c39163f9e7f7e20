/** Reset and clock control of STM32F7 (RM0385 chapter 5): ready bits, and the frequencies that software chose. */
import type { Chip } from '../chips/types.ts';
import { ahbDivider, apbDivider, type Clock, createClock, type Frequencies, timerHz } from './clock.ts';
import { merge, type Peripheral, type PeripheralContext } from './types.ts';

const offsets = { cr: 0x00, pllcfgr: 0x04, cfgr: 0x08, bdcr: 0x70, csr: 0x74, dckcfgr1: 0x8c } as const;

const resetValues: readonly (readonly [number, number])[] = [
  [offsets.cr, 0x83],
  [offsets.pllcfgr, 0x2400_3010],
  [offsets.csr, 0x0e00_0000],
  [0x84, 0x2400_3000],
  [0x88, 0x2400_3000],
];

export type Rcc = {
  readonly peripheral: Peripheral;
  readonly clock: Clock;
  readonly register: (offset: number) => number;
};

export function createRccF7(chip: Chip, context: PeripheralContext): Rcc {
  const registers = new Map<number, number>(resetValues);
  const register = (offset: number): number => registers.get(offset) ?? 0;
  const clock = createClock(frequenciesOf(chip, register));
  const write = (offset: number, value: number, mask: number): void => {
    registers.set(offset, withReadyBits(offset, merge(register(offset), value, mask)));
    const isClock = offset <= offsets.cfgr || offset === offsets.dckcfgr1;
    if (isClock) clock.change(frequenciesOf(chip, register), context.now());
  };
  const peripheral = { read: register, write, advance: () => Number.POSITIVE_INFINITY };
  return { peripheral, clock, register };
}

/** Oscillators and PLLs are ready, and switches have switched, as soon as software asks. */
function withReadyBits(offset: number, value: number): number {
  if (offset === offsets.cr) {
    const on = value & 0x1501_0001;
    return (value & ~0x2a02_0002) | (on << 1);
  }
  if (offset === offsets.cfgr) return (value & ~0xc) | ((value & 3) << 2);
  if (offset === offsets.bdcr || offset === offsets.csr) return (value & ~2) | ((value & 1) << 1);
  return value;
}

function frequenciesOf(chip: Chip, register: (offset: number) => number): Frequencies {
  const { hsi, hse } = chip.oscillatorsHz;
  const pllcfgr = register(offsets.pllcfgr);
  const cfgr = register(offsets.cfgr);
  const pllInput = (pllcfgr & 0x40_0000) === 0 ? hsi : hse;
  const vco = (pllInput / Math.max(1, pllcfgr & 0x3f)) * ((pllcfgr >>> 6) & 0x1ff);
  const pll = vco / (2 * (((pllcfgr >>> 16) & 3) + 1));
  const system = [hsi, hse, pll, hsi][(cfgr >>> 2) & 3] ?? hsi;
  const core = system / ahbDivider((cfgr >>> 4) & 15);
  const dividers = { apb1: apbDivider((cfgr >>> 10) & 7), apb2: apbDivider((cfgr >>> 13) & 7) };
  const areTimersFast = (register(offsets.dckcfgr1) & 0x100_0000) !== 0;
  return {
    system,
    core,
    branch: { ahb: core, apb1: core / dividers.apb1, apb2: core / dividers.apb2, apb3: 0, apb4: 0 },
    timers: {
      apb1: timerHz(core, dividers.apb1, areTimersFast),
      apb2: timerHz(core, dividers.apb2, areTimersFast),
    },
    hsi,
    csi: 0,
    lse: 32_768,
    pll2q: 0,
    pll3q: 0,
  };
}
