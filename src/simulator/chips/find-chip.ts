/** Chips by name. */
import { chipUnknown } from '../failures.ts';
import { stm32f412 } from './stm32f412.ts';
import { stm32f746 } from './stm32f746.ts';
import { stm32f767 } from './stm32f767.ts';
import { stm32h7a3 } from './stm32h7a3.ts';
import { stm32h743 } from './stm32h743.ts';
import type { Chip } from './types.ts';

export const chips: readonly Chip[] = [stm32f412, stm32f746, stm32f767, stm32h743, stm32h7a3];

/** The chip of that name; throws a `Failure` (`CHIP_UNKNOWN`) that lists those that are simulated. */
export function findChip(name: string): Chip {
  const chip = chips.find((candidate) => candidate.name === name.toLowerCase());
  if (chip === undefined)
    throw chipUnknown(
      name,
      chips.map((known) => known.name),
    );
  return chip;
}
