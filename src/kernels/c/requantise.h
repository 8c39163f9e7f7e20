/* TensorFlow Lite's fixed-point scaling with its double rounding, bit for bit. */
#ifndef MCUNET_REQUANTISE_H
#define MCUNET_REQUANTISE_H

#include "platform.h"

/*
 * value * multiplier / 2^31, rounded to nearest, ties towards plus infinity: the doubling high product.
 * With 0 <= multiplier nothing saturates, and the result is in -(2^31 - 1) ... 2^31 - 2.
 */
KERNEL int32_t multiply_high(int32_t value, int32_t multiplier) {
  return (int32_t)(((int64_t)value * multiplier + (INT64_C(1) << 30)) >> 31);
}

/* value / 2^shift, rounded to nearest, ties away from zero; 1 <= shift, value as `multiply_high` gives it. */
KERNEL int32_t divide_rounding(int32_t value, int32_t shift) {
  return (((value - (value < 0)) >> (shift - 1)) + 1) >> 1;
}

/* value * multiplier * 2^(shift - 31), rounded twice; 0 <= multiplier. */
KERNEL int32_t requantise(int32_t value, int32_t multiplier, int32_t shift) {
  if (shift < 0) return divide_rounding(multiply_high(value, multiplier), -shift);
  return multiply_high((int32_t)((uint32_t)value << shift), multiplier);
}

/* value + zero_point within min ... max; the sum is formed last, so that it cannot overflow. */
KERNEL int8_t clamp_s8(int32_t value, int32_t zero_point, int32_t min, int32_t max) {
  return (int8_t)(minimum(maximum(value, min - zero_point), max - zero_point) + zero_point);
}

/* The same for |value| <= 2^30, one instruction (SSAT) where the bounds are those of int8. */
KERNEL int8_t clamp_small_s8(int32_t value, int32_t zero_point, int32_t min, int32_t max) {
  return (int8_t)minimum(maximum(value + zero_point, min), max);
}

/* How a 32-bit sum of an output channel becomes an int8: one bias, multiplier and shift a channel. */
typedef struct {
  const int32_t *bias;
  const int32_t *multiplier;
  const int8_t *shift;
  /* Not 0: every shift is negative, as it is in nearly all networks, and need not be looked at. */
  int32_t right_only;
  int32_t zero_point;
  int32_t min;
  int32_t max;
} output_stage;

KERNEL int8_t finish_s8(const output_stage *stage, int32_t channel, int32_t sum) {
  const int32_t multiplier = stage->multiplier[channel];
  const int32_t shift = stage->shift[channel];
  if (stage->right_only) {
    const int32_t scaled = divide_rounding(multiply_high(sum, multiplier), -shift);
    return clamp_small_s8(scaled, stage->zero_point, stage->min, stage->max);
  }
  return clamp_s8(requantise(sum, multiplier, shift), stage->zero_point, stage->min, stage->max);
}

#endif
