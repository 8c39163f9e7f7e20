/** FPCCR, FPCAR and FPDSCR (Armv7-M ARM, B3.2.21 to B3.2.23): what the core keeps, as software sees it. */
import { at } from '../../base/index.ts';
import { slots } from '../processor/state.ts';

/** Offsets from 0xE000E000. */
const offsets = { fpccr: 0xf34, fpcar: 0xf38, fpdscr: 0xf3c } as const;

type Writer = readonly [number, (value: number) => void];

/** LSPACT is bit 0 of FPCCR: registers wait to be saved. */
export function floatContextReaders(words: Int32Array): readonly (readonly [number, () => number])[] {
  return [
    [offsets.fpccr, () => at(words, slots.fpccr) | (at(words, slots.lazyFrame) === 0 ? 0 : 1)],
    [offsets.fpcar, () => at(words, slots.fpcar)],
    [offsets.fpdscr, () => at(words, slots.fpdscr)],
  ];
}

export function floatContextWriters(words: Int32Array): readonly Writer[] {
  return [
    [
      offsets.fpccr,
      (value) => {
        words[slots.fpccr] = value & 0xc000_0000;
        words[slots.lazyFrame] = (value & 1) === 0 ? 0 : at(words, slots.fpcar);
      },
    ],
    [
      offsets.fpcar,
      (value) => {
        words[slots.fpcar] = value & ~7;
      },
    ],
    [
      offsets.fpdscr,
      (value) => {
        words[slots.fpdscr] = value & 0x07c0_0000;
      },
    ],
  ];
}
