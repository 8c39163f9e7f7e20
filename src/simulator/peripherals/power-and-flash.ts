/** Voltage regulator and flash interface: what is asked for is reported ready at once. */
import type { ChipFamily } from '../chips/types.ts';
import { createStorage } from './storage.ts';
import type { SystemControlEffects } from './system-control-block.ts';
import type { Peripheral } from './types.ts';

/** PWR: RM0385 4.4, RM0433 6.8, RM0455 6.8. */
export function createPwr(family: ChipFamily): Peripheral {
  return family === 'stm32f7' || family === 'stm32f4' ? createPwrF7() : createPwrH7(family);
}

/** CSR1 follows CR1: VOSRDY always, ODRDY and ODSWRDY after ODEN and ODSWEN. */
function createPwrF7(): Peripheral {
  const storage = createStorage([[0x00, 0xc000]]);
  const csr1 = 0x04;
  return {
    ...storage,
    read: (offset) => {
      if (offset !== csr1) return storage.read(offset);
      return (storage.read(csr1) & ~0x3_4000) | 0x4000 | (storage.read(0x00) & 0x3_0000);
    },
  };
}

/** CSR1 shows the voltage scale that D3CR (SRDCR on the H7A3) asks for, as reached. */
function createPwrH7(family: ChipFamily): Peripheral {
  const d3cr = 0x18;
  const cr3 = 0x0c;
  const ready = 0x2000;
  const storage = createStorage([
    [0x00, 0xf000_c000 | 0],
    [cr3, family === 'stm32h74' ? 0x0100_0006 : 0x6],
    [d3cr, 0x4000],
  ]);
  return {
    ...storage,
    read: (offset) => {
      if (offset === 0x04) return (storage.read(d3cr) & 0xc000) | ready;
      if (offset === d3cr) return storage.read(d3cr) | ready;
      // USB33RDY follows USB33DEN; SDEXTRDY is set (RM0433 6.8.4).
      if (offset === cr3) return storage.read(cr3) | 0x1_0000 | ((storage.read(cr3) & 0x100_0000) << 2);
      return storage.read(offset);
    },
  };
}

const keys: readonly [number, number] = [0x4567_0123, 0xcdef_89ab | 0];

/**
 * FLASH: RM0385 3.7. The array itself cannot be programmed here: writing to it is a bus error, as it is for a
 * program that forgot to unlock it.
 */
export function createFlashInterface(
  family: ChipFamily,
  enableCaches: SystemControlEffects['enableCaches'],
): Peripheral {
  const isOld = family === 'stm32f7' || family === 'stm32f4';
  const control = isOld ? 0x10 : 0x0c;
  const locked = isOld ? 0x8000_0000 | 0 : 1;
  let keysSeen = 0;
  const storage = createStorage([
    [0x00, isOld ? 0 : 0x37],
    [control, locked],
    [0x14, isOld ? 0xc0ff_aafd | 0 : 0],
  ]);
  return {
    ...storage,
    write: (offset, value, mask) => {
      if (offset !== 0x04) {
        storage.write(offset, value, mask);
        if (offset === 0 && family === 'stm32f4') enableCaches(acceleratorOf(storage.read(0)));
        return;
      }
      keysSeen = value === keys[keysSeen] ? keysSeen + 1 : 0;
      if (keysSeen === keys.length) storage.write(control, 0, locked);
    },
  };
}

/** ACR.ICEN and DCEN (RM0402 3.8.1). */
const acceleratorOf = (acr: number) => ({ instruction: (acr & 0x200) !== 0, data: (acr & 0x400) !== 0 });

/** RNG: a fixed sequence, so that every run is alike (RM0385 chapter 20). */
export function createRandomNumbers(): Peripheral {
  const storage = createStorage();
  let state = 0x2545_f491;
  return {
    ...storage,
    read: (offset) => {
      if (offset === 0x04) return (storage.read(0x00) >>> 2) & 1;
      if (offset !== 0x08) return storage.read(offset);
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      return state;
    },
  };
}
