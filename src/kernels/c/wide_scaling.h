/* How sums and products become int16, whose zero point is 0. */
#ifndef MCUNET_WIDE_SCALING_H
#define MCUNET_WIDE_SCALING_H

#include "requantise.h"

KERNEL int16_t clamp_s16(int32_t value, int32_t min, int32_t max) {
  return (int16_t)minimum(maximum(value, min), max);
}

/*
 * The sums of a layer's output channel: a bias, a factor and its shift for each. Where they are not `wide`,
 * sums wrap at 32 bits and are scaled as those of int8 are. Else they have 64 bits and factors 15, there is
 * one rounding, ties upwards, and `shift` is that of the product to the right, 8 ... 46.
 */
typedef struct {
  const int32_t *bias;
  const int32_t *multiplier;
  const int8_t *shift;
  int32_t wide;
  int32_t min;
  int32_t max;
} output_stage_s16;

/* `sum` is that of the products alone. */
KERNEL int16_t finish_s16(const output_stage_s16 *stage, int32_t channel, int64_t sum) {
  const int32_t bias = stage->bias[channel];
  const int32_t multiplier = stage->multiplier[channel];
  const int32_t shift = stage->shift[channel];
  if (!stage->wide) {
    const int32_t wrapped = add_wrapping((int32_t)sum, bias);
    return clamp_s16(requantise(wrapped, multiplier, shift), stage->min, stage->max);
  }
  const int64_t product = (sum + bias) * multiplier + (INT64_C(1) << (shift - 1));
  return clamp_s16((int32_t)(product >> shift), stage->min, stage->max);
}

#endif
