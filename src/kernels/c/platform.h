/* What every kernel stands on: inlining, the choice of the DSP path, and access to words of any alignment. */
#ifndef MCUNET_PLATFORM_H
#define MCUNET_PLATFORM_H

#include <stdint.h>
#include <string.h>

/* Bodies are always inlined into one function for each operator, whose literals then specialise them. */
#define KERNEL static inline __attribute__((always_inline, unused))

/* Cores that all operators of a network share: specialised by what they are given at run time. */
#define SHARED static __attribute__((noinline, unused))

/*
 * The first statement of every operator's function; no instruction. Where two places of the arena lie at
 * matching offsets, GCC 12 addresses both by one sum that begins at 0, takes that for an access to NULL, the
 * function for one without effects, and leaves its calls out.
 */
#define HAS_EFFECTS __asm__ volatile("" : : : "memory")

/* Both paths give the same bytes; MCUNET_PORTABLE takes the plain C one on a core that has the DSP extension.
 */
#if defined(__ARM_FEATURE_DSP) && !defined(MCUNET_PORTABLE)
#include <arm_acle.h>
#define MCUNET_DSP 1
#else
#define MCUNET_DSP 0
#endif

/* Four bytes at any address: one LDR or STR on Armv7-M. */
KERNEL uint32_t load_word(const int8_t *source) {
  uint32_t word;
  memcpy(&word, source, sizeof word);
  return word;
}

KERNEL void store_word(int8_t *target, uint32_t word) {
  memcpy(target, &word, sizeof word);
}

/* Sums wrap as the processor's do, so that no model can reach undefined behaviour. */
KERNEL int32_t add_wrapping(int32_t a, int32_t b) {
  return (int32_t)((uint32_t)a + (uint32_t)b);
}

KERNEL int32_t minimum(int32_t a, int32_t b) {
  return a < b ? a : b;
}

KERNEL int32_t maximum(int32_t a, int32_t b) {
  return a > b ? a : b;
}

#if MCUNET_DSP
/* Bytes 1 and 3 as two signed half-words: the rotated form, which <arm_acle.h> does not offer. */
KERNEL int16x2_t sxtb16_odd(uint32_t word) {
  int16x2_t halves;
  __asm__("sxtb16 %0, %1, ror #8" : "=r"(halves) : "r"(word));
  return halves;
}

/* Bytes 0 and 2. */
KERNEL int16x2_t sxtb16_even(uint32_t word) {
  return __sxtb16((int8x4_t)word);
}

/* Bytes 1 and 3, each added to a half-word of `base`. */
KERNEL int16x2_t sxtab16_odd(int16x2_t base, uint32_t word) {
  int16x2_t halves;
  __asm__("sxtab16 %0, %1, %2, ror #8" : "=r"(halves) : "r"(base), "r"(word));
  return halves;
}

KERNEL int16x2_t sxtab16_even(int16x2_t base, uint32_t word) {
  return __sxtab16(base, (int8x4_t)word);
}

/* The lower halves of two words: that of `low` below that of `high`. */
KERNEL uint32_t pack_low(uint32_t low, uint32_t high) {
  uint32_t halves;
  __asm__("pkhbt %0, %1, %2, lsl #16" : "=r"(halves) : "r"(low), "r"(high));
  return halves;
}

/* The upper halves of two words: that of `low` below that of `high`. */
KERNEL uint32_t pack_high(uint32_t high, uint32_t low) {
  uint32_t halves;
  __asm__("pkhtb %0, %1, %2, asr #16" : "=r"(halves) : "r"(high), "r"(low));
  return halves;
}

KERNEL int16x2_t both_halves(int32_t value) {
  return (int16x2_t)(((uint32_t)value & 0xffffU) * 0x10001U);
}
#endif

#endif
