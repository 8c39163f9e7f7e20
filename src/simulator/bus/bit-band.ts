/** Bit-band aliases of the Cortex-M4 (TRM 3.7): a word for each bit of the first megabyte of SRAM and of peripherals. */

/** The byte behind an alias, and the bit of it; undefined elsewhere. */
export function behindBitBand(
  address: number,
): { readonly address: number; readonly bit: number } | undefined {
  const region = address >>> 25;
  if (region !== 0x2200_0000 >>> 25 && region !== 0x4200_0000 >>> 25) return undefined;
  const base = address >= 0x4000_0000 ? 0x4000_0000 : 0x2000_0000;
  const place = address & 0x01ff_ffff;
  return { address: base + (place >>> 5), bit: (place >>> 2) & 7 };
}
