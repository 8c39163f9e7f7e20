/* TensorFlow Lite's fixed-point scaling with its double rounding, bit for bit. */
#ifndef MCUNET_REQUANTISE_H
#define MCUNET_REQUANTISE_H

#include "platform.h"

/*
 * A factor is multiplier * 2^(shift - 31), -2^31 <= multiplier < 2^31, -31 <= shift <= 30. Scaling rounds
 * twice: the product with the multiplier to nearest, ties upwards, and what a negative shift leaves to
 * nearest, ties away from zero. A small value is one of less than 2^30 in magnitude, as all are that int8
 * operators of real networks make.
 */

/* value * multiplier / 2^31, ties upwards; saturated where both are -2^31. */
KERNEL int32_t multiply_high(int32_t value, int32_t multiplier) {
  if (value == INT32_MIN && multiplier == INT32_MIN) return INT32_MAX;
  return (int32_t)(((int64_t)value * multiplier + (INT64_C(1) << 30)) >> 31);
}

/* The same for a small value: the doubled value makes it the upper word of a product, one instruction. */
KERNEL int32_t multiply_high_small(int32_t value, int32_t multiplier) {
  const int32_t doubled = value * 2;
#if MCUNET_DSP
  int32_t product;
  __asm__("smmulr %0, %1, %2" : "=r"(product) : "r"(doubled), "r"(multiplier));
  return product;
#else
  return (int32_t)(((int64_t)doubled * multiplier + (INT64_C(1) << 31)) >> 32);
#endif
}

/* value / 2^shift, ties away from zero; any value. A shift beyond 31 leaves nothing. */
KERNEL int32_t shift_right_rounding(int32_t value, int32_t shift) {
  if (shift > 31) return 0;
  const int32_t mask = (int32_t)((UINT32_C(1) << shift) - 1U);
  const int32_t threshold = (int32_t)((uint32_t)mask >> 1) + (value < 0);
  return (value >> shift) + ((value & mask) > threshold);
}

/* value scaled by a factor; any value. A left shift that overflows wraps, as it does in the compiled
 * original. */
KERNEL int32_t requantise(int32_t value, int32_t multiplier, int32_t shift) {
  const int32_t left = maximum(shift, 0);
  const int32_t product = multiply_high((int32_t)((uint32_t)value << left), multiplier);
  return shift_right_rounding(product, left - shift);
}

/* A small value scaled by a factor below 1 (shift <= 0); the result is small. */
KERNEL int32_t scale_down(int32_t value, int32_t multiplier, int32_t shift) {
  const int32_t product = multiply_high_small(value, multiplier);
  if (shift == 0) return product;
  return (((product - (product < 0)) >> (-shift - 1)) + 1) >> 1;
}

/* value + zero_point within min ... max; the sum is formed last, so that it cannot overflow. */
KERNEL int8_t clamp_s8(int32_t value, int32_t zero_point, int32_t min, int32_t max) {
  return (int8_t)(minimum(maximum(value, min - zero_point), max - zero_point) + zero_point);
}

/* value / 2, rounded down, within min ... max: one SSAT where the bounds are those of int8. */
KERNEL int8_t halve_s8(int32_t value, int32_t min, int32_t max) {
#if MCUNET_DSP
  if (min == INT8_MIN && max == INT8_MAX) {
    int32_t result;
    __asm__("ssat %0, #8, %1, asr #1" : "=r"(result) : "r"(value));
    return (int8_t)result;
  }
#endif
  return (int8_t)minimum(maximum(value >> 1, min), max);
}

/*
 * A small value scaled by multiplier * 2^(-32 - right), moved by the zero point and clamped: a factor below
 * 1/2, whose shift is -1 - right. Rounding and zero point are one addition, halving and clamping one more
 * instruction.
 */
KERNEL int8_t scale_down_s8(int32_t value, int32_t multiplier, int32_t right, int32_t zero_point, int32_t min,
                            int32_t max) {
  const int32_t product = multiply_high_small(value, multiplier);
  return halve_s8(((product - (product < 0)) >> right) + (1 + 2 * zero_point), min, max);
}

/* A small value scaled by any factor, moved by the zero point and clamped. */
KERNEL int8_t requantise_s8(int32_t value, int32_t multiplier, int32_t shift, int32_t zero_point, int32_t min,
                            int32_t max) {
  if (shift < 0) return scale_down_s8(value, multiplier, -1 - shift, zero_point, min, max);
  return clamp_s8(requantise(value, multiplier, shift), zero_point, min, max);
}

/* A sum by a line of scaling.h, rounded once: floor(((sum << left) * multiplier / 2^32 + 2^14) / 2^15). */
KERNEL int8_t scale_once_s8(int32_t sum, int32_t multiplier, int32_t left, int32_t zero_point, int32_t min,
                            int32_t max) {
  const int32_t shifted = (int32_t)((uint32_t)sum << left);
  const int32_t high = (int32_t)(((int64_t)shifted * multiplier) >> 32);
  return clamp_s8((high + (1 << 14)) >> 15, zero_point, min, max);
}

/* How the 32-bit sum of an output channel becomes an int8: one bias, multiplier and shift a channel. */
typedef struct {
  const int32_t *bias;
  const int32_t *multiplier;
  const int8_t *shift;
  /*
   * 1: all sums are small and all factors below 1/2, as they are in nearly every layer; then `shift` holds
   * -1 - shift. 2: all sums are small and all shifts 0, where results are rounded once. 3: so they are by
   * lines of scaling.h, of which `shift` holds left.
   */
  int32_t small;
  int32_t zero_point;
  int32_t min;
  int32_t max;
} output_stage;

KERNEL int8_t finish_s8(const output_stage *stage, int32_t channel, int32_t sum) {
  const int32_t multiplier = stage->multiplier[channel];
  const int32_t shift = stage->shift[channel];
  if (stage->small == 3)
    return scale_once_s8(sum, multiplier, shift, stage->zero_point, stage->min, stage->max);
  if (stage->small == 2)
    return clamp_s8(multiply_high_small(sum, multiplier), stage->zero_point, stage->min, stage->max);
  if (stage->small) return scale_down_s8(sum, multiplier, shift, stage->zero_point, stage->min, stage->max);
  return clamp_s8(requantise(sum, multiplier, shift), stage->zero_point, stage->min, stage->max);
}

#endif
