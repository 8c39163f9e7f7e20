/* Softmax over the last dimension in fixed point, bit for bit as TensorFlow Lite's reference. */
#ifndef MCUNET_SOFTMAX_S8_H
#define MCUNET_SOFTMAX_S8_H

#include "fixed_point.h"

KERNEL void softmax_row_s8(const int8_t *input, int8_t *output, int32_t depth, int32_t multiplier,
                           int32_t left_shift, int32_t diff_min) {
  int32_t largest = -128;
  for (int32_t i = 0; i < depth; i++) largest = maximum(largest, input[i]);
  int32_t sum = 0;
  for (int32_t i = 0; i < depth; i++) {
    const int32_t difference = input[i] - largest;
    if (difference < diff_min) continue;
    sum += shift_right_rounding(exp_of_difference(difference, multiplier, left_shift), 12);
  }
  const int32_t headroom = leading_zeros((uint32_t)sum);
  const int32_t mantissa = (int32_t)(((uint32_t)sum << headroom) - (UINT32_C(1) << 31));
  const int32_t scale = reciprocal_of_one_plus(mantissa);
  for (int32_t i = 0; i < depth; i++) {
    const int32_t difference = input[i] - largest;
    int32_t value = 0;
    if (difference >= diff_min) {
      const int32_t share = multiply_fixed(scale, exp_of_difference(difference, multiplier, left_shift));
      value = shift_right_rounding(share, 12 - headroom + 31 - 8);
    }
    output[i] = (int8_t)minimum(value - 128, 127);
  }
}

/* Each row is read whole before its first result is written, and then element by element ahead of its
 * results. */
KERNEL void softmax_s8(const int8_t *input, int8_t *output, int32_t rows, int32_t depth, int32_t multiplier,
                       int32_t left_shift, int32_t diff_min) {
  for (int32_t row = 0; row < rows; row++) {
    softmax_row_s8(input, output, depth, multiplier, left_shift, diff_min);
    input += depth;
    output += depth;
  }
}

#endif
