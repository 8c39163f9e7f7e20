/** Reset and clock control of STM32H7 (RM0433 chapter 8, RM0455 chapter 8), whose clock registers are alike. */
import type { Chip } from '../chips/types.ts';
import { ahbDivider, apbDivider, createClock, type Frequencies, timerHz } from './clock.ts';
import type { Rcc } from './rcc-f7.ts';
import { merge, type PeripheralContext } from './types.ts';

const offsets = {
  cr: 0x00,
  cfgr: 0x10,
  d1cfgr: 0x18,
  d2cfgr: 0x1c,
  d3cfgr: 0x20,
  pllckselr: 0x28,
  pllcfgr: 0x2c,
  pll1divr: 0x30,
  pll3fracr: 0x44,
  bdcr: 0x70,
  csr: 0x74,
} as const;

const pllReset = 0x0101_0280;
const resetValues: readonly (readonly [number, number])[] = [
  [offsets.cr, 0xc025],
  [offsets.pllckselr, 0x0202_0200],
  [offsets.pllcfgr, 0x01ff_0000],
  [0x30, pllReset],
  [0x38, pllReset],
  [0x40, pllReset],
];

export function createRccH7(chip: Chip, context: PeripheralContext): Rcc {
  const registers = new Map<number, number>(resetValues);
  const register = (offset: number): number => registers.get(offset) ?? 0;
  const clock = createClock(frequenciesOf(chip, register));
  const write = (offset: number, value: number, mask: number): void => {
    registers.set(offset, withReadyBits(offset, merge(register(offset), value, mask)));
    if (offset <= offsets.pll3fracr) clock.change(frequenciesOf(chip, register), context.now());
  };
  const peripheral = { read: register, write, advance: () => Number.POSITIVE_INFINITY };
  return { peripheral, clock, register };
}

/** Oscillators and PLLs are ready, and switches have switched, as soon as software asks. */
function withReadyBits(offset: number, value: number): number {
  if (offset === offsets.cr) {
    const ready = ((value & 1) << 2) | ((value & 0x80) << 1) | ((value & 0x1501_1000) << 1);
    // HSIDIVF, D1CKRDY and D2CKRDY are always set.
    return (value & ~0x2a02_2104) | ready | 0xc020;
  }
  if (offset === offsets.cfgr) return (value & ~0x38) | ((value & 7) << 3);
  if (offset === offsets.bdcr || offset === offsets.csr) return (value & ~2) | ((value & 1) << 1);
  return value;
}

type Outputs = { readonly p: number; readonly q: number };

/** PLL 1 to 3: reference / DIVM * (DIVN + FRACN / 8192) / DIVP or DIVQ. */
function pllOutputs(index: 0 | 1 | 2, source: number, register: (offset: number) => number): Outputs {
  const divm = (register(offsets.pllckselr) >>> (4 + 8 * index)) & 0x3f;
  if (divm === 0) return { p: 0, q: 0 };
  const divr = register(offsets.pll1divr + 8 * index);
  const hasFraction = ((register(offsets.pllcfgr) >>> (4 * index)) & 1) === 1;
  const fraction = hasFraction ? ((register(offsets.pll1divr + 8 * index + 4) >>> 3) & 0x1fff) / 8192 : 0;
  const vco = (source / divm) * ((divr & 0x1ff) + 1 + fraction);
  return { p: vco / (((divr >>> 9) & 0x7f) + 1), q: vco / (((divr >>> 16) & 0x7f) + 1) };
}

function frequenciesOf(chip: Chip, register: (offset: number) => number): Frequencies {
  const { hse, csi } = chip.oscillatorsHz;
  const hsi = chip.oscillatorsHz.hsi / (1 << ((register(offsets.cr) >>> 3) & 3));
  const pllSource = [hsi, csi, hse, 0][register(offsets.pllckselr) & 3] ?? 0;
  const cfgr = register(offsets.cfgr);
  const system = [hsi, csi, hse, pllOutputs(0, pllSource, register).p][(cfgr >>> 3) & 7] ?? hsi;
  const d1cfgr = register(offsets.d1cfgr);
  const d2cfgr = register(offsets.d2cfgr);
  const core = system / ahbDivider((d1cfgr >>> 8) & 15);
  const ahb = core / ahbDivider(d1cfgr & 15);
  const apb1 = apbDivider((d2cfgr >>> 4) & 7);
  const apb2 = apbDivider((d2cfgr >>> 8) & 7);
  const areTimersFast = (cfgr & 0x8000) !== 0;
  return {
    system,
    core,
    branch: {
      ahb,
      apb1: ahb / apb1,
      apb2: ahb / apb2,
      apb3: ahb / apbDivider((d1cfgr >>> 4) & 7),
      apb4: ahb / apbDivider((register(offsets.d3cfgr) >>> 4) & 7),
    },
    timers: { apb1: timerHz(ahb, apb1, areTimersFast), apb2: timerHz(ahb, apb2, areTimersFast) },
    hsi,
    csi,
    lse: 32_768,
    pll2q: pllOutputs(1, pllSource, register).q,
    pll3q: pllOutputs(2, pllSource, register).q,
  };
}
